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

/** Everything the processes of one lane agree on, read from the same two files. */
export interface LaneSetup {
  readonly config: LaneConfig;
  readonly policy: LanePolicy;
  readonly policyHash: string;
  readonly shadow: PolicyInForce | null;
  readonly site: LaneSite;
  readonly software: string;
  readonly databasePath: string;
  readonly evidenceDir: string;
  readonly classes: ReadonlyMap<string, DeviceClass>;
}

/** Reads configuration and policy. Throws ConfigError with every mistake at once. */
export function loadSetup(configPath: string): LaneSetup {
  const config = loadLaneConfig(configPath);
  const policy = loadPolicyInForce(config.policy, config);
  const shadow = config.shadowPolicy === null ? null : loadPolicyInForce(config.shadowPolicy, config);
  const classes = new Map<string, DeviceClass>(devicesOf(config).map((device) => [device.id, device.class]));
  classes.set(RECOGNISER_ID, "recogniser");
  return {
    config,
    policy: policy.value as LanePolicy,
    policyHash: policy.hash,
    shadow: shadow === null ? null : { policy: shadow.value as LanePolicy, policyHash: shadow.hash },
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
