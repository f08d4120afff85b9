import { laneSchema } from "#config/lane-schema";
import { PolicySchema } from "#lanes/decision/policy";
import { asyncApiPage } from "./asyncapi-page.ts";
import { cliPage } from "./cli-page.ts";
import { faultsPage } from "./faults-page.ts";
import { machinesPage } from "./machines-page.ts";
import { reasonsPage } from "./reasons-page.ts";
import { upstreamSchemaFiles } from "./upstream-schemas.ts";

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file: path from the top folder, and what must stand in it. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const draft = { $schema: "http://json-schema.org/draft-07/schema#", title: "Gatelane: policy of a lane" };
  return new Map([
    ["docs/faults.md", faultsPage()],
    ["docs/reasons.md", reasonsPage()],
    ["docs/lanectl.md", cliPage()],
    ["docs/asyncapi.yaml", asyncApiPage()],
    ["lanes/passage/machines.md", machinesPage()],
    ...upstreamSchemaFiles(),
    ["config/schema/lane.schema.json", json(laneSchema())],
    ["config/schema/policy.schema.json", json({ ...draft, ...PolicySchema })],
  ]);
}
