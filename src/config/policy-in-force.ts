import type { LanePolicy } from "#lanes/decision/policy";
import { readConfusion } from "./confusion.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { LaneConfig } from "./lane-config.ts";
import { loadPolicy } from "./load-policy.ts";
import { hashOf, type LoadedYaml } from "./load-yaml.ts";

/** How the shipped recogniser errs, measured on photographs. */
const MEASURED = new URL("../../models/confusion.json", import.meta.url);

/**
 * A policy as a lane judges by it: the file, and under it the measured confusion table where the file brings none. The
 * hash is over both, so a decision record names the table too. `lane` is asked what it can read. Throws ConfigError as
 * loadPolicy does, and LaneError MODEL_INVALID when the table is no table.
 */
export function loadPolicyInForce(file: string, lane?: Pick<LaneConfig, "readers">): LoadedYaml<LanePolicy> {
  const loaded = loadPolicy(file, lane === undefined ? {} : { readers: readersOf(lane) });
  if (loaded.value.confusion !== undefined) return loaded;
  const value = { ...(loaded.value as LanePolicy), confusion: readConfusion(MEASURED) } as LanePolicy;
  return { value: deepFreeze(value), hash: hashOf(value) };
}

/** What a lane can read beside plates and containers. An id reader that does not say what it reads may read both. */
export function readersOf({ readers }: Pick<LaneConfig, "readers">): ReadonlySet<"tag" | "qr" | "seal"> {
  const found = readers.flatMap((device): ("tag" | "qr" | "seal")[] => {
    if (device.class === "seal-reader") return ["seal"];
    if (device.class !== "id-reader") return [];
    const kind = device.options["kind"];
    return kind === "tag" ? ["tag"] : kind === "code" ? ["qr"] : ["tag", "qr"];
  });
  return new Set(found);
}
