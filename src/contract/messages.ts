import type { Clearance } from "./clearance.ts";
import type { DeviceEvent, DeviceHealth, FaultCode, GateCommand, LightColour } from "./device.ts";
import type { ErrorCode } from "./errors.ts";
import type { NeighbourUse } from "./neighbour.ts";
import type { Order, OrderOutcome } from "./order.ts";
import type { EvidenceRef, Recognition, RecognitionTask } from "./reading.ts";
import type { StorageCondition } from "./storage.ts";
import type { MonotonicMs, Sha256, UtcMs } from "./units.ts";

/**
 * What the processes of one lane say to each other. Small and typed, never pixels: a picture travels as the name of its
 * evidence file. The same messages pass when a bench runs the processes inside one.
 */

/** control -> edge */
export type ToEdge =
  | {
      readonly type: "capture";
      readonly captureId: string;
      readonly passage: string | null;
      readonly camera: string;
      readonly task: RecognitionTask;
    }
  /** For a gate whose driver runs in the edge process. Not to be passed on after `expiresAt`. */
  | {
      readonly type: "gate-command";
      readonly gate: string;
      readonly commandId: string;
      readonly command: GateCommand;
      readonly expiresAt: MonotonicMs;
    }
  /**
   * For a link to unmanned vehicles: lets one in, or lets one that is in stay longer, or sends it away. Not to be passed
   * on after `expiresAt`; answered with `vehicle-order-outcome`. Queueing needs no order: whoever asks is told to wait.
   */
  | {
      readonly type: "vehicle-order";
      readonly device: string;
      readonly orderId: string;
      readonly vehicle: string;
      readonly request: string;
      readonly order: { readonly type: "grant"; readonly leaseMs: number } | { readonly type: "refuse" };
      readonly expiresAt: MonotonicMs;
    }
  /** New entries are durable up to and including `seq`. */
  | { readonly type: "journal-head"; readonly seq: number }
  /** Entries up to `seq` were acknowledged by operations and the cursor is durable. */
  | { readonly type: "outbox-cursor"; readonly seq: number }
  | { readonly type: "lane-snapshot"; readonly snapshot: LaneSnapshot }
  | { readonly type: "order-outcome"; readonly outcome: OrderOutcome }
  /** What became of a clearance list out of a file: `refused` says why it was not taken. */
  | {
      readonly type: "clearance-import-outcome";
      readonly importId: string;
      readonly version: number;
      readonly refused: string | null;
    }
  /** What the field devices of the control process said: every change, and the newest of what is repeated. For people. */
  | { readonly type: "device-news"; readonly events: readonly DeviceEvent[] }
  /** What became of a lamp test: `error` is null when the lamp was lit. */
  | {
      readonly type: "lamp-test-outcome";
      readonly testId: string;
      readonly error: { readonly code: ErrorCode; readonly detail: string } | null;
    }
  | { readonly type: "stop" };

/** edge -> control */
export type ToControl =
  | { readonly type: "device-event"; readonly event: DeviceEvent }
  | {
      readonly type: "capture-result";
      readonly captureId: string;
      readonly passage: string | null;
      readonly camera: string;
      readonly evidence: EvidenceRef;
      readonly recognition: Recognition;
    }
  | {
      readonly type: "capture-failed";
      readonly captureId: string;
      readonly passage: string | null;
      readonly camera: string;
      readonly code: FaultCode;
      readonly detail: string;
      /** Present when the picture was stored but could not be read. */
      readonly evidence?: EvidenceRef;
    }
  /** What became of a command: `error` is null when the device has taken it. */
  | {
      readonly type: "gate-command-outcome";
      readonly gate: string;
      readonly commandId: string;
      readonly error: { readonly code: ErrorCode; readonly detail: string } | null;
    }
  /** What became of an order to an unmanned vehicle: `error` is null when it was told, `leaseUtc` when its lease ends. */
  | {
      readonly type: "vehicle-order-outcome";
      readonly device: string;
      readonly orderId: string;
      readonly leaseUtc: UtcMs | null;
      readonly error: { readonly code: ErrorCode; readonly detail: string } | null;
    }
  | {
      readonly type: "clearance-snapshot";
      readonly version: number;
      /** When operations signed it. */
      readonly at: UtcMs;
      readonly records: readonly Clearance[];
      /** It came in a file; answered with `clearance-import-outcome`. */
      readonly imported?: { readonly importId: string };
    }
  | {
      readonly type: "clearance-delta";
      readonly version: number;
      readonly at: UtcMs;
      readonly upsert: readonly Clearance[];
      readonly remove: readonly string[];
    }
  /** A verified acknowledgement from operations; control checks it against the journal before it moves the cursor. */
  | { readonly type: "ack"; readonly boot: string; readonly seq: number; readonly hash: Sha256; readonly at: UtcMs }
  | { readonly type: "link"; readonly up: boolean; readonly detail: string }
  /** A neighbour has signed that it used these clearances; everything up to its entry `through` is told. */
  | {
      readonly type: "neighbour-uses";
      readonly lane: string;
      readonly through: number;
      readonly uses: readonly NeighbourUse[];
    }
  /** Proven outside to come from who it names; answered with `order-outcome`. */
  | { readonly type: "order"; readonly order: Order }
  /** A technician wants to see one lamp; answered with `lamp-test-outcome`. Refused outside of maintenance. */
  | {
      readonly type: "lamp-test";
      readonly testId: string;
      readonly gate: string;
      readonly light: "entry" | "exit";
      readonly colour: LightColour;
    }
  | { readonly type: "rejected"; readonly source: string; readonly code: string; readonly detail: string }
  | { readonly type: "stop" };

