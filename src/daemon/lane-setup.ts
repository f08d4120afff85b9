import { join } from "node:path";
import { devicesOf, type LaneConfig } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";
import { loadPolicyInForce } from "#config/policy-in-force";
import type { DeviceClass } from "#contract/device";
import type { PolicyInForce } from "#control/journal-drafts";
import { RECOGNISER_ID } from "#edge/edge";
import type { LanePolicy } from "#lanes/decision/policy";
import type { LaneSite } from "#lanes/passage/model";
import { softwareVersion } from "./software-version.ts";

/** Why a lane runs on another configuration than its file now has. */
export interface Instead {
  /** When the configuration that runs was found good, RFC 3339. */
  readonly keptAt: string;
  /** What is wrong with the file, on one line. */
  readonly problem: string;
}

/**
 * What the lane file and its policies say: plain JSON. It is read once, when laned starts, and handed to every process of
 * that run: one that was restarted alone on a file that somebody is changing would have other wiring than the rest.
 */
export interface AgreedLane {
  readonly config: LaneConfig;
  readonly policy: LanePolicy;
  readonly policyHash: string;
  readonly shadow: PolicyInForce | null;
  /** Null: it is what the files say. */
  readonly instead: Instead | null;
}

/** What follows from what was agreed, for the processes of the lane. */
export interface LaneSetup extends AgreedLane {
  readonly site: LaneSite;
  readonly software: string;
  readonly databasePath: string;
  readonly evidenceDir: string;
  readonly classes: ReadonlyMap<string, DeviceClass>;
}

/** Reads configuration and policy. Throws ConfigError with every mistake at once. */
export function readLane(configPath: string): AgreedLane {
  const config = loadLaneConfig(configPath);
  const policy = loadPolicyInForce(config.policy, config);
  const shadow = config.shadowPolicy === null ? null : loadPolicyInForce(config.shadowPolicy, config);
  return {
    config,
    policy: policy.value as LanePolicy,
    policyHash: policy.hash,
    shadow: shadow === null ? null : { policy: shadow.value as LanePolicy, policyHash: shadow.hash },
    instead: null,
  };
}

export function setupOf(agreed: AgreedLane): LaneSetup {
  const { config } = agreed;
  const classes = new Map<string, DeviceClass>(devicesOf(config).map((device) => [device.id, device.class]));
  classes.set(RECOGNISER_ID, "recogniser");
  return {
    ...agreed,
    site: {
      lane: config.lane,
      direction: config.direction,
      ...(config.inward ? { inward: true } : {}),
      cameras: config.cameras.map(({ id, task, trigger }) => ({ id, task, trigger })),
      weighbridge: config.weighbridge !== null,
      ...(config.readers.some((reader) => reader.class === "seal-reader") ? { seals: true } : {}),
    },
    software: softwareVersion(),
    databasePath: join(config.dataDir, "lane.db"),
    evidenceDir: join(config.dataDir, "evidence"),
    classes,
  };
}

export { softwareVersion };
