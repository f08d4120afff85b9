import type { LaneClient } from "../lane-client.ts";
import { certificateFindings } from "./certificates.ts";
import type { Finding } from "./finding.ts";
import { readLaneFiles } from "./lane-files.ts";
import { machineFindings } from "./machine.ts";
import { modelFindings } from "./models.ts";
import { reachFindings } from "./reach.ts";
import { signingKeyFindings } from "./signing-keys.ts";

/** Everything that can be wrong around a lane, from its files to its devices. Changes nothing. */
export async function examine(file: string, client: LaneClient): Promise<readonly Finding[]> {
  const { config, findings } = readLaneFiles(file);
  const models = await modelFindings();
  if (config === null) return [...findings, ...models];
  const reach = await reachFindings(config, client);
  return [
    ...findings,
    ...machineFindings(config),
    ...certificateFindings(config),
    ...signingKeyFindings(config),
    ...models,
    ...reach,
  ];
}
