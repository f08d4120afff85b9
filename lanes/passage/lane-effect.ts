import type { GateCommand } from "#contract/device";
import type { JournalType } from "#contract/journal";
import type { OrderOutcome } from "#contract/order";
import type { RecognitionTask } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";

/** What the shell performs, in order, after the state and the records of the step are durable. */
export type LaneEffect =
  | { readonly type: "record"; readonly entry: JournalType; readonly passage: string | null; readonly data: unknown }
  | {
      readonly type: "command";
      readonly commandId: string;
      readonly passage: string | null;
      readonly command: GateCommand;
      /** When the intent was formed; the interlock refuses commands that are too old. */
      readonly issuedAt: MonotonicMs;
    }
  | {
      readonly type: "capture";
      readonly captureId: string;
      /** Null: not of a vehicle that is being read. */
      readonly passage: string | null;
      readonly camera: string;
      readonly task: RecognitionTask;
    }
  | {
      readonly type: "find-clearances";
      readonly passage: string;
      /** Comes back with the answer; only the answer to the last question counts. */
      readonly question: number;
      readonly container: string | null;
      readonly plate: string | null;
    }
  | { readonly type: "weigh"; readonly passage: string }
  | { readonly type: "stop-weighing" }
  | { readonly type: "confirm-durable"; readonly passage: string; readonly question: number }
  | {
      readonly type: "consumption";
      readonly clearance: string;
      readonly consumption: "none" | "reserved" | "consumed";
      readonly passage: string;
    }
  /** Lets an unmanned vehicle in, or stay, for `leaseMs` milliseconds from now. */
  | {
      readonly type: "grant";
      readonly device: string;
      readonly vehicle: string;
      readonly request: string;
      readonly leaseMs: number;
    }
  | { readonly type: "refuse"; readonly device: string; readonly vehicle: string; readonly request: string }
  /** `keep`: a timer of this name that already runs goes on; otherwise it starts anew. */
  | { readonly type: "start-timer"; readonly timer: string; readonly afterMs: number; readonly keep: boolean }
  | { readonly type: "cancel-timer"; readonly timer: string }
  /** Tells who asked what became of the order. */
  | { readonly type: "answer"; readonly outcome: OrderOutcome };