/** What the lane looks like now: published upstream, shown by `lanectl status`. */
export interface LaneSnapshot {
  readonly site: string;
  readonly lane: string;
  readonly boot: string;
  readonly startedAt: string;
  readonly software: string;
  readonly configHash: Sha256;
  readonly policyHash: Sha256;
  /** The lane file has mistakes and the lane runs on its last good one; absent while all is well. */
  readonly configuration?: { readonly detail: string; readonly advice: string };
  readonly mode: string;
  readonly link: { readonly up: boolean; readonly detail: string };
  readonly boom: string;
  readonly occupancy: readonly string[];
  readonly passages: readonly { readonly passage: string; readonly phase: string; readonly openedAt: string }[];
  /** What a person should look at, and since when; codes of the lane's alarms. */
  readonly alarms?: readonly { readonly code: string; readonly since: string; readonly detail: string }[];
  /** The word on the sign for the driver, by its code. */
  readonly sign?: string;
  /** Passages that nobody saw to the end, with the clearance that somebody has to say something about. */
  readonly uncertain?: readonly { readonly passage: string; readonly clearance: string }[];
  readonly devices: readonly (DeviceHealth & { readonly id: string; readonly class: string })[];
  readonly journal: { readonly seq: number; readonly hash: Sha256; readonly acked: number };
  readonly clearances: {
    readonly version: number;
    readonly records: number;
    readonly receivedAt: string | null;
    /** How far the list may be relied on: on which step of the policy's ladder it stands. */
    readonly ladder?: "none" | "fresh" | "stale" | "beyond-limit";
  };
  readonly rejected: number;
  /** The newest of them; absent while there is none. */
  readonly lastRejected?: {
    readonly at: string;
    readonly source: string;
    readonly code: string;
    readonly detail: string;
  };
  /** Keys for signatures that have ended or end soon; absent when there are none. */
  readonly keys?: readonly {
    readonly kid: string;
    readonly signs: "operations" | "orders";
    readonly state: "ending" | "ended";
    readonly detail: string;
  }[];
  /** The outage of operations that is an incident for customs; absent while there is none. */
  readonly incident?: {
    readonly id: string;
    readonly since: string;
    readonly stage: string;
    readonly noticeBy: string;
  };
  /** Passages whose report to customs is not acknowledged yet. */
  readonly openReports?: number;
  /** How well the lane can keep its records; nobody is let through unless that is `ok`. */
  readonly storage?: StorageCondition;
  /** Neighbours on the lane bus that are heard, of how many; absent without a bus. */
  readonly neighbours?: { readonly heard: number; readonly known: number };
}

/** supervisor <-> child, beside the messages it relays. */
export type Supervision =
  | { readonly type: "ready" }
  | { readonly type: "fatal"; readonly detail: string; readonly code?: ErrorCode }
  | { readonly type: "heartbeat" };

/** What passes between the supervisor and a child. */
export type Envelope =
  | { readonly to: "edge"; readonly message: ToEdge }
  | { readonly to: "control"; readonly message: ToControl }
  | { readonly to: "supervisor"; readonly message: Supervision };
