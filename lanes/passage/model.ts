import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord, IdentityRead, Verdict } from "#contract/decision";
import type { DeviceClass, DeviceHealth, GateCommand, GateInputs, LightColour } from "#contract/device";
import type { JournalType } from "#contract/journal";
import type { Order, OrderOutcome } from "#contract/order";
import type { EvidenceRef, RecognitionTask, TextReading } from "#contract/reading";
import type { MonotonicMs, Sha256, UtcMs } from "#contract/units";

/** A camera as the lane knows it: an id to ask for a picture, and what the picture is expected to show. */
export interface LaneCamera {
  readonly id: string;
  readonly task: RecognitionTask;
  /** When its subject is first in view: as the vehicle arrives, or once it stands on the weighbridge. */
  readonly trigger: "arrival" | "scale";
}

/** What does not change while the lane runs. */
export interface LaneSite {
  readonly lane: string;
  readonly direction: "EXPORT" | "IMPORT";
  readonly cameras: readonly LaneCamera[];
  readonly weighbridge: boolean;
}

/** Everything that can happen to a lane. Time enters only here. */
export type LaneEvent = { readonly at: MonotonicMs; readonly utc: UtcMs } & (
  | { readonly type: "started"; readonly boot: string; readonly site: LaneSite }
  | { readonly type: "gate-inputs"; readonly inputs: GateInputs }
  | { readonly type: "scale-load"; readonly load: ScaleLoad }
  | {
      readonly type: "weight-settled";
      readonly passage: string;
      readonly grossKg: number;
      readonly spreadKg: number;
      readonly zeroSeen: boolean;
    }
  | { readonly type: "weight-refused"; readonly passage: string; readonly reason: string }
  | {
      readonly type: "capture-result";
      readonly captureId: string;
      readonly passage: string;
      readonly camera: string;
      readonly evidence: EvidenceRef;
      readonly readings: readonly TextReading[];
      readonly modelHash: Sha256;
      readonly elapsedMs: number;
    }
  | {
      readonly type: "capture-failed";
      readonly captureId: string;
      readonly passage: string;
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
      readonly passage: string;
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
  /** `keep`: a timer of this name that already runs goes on; otherwise it starts anew. */
  | { readonly type: "start-timer"; readonly timer: string; readonly afterMs: number; readonly keep: boolean }
  | { readonly type: "cancel-timer"; readonly timer: string }
  /** Tells who asked what became of the order. */
  | { readonly type: "answer"; readonly outcome: OrderOutcome };

export type ScaleLoad = "unknown" | "empty" | "loaded";
export type Zone = "clear" | "occupied" | "unknown";

/** Machine 1: who stands where, from loops, photo-eyes and the weighbridge only. */
export interface Occupancy {
  readonly arrival: Zone;
  readonly entryEye: Zone;
  readonly exitEye: Zone;
  readonly underBoom: Zone;
  readonly exit: Zone;
  readonly scale: ScaleLoad;
}

/** Machine 2: the boom, from the limit switches only. */
export type Boom = "unknown" | "closed" | "moving" | "open" | "fault";

/** Machine 3: may the lane work by itself, and can it reach operations. */
export interface Mode {
  readonly service: "starting" | "auto" | "manual" | "out-of-service";
  /** Why the lane is not in `auto`; empty in `auto`. */
  readonly because: string;
  readonly link: "online" | "offline";
}

/** Machine 4: the phases of one passage (domain guide, 5.1). */
export const PHASES = [
  "identify",
  "position",
  "weigh",
  "decide",
  "armed",
  "opening",
  "crossing",
  "clearing",
  "closing",
  "hold",
  "recovering",
] as const;
export type Phase = (typeof PHASES)[number];

export const RESULTS = ["PASSED", "REFUSED", "DIVERTED", "ABANDONED", "UNCERTAIN"] as const;
export type PassageResult = (typeof RESULTS)[number];

export interface CameraProgress {
  readonly taken: number;
  /** Id of the capture under way. */
  readonly pending: string | null;
}

export interface Passage {
  readonly id: string;
  readonly phase: Phase;
  readonly openedUtc: UtcMs;
  readonly reads: readonly IdentityRead[];
  readonly cameras: Readonly<Record<string, CameraProgress>>;
  readonly captures: number;
  /** The identification time is over: decide with what there is. */
  readonly identityClosed: boolean;
  readonly weight: DecisionInput["weight"];
  readonly weightFault: string | null;
  readonly weighAttempts: number;
  /** Null until the cache has been asked for the present identities. */
  readonly candidates: readonly CachedClearance[] | null;
  readonly candidatesFor: string;
  /** The question to the cache that is not answered yet; an answer to any other means nothing. */
  readonly lookup: number | null;
  readonly cacheVersion: number;
  /** Age of the cache when it answered, at `cacheAt`. */
  readonly cacheAgeMs: number;
  readonly cacheAt: MonotonicMs;
  readonly decision: {
    readonly verdict: Verdict;
    readonly reason: string;
    readonly at: MonotonicMs;
    readonly clearance: string | null;
    /** The record of a PASS is on the disk. */
    readonly durable: boolean;
  } | null;
  /** The question to the disk about the present PASS that is not answered yet. */
  readonly confirm: number | null;
  /** Held for something that new data cannot mend: only an officer can. */
  readonly needsOfficer: boolean;
  /** The boom command whose outcome is still open. */
  readonly intent: { readonly commandId: string; readonly command: "raise-boom" | "lower-boom" } | null;
  readonly underSeen: boolean;
  readonly exitSeen: boolean;
  readonly closeTries: number;
  /** The zone was not watched for a while or the boom stopped on its way: the longer wait before it is lowered. */
  readonly careful: boolean;
  /** What `closing` ends in. */
  readonly result: PassageResult;
}

export interface LaneState {
  readonly boot: string;
  readonly site: LaneSite;
  readonly passageCount: number;
  readonly commandCount: number;
  /** Questions asked so far; their answers carry the number. */
  readonly questionCount: number;
  readonly occupancy: Occupancy;
  readonly boom: Boom;
  readonly mode: Mode;
  /** Conditions read from the gate that keep the lane out of `auto`; null before the first image. */
  readonly inputs: GateInputs | null;
  readonly entryLight: LightColour | null;
  readonly exitLight: LightColour | null;
  readonly devices: Readonly<Record<string, DeviceHealth["state"]>>;
  /**
   * When each running timer is due. The shell only wakes the lane: an expiry that was on its way while the timer was
   * cancelled or started anew is recognised here and means nothing.
   */
  readonly timers: Readonly<Record<string, MonotonicMs>>;
  readonly passage: Passage | null;
}

export interface Step {
  readonly state: LaneState;
  readonly effects: readonly LaneEffect[];
}

export type { DecisionRecord, IdentityRead };

export const INITIAL_STATE: LaneState = {
  boot: "",
  site: { lane: "", direction: "EXPORT", cameras: [], weighbridge: false },
  passageCount: 0,
  commandCount: 0,
  questionCount: 0,
  occupancy: {
    arrival: "unknown",
    entryEye: "unknown",
    exitEye: "unknown",
    underBoom: "unknown",
    exit: "unknown",
    scale: "unknown",
  },
  boom: "unknown",
  mode: { service: "starting", because: "the gate has not been read yet", link: "offline" },
  inputs: null,
  entryLight: null,
  exitLight: null,
  devices: {},
  timers: {},
  passage: null,
};
