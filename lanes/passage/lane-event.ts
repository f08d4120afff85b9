import type { CachedClearance } from "#contract/clearance";
import type { DeviceClass, DeviceHealth, GateInputs, SealState } from "#contract/device";
import type { Order } from "#contract/order";
import type { EvidenceRef, TextReading } from "#contract/reading";
import type { MonotonicMs, Sha256, UtcMs } from "#contract/units";
import type { WeighingRecord } from "#contract/weighing-record";
import type { LaneSite, ScaleLoad } from "./model.ts";

/** Everything that can happen to a lane. Time enters only here. */
export type LaneEvent = { readonly at: MonotonicMs; readonly utc: UtcMs } & (
  | {
      readonly type: "started";
      readonly boot: string;
      readonly site: LaneSite;
      /** This run of the machine, as long as it was not switched off: its monotonic clock goes on over our starts. */
      readonly machine?: string;
    }
  | { readonly type: "gate-inputs"; readonly inputs: GateInputs }
  | { readonly type: "scale-load"; readonly load: ScaleLoad }
  | {
      readonly type: "weight-settled";
      readonly passage: string;
      readonly grossKg: number;
      readonly spreadKg: number;
      readonly zeroSeen: boolean;
      /** How it came about. Kept beside it; nothing is decided by it. */
      readonly record?: WeighingRecord;
    }
  | { readonly type: "weight-refused"; readonly passage: string; readonly reason: string }
  | {
      readonly type: "capture-result";
      readonly captureId: string;
      readonly passage: string | null;
      readonly camera: string;
      readonly evidence: EvidenceRef;
      readonly readings: readonly TextReading[];
      readonly modelHash: Sha256;
      readonly elapsedMs: number;
    }
  | {
      readonly type: "capture-failed";
      readonly captureId: string;
      readonly passage: string | null;
      readonly camera: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "plate-seen";
      readonly device: string;
      readonly plate: string;
      readonly confidence: number | undefined;
    }
  /** A transponder or a printed code was held before a reader. */
  | { readonly type: "id-seen"; readonly device: string; readonly kind: "tag" | "code"; readonly id: string }
  | {
      readonly type: "seal-read";
      readonly device: string;
      readonly seal: string;
      readonly state: SealState;
      readonly battery: "ok" | "low" | "unknown";
    }
  | {
      readonly type: "vehicle-requested" | "vehicle-entered" | "vehicle-left" | "vehicle-lost";
      readonly device: string;
      /** `<manufacturer>/<serial>`. */
      readonly vehicle: string;
      readonly request: string;
      /** What happened, for people. */
      readonly detail: string;
    }
  | {
      /** The answer to the effect `find-clearances`. */
      readonly type: "clearances-found";
      readonly passage: string;
      /** The number of the question that this answers. */
      readonly question: number;
      readonly candidates: readonly CachedClearance[];
      readonly version: number;
      readonly ageMs: number;
    }
  /** The cache changed: open passages look again. */
  | { readonly type: "clearances-changed"; readonly version: number }
  | {
      readonly type: "device-health";
      readonly device: string;
      readonly class: DeviceClass;
      readonly health: DeviceHealth;
    }
  | { readonly type: "link"; readonly up: boolean; readonly detail: string }
  /** The entry that holds the PASS which this question was about is on the disk. */
  | { readonly type: "decision-durable"; readonly passage: string; readonly question: number }
  | { readonly type: "command-outcome"; readonly commandId: string; readonly ok: boolean; readonly detail: string }
  | { readonly type: "timer-expired"; readonly timer: string }
  /** What a person asks, proven to come from who it names. */
  | { readonly type: "order"; readonly order: Order }
);
