import { resolve } from "node:path";
import { InvariantError } from "#contract/errors";
import type { RecognitionTask } from "#contract/reading";
import type { WeighbridgeCertificate } from "#contract/weighing-record";
import { driverNamed } from "#devices/registry";
import type { CustomsConfig } from "./customs-config.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { ConfigError } from "./issues.ts";
import type { LanBusConfig } from "./lan-bus-config.ts";
import { laneIssues } from "./lane-checks.ts";
import type { CameraConfig, CaptureTrigger, DeviceConfig, LaneConfig, UpstreamConfig } from "./lane-config.ts";
import { laneOptionNames, laneSchema } from "./lane-schema.ts";
import { hashOf } from "./load-yaml.ts";
import type { OrdersConfig } from "./orders-config.ts";
import { socketPath } from "./outline.ts";
import { readConfigText } from "./read-text.ts";
import { fileFields, withAbsolutePaths } from "./referenced-files.ts";
import { type RetentionFile, retentionRules } from "./retention-config.ts";
import { compileSchema, schemaIssues } from "./schema-issues.ts";
import { parseYaml } from "./yaml-document.ts";

/** A lane file that passed its schema. */
interface LaneFile {
  readonly site: string;
  readonly lane: string;
  readonly direction: LaneConfig["direction"];
  readonly inward?: boolean;
  readonly dataDir: string;
  readonly policy: string;
  readonly shadowPolicyFile?: string;
  readonly socket?: string;
  readonly logLevel: LaneConfig["logLevel"];
  readonly devices: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly driver: string }>>;
  readonly upstream: UpstreamConfig;
  readonly orders?: OrdersConfig;
  readonly customs?: CustomsConfig;
  readonly lanBus?: LanBusConfig;
  readonly retention?: RetentionFile;
}

/**
 * Reads, checks and freezes the configuration of a lane. Throws ConfigError (CONFIG_INVALID) with every mistake at
 * once, ordered by line. The policy file is looked for but not read; load it with `loadPolicy`.
 */
export function loadLaneConfig(path: string): LaneConfig {
  const file = resolve(path);
  const document = parseYaml(path, readConfigText(file));
  const formIssues = schemaIssues(compileSchema(laneSchema()), document);
  const meaningIssues = laneIssues(file, document, fileFields(file, document.value));
  const issues = [...document.issues, ...formIssues, ...meaningIssues];
  if (issues.length > 0)
    throw new ConfigError(
      path,
      issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    );
  const configHash = hashOf(document.value);
  return deepFreeze(laneConfig(file, withAbsolutePaths(file, document.value) as LaneFile, configHash)) as LaneConfig;
}

function laneConfig(file: string, lane: LaneFile, configHash: string): LaneConfig {
  const devices = Object.entries(lane.devices).map(([id, options]) => deviceConfig(id, options));
  const gate = devices.find((device) => device.class === "gate");
  if (gate === undefined) throw new InvariantError("a lane without a gate passed its checks");
  return {
    file,
    site: lane.site,
    lane: lane.lane,
    direction: lane.direction,
    inward: lane.inward ?? false,
    dataDir: lane.dataDir,
    policy: lane.policy,
    shadowPolicy: lane.shadowPolicyFile ?? null,
    socket: socketPath(file, lane.socket, lane.dataDir),
    logLevel: lane.logLevel,
    gate,
    weighbridge: devices.find((device) => device.class === "weighbridge") ?? null,
    weighbridgeCertificate: certificateOf(lane, devices),
    cameras: devices.filter(isCamera),
    readers: devices.filter((device) => device.class === "id-reader" || device.class === "seal-reader"),
    vehicleLinks: devices.filter((device) => device.class === "vehicle-link"),
    upstream: lane.upstream,
    orders: lane.orders ?? { keys: [] },
    customs: lane.customs ?? {},
    lanBus: lane.lanBus ?? null,
    retention: retentionRules(lane.retention),
    configHash,
  };
}

function certificateOf(lane: LaneFile, devices: readonly DeviceConfig[]): LaneConfig["weighbridgeCertificate"] {
  const weighbridge = devices.find((device) => device.class === "weighbridge");
  const entry = weighbridge === undefined ? undefined : lane.devices[weighbridge.id];
  return (entry?.["certificate"] as WeighbridgeCertificate | undefined) ?? null;
}

function deviceConfig(id: string, entry: LaneFile["devices"][string]): DeviceConfig | CameraConfig {
  const { driver, ...all } = entry;
  const descriptor = driverNamed(driver);
  if (descriptor === undefined) throw new InvariantError(`the unknown driver ${driver} passed the schema`);
  const laneOptions = laneOptionNames(descriptor.class);
  const options = Object.fromEntries(Object.entries(all).filter(([key]) => !laneOptions.includes(key)));
  const device = { id, driver, class: descriptor.class, home: descriptor.home, options };
  if (descriptor.class !== "camera") return device;
  return {
    ...device,
    class: "camera",
    task: all["task"] as RecognitionTask,
    trigger: all["trigger"] as CaptureTrigger,
  };
}

function isCamera(device: DeviceConfig | CameraConfig): device is CameraConfig {
  return device.class === "camera";
}
