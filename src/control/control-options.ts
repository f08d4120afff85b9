import type { DeviceClass, DeviceContext, GateDevice, WeighbridgeDevice } from "#contract/device";
import type { LaneSnapshot, ToEdge } from "#contract/messages";
import type { RetentionRules } from "#contract/retention";
import type { Clock } from "#contract/units";
import type { WeighbridgeCertificate } from "#contract/weighing-record";
import type { LanePolicy } from "#lanes/decision/policy";
import type { LaneSite } from "#lanes/passage/model";
import type { LaneKey } from "#store/lane-key";
import type { PolicyInForce } from "./journal-drafts.ts";
import type { CountedKey } from "./key-watch.ts";
import type { RemoteDevices } from "./remote-devices.ts";
import type { RemoteVehicleLinks } from "./remote-vehicle-links.ts";

/** What the control process is made of; everything from outside comes in here. */
export interface ControlOptions {
  readonly site: string;
  readonly lane: LaneSite;
  readonly boot: string;
  /** This run of the machine; absent where it cannot be told. */
  readonly machine?: string;
  readonly software: string;
  readonly configHash: string;
  readonly policy: LanePolicy;
  readonly policyHash: string;
  /** A second policy that only looks on; where it would decide otherwise is journaled. */
  readonly shadow?: PolicyInForce;
  readonly databasePath: string;
  readonly retention: RetentionRules;
  /** The lane runs on another configuration than its file has: what happened and what to do. */
  readonly configuration?: NonNullable<LaneSnapshot["configuration"]>;
  /** Of the weighbridge; absent when the configuration names none. */
  readonly certificate: WeighbridgeCertificate | null;
  /** Keys whose signatures count in this lane, with the days on which they hold; absent: none is watched. */
  readonly countedKeys?: readonly CountedKey[];
  /** Signs the journal's checkpoints. */
  readonly key: LaneKey;
  readonly clock: Clock;
  /** Builds the field devices of this lane; they post to the context they are given. */
  readonly devices: (context: DeviceContext) => Promise<{ gate: GateDevice; weighbridge: WeighbridgeDevice | null }>;
  /** Devices whose drivers run in the edge process; absent when there are none. */
  readonly remote?: RemoteDevices;
  /** Links to unmanned vehicles; absent in a lane without them. */
  readonly vehicleLinks?: RemoteVehicleLinks;
  /** Class of every configured device, for health. */
  readonly classes: ReadonlyMap<string, DeviceClass>;
  readonly send: (message: ToEdge) => void;
  /** The process must end in its safe state: nothing is commanded any more. */
  readonly onFatal: (error: Error) => void;
}
