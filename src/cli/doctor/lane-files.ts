import { ConfigError } from "#config/issues";
import type { LaneConfig } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";
import { loadPolicy } from "#config/load-policy";
import { messageOf } from "#contract/errors";
import type { LanePolicy } from "#lanes/decision/policy";
import { type Finding, good, wrong } from "./finding.ts";

/** What the lane file and its policies say. */
export interface LaneFiles {
  /** Null when the lane would not start on it. */
  readonly config: LaneConfig | null;
  readonly findings: readonly Finding[];
}

export function readLaneFiles(file: string): LaneFiles {
  try {
    const config = loadLaneConfig(file);
    const named = [config.policy, ...(config.shadowPolicy === null ? [] : [config.shadowPolicy])];
    return { config, findings: [good("configuration", file), ...named.map((one) => policy(one, config))] };
  } catch (error) {
    return { config: null, findings: [refused("configuration", file, error)] };
  }
}

function policy(file: string, config: LaneConfig): Finding {
  try {
    const { value } = loadPolicy(file);
    return tooFewWeights(value, config) ?? good("policy", `${value.name}, ${file}`);
  } catch (error) {
    return refused("policy", file, error);
  }
}

/** A policy that asks for more weights than the weighbridge is asked for lets nobody pass. */
function tooFewWeights({ weight }: Pick<LanePolicy, "weight">, { weighbridge }: LaneConfig): Finding | undefined {
  const periodMs = Number(weighbridge?.options["pollMs"] ?? weighbridge?.options["sampleMs"] ?? 0);
  const most = periodMs > 0 ? Math.floor(weight.stableWindowMs / periodMs) : Number.POSITIVE_INFINITY;
  if (most > weight.stableSamples) return undefined;
  const found = `it wants ${weight.stableSamples} weights within ${weight.stableWindowMs} ms; a weight every ${periodMs} ms gives ${most}`;
  const enough = Math.floor(weight.stableWindowMs / (weight.stableSamples + 2));
  return wrong(
    "policy",
    found,
    `set pollMs or sampleMs of ${weighbridge?.id ?? "the weighbridge"} to ${enough} at most`,
  );
}

function refused(area: string, file: string, error: unknown): Finding {
  const count = error instanceof ConfigError ? error.issues.length : 1;
  const found = error instanceof ConfigError ? `${file}: ${count} mistakes` : `${file}: ${messageOf(error)}`;
  return wrong(area, found, `lanectl config check ${file}`);
}
