import type { DeviceClass, DeviceHome } from "#contract/device";
import type { RecognitionTask } from "#contract/reading";
import type { RetentionRules } from "#contract/retention";
import type { Sha256 } from "#contract/units";
import type { WeighbridgeCertificate } from "#contract/weighing-record";
import type { Validity } from "#lanes/decision/validity";
import type { CustomsConfig } from "./customs-config.ts";
import type { LanBusConfig } from "./lan-bus-config.ts";
import type { OrdersConfig } from "./orders-config.ts";

/** One device as configured. Paths among its options are absolute. */
export interface DeviceConfig {
  readonly id: string;
  readonly driver: string;
  readonly class: DeviceClass;
  readonly home: DeviceHome;
  /** Valid for `driver`, complete with defaults. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** When a camera first sees its subject. */
export type CaptureTrigger = "arrival" | "scale";

export interface CameraConfig extends DeviceConfig {
  readonly class: "camera";
  readonly task: RecognitionTask;
  readonly trigger: CaptureTrigger;
}

export interface UpstreamConfig {
  readonly url: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly trust: readonly (Validity & { readonly kid: string; readonly publicKeyFile: string })[];
}

/** A lane's configuration: valid, complete, deep-frozen, every path absolute. It holds no secret, only where they are. */
export interface LaneConfig {
  /** The file it came from. */
  readonly file: string;
  readonly site: string;
  readonly lane: string;
  readonly direction: "EXPORT" | "IMPORT";
  /** Behind the boom vehicles are still inside the customs area. */
  readonly inward: boolean;
  readonly dataDir: string;
  readonly policy: string;
  /** Policy that only looks on, or null. */
  readonly shadowPolicy: string | null;
  readonly socket: string;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  readonly gate: DeviceConfig;
  readonly weighbridge: DeviceConfig | null;
  /** Null when the file names none: nothing is known about it then, and weights count. */
  readonly weighbridgeCertificate: WeighbridgeCertificate | null;
  readonly cameras: readonly CameraConfig[];
  /** Readers of tags, codes and seals. */
  readonly readers: readonly DeviceConfig[];
  /** Links to unmanned vehicles. */
  readonly vehicleLinks: readonly DeviceConfig[];
  readonly upstream: UpstreamConfig;
  readonly orders: OrdersConfig;
  readonly customs: CustomsConfig;
  /** Null: this lane has no neighbours. */
  readonly lanBus: LanBusConfig | null;
  readonly retention: RetentionRules;
  /**
   * SHA-256 over the canonical JSON of the file with defaults and without comments, before paths were made absolute:
   * the same in every folder.
   */
  readonly configHash: Sha256;
}

/** Every device of a lane: gate, weighbridge, cameras, readers, links to vehicles. */
export function devicesOf(lane: LaneConfig): readonly DeviceConfig[] {
  const { gate, weighbridge, cameras, readers, vehicleLinks } = lane;
  return [gate, ...(weighbridge === null ? [] : [weighbridge]), ...cameras, ...readers, ...vehicleLinks];
}
