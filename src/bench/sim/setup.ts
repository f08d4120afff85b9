import { fileURLToPath } from "node:url";
import { loadYaml } from "#config/load-yaml";
import { type LanePolicy, PolicySchema } from "#lanes/decision/policy";
import type { LaneCamera, LaneSite } from "#lanes/passage/model";
import type { Dice } from "./dice.ts";
import type { FittedReaders } from "./world/readers.ts";

const STANDARD = fileURLToPath(new URL("../../../config/policies/standard.yaml", import.meta.url));

const CAMERAS: readonly LaneCamera[] = [
  { id: "front", task: "plate", trigger: "arrival" },
  { id: "side", task: "container", trigger: "scale" },
];
const REAR: LaneCamera = { id: "rear", task: "plate", trigger: "scale" };

/** A lane and its policy. */
export interface LaneVariant {
  readonly site: LaneSite;
  readonly policy: LanePolicy;
  /** The front camera recognises plates by itself. */
  readonly onboard: boolean;
  readonly readers: FittedReaders;
  /** Used in both directions, with a boom at either end. */
  readonly tidal: boolean;
  /** The policy asks for more than plate, container and weight; then nobody can promise that honest vehicles pass. */
  readonly demanding: boolean;
}

/** The policy that is shipped. */
export function standardPolicy(): LanePolicy {
  return loadYaml<LanePolicy>(STANDARD, PolicySchema).value as LanePolicy;
}

/** One lane among those that could be built: most like the example, some without a weighbridge or with other switches. */
export function drawVariant(dice: Dice, policy: LanePolicy): LaneVariant {
  const cameras = dice.chance(0.4) ? [...CAMERAS, REAR] : CAMERAS;
  const readers = { tag: dice.chance(0.5), code: dice.chance(0.3), seal: dice.chance(0.3) };
  const weighbridge = dice.chance(0.85);
  const site: LaneSite = { lane: "lane-1", direction: "EXPORT", cameras, weighbridge, seals: readers.seal };
  const switched: LanePolicy = {
    ...policy,
    clearance: { ...policy.clearance, trailerMustMatch: dice.chance(0.4), trailerMayBeUnread: true },
    offline: dice.chance(0.3) ? { freshMs: 60_000, limitMs: 600_000 } : policy.offline,
    recovery: { lowerWhenClear: dice.chance(0.7) },
    pipelined: dice.chance(0.3),
  };
  const demanding = dice.chance(0.12);
  return {
    site,
    readers,
    tidal: dice.chance(0.2),
    onboard: dice.chance(0.4),
    demanding,
    policy: demanding ? demand(dice, switched) : switched,
  };
}

const DEMANDS = ["legal weight", "seals", "tags", "trailers", "officers"] as const;

/** A policy that sends more to officers: what an honest vehicle shows to a bare lane is not always enough. */
function demand(dice: Dice, policy: LanePolicy): LanePolicy {
  const { weight, clearance } = policy;
  switch (dice.pick(DEMANDS)) {
    case "legal weight":
      return { ...policy, weight: { ...weight, legalGrossKg: 36_000, aboveLegal: "HOLD" } };
    case "seals":
      return { ...policy, clearance: { ...clearance, sealMustBeRead: true } };
    case "tags":
      return { ...policy, clearance: { ...clearance, requiredIdentities: ["tag"] } };
    case "trailers":
      return { ...policy, clearance: { ...clearance, trailerMustMatch: true, trailerMayBeUnread: false } };
    case "officers":
      return { ...policy, outcomes: { ...policy.outcomes, exact: "PROPOSE_TO_OFFICER" } };
  }
}
