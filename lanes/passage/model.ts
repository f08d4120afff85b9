import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord, IdentityRead, SealRead, Verdict } from "#contract/decision";
import type { DeviceHealth, GateInputs, LightColour } from "#contract/device";
import type { RecognitionTask } from "#contract/reading";
import type { MonotonicMs, UtcMs } from "#contract/units";
import type { LaneClock } from "./clock.ts";
import type { LaneEffect } from "./lane-effect.ts";
import type { SignCode } from "./sign.ts";
import type {
  Alarm,
  AlarmCode,
  HeardSeal,
  HeardTag,
  LinkedVehicle,
  Override,
  PendingOrder,
  Standing,
} from "./standing.ts";

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
  /** Behind the boom vehicles are still inside the customs area, as in front of the yard; absent, they leave it. */
  readonly inward?: boolean;
  readonly cameras: readonly LaneCamera[];
  readonly weighbridge: boolean;
  /** A reader of electronic seals is fitted. */
  readonly seals?: boolean;
}

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
  readonly service: "starting" | "auto" | "manual" | "maintenance" | "out-of-service";
  /** Why the lane is not in `auto`; empty in `auto`. */
  readonly because: string;
  readonly link: "online" | "offline";
}

/** Machine 4: the phases of one passage (domain guide, 5.1). */
export const PHASES = [
  "identify",
  "position",
  "weigh",
  "seal",
  "decide",
  "armed",
  "opening",
  "crossing",
  "clearing",
  "closing",
  "hold",
  "watched",
  "recovering",
] as const;
export type Phase = (typeof PHASES)[number];

export const RESULTS = [
  "PASSED",
  "PASSED_OFFICER",
  "REFUSED",
  "DIVERTED",
  "ABANDONED",
  /** Nobody saw it to the end: an officer has to say what became of its clearance. */
  "UNCERTAIN",
  /** It went through a boom that people had opened by hand. */
  "MANUAL",
  /** It was seen to go through without anybody's leave. */
  "UNVERIFIED_PASSAGE",
] as const;
export type PassageResult = (typeof RESULTS)[number];

export interface CameraProgress {
  readonly taken: number;
  /** Id of the capture under way. */
  readonly pending: string | null;
}

/** An officer lets a vehicle pass that the rules hold. */
export interface OfficerPass {
  readonly order: string;
  /** The role may pass also what is suspended, revoked or used (policy `officer.blockedRoles`). */
  readonly mayPassBlocked: boolean;
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
  /** Tags that spell no plate, or were heard before the vehicle arrived: whose they are only a clearance can say. */
  readonly strangeTags: readonly IdentityRead[];
  /** Seals as devices and officers found them. */
  readonly seals: readonly SealRead[];
  /** The time to hear the seals is over. */
  readonly sealClosed: boolean;
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
    /** Present on a PASS that an officer gave. */
    readonly officer?: OfficerPass;
  } | null;
  /** The question to the disk about the present PASS that is not answered yet. */
  readonly confirm: number | null;
  /** Held for something that new data cannot mend: only an officer can. */
  readonly needsOfficer: boolean;
  /** The boom command whose outcome is still open. */
  readonly intent: {
    readonly commandId: string;
    readonly command: "raise-boom" | "lower-boom";
    /** The command was not sent, or nobody knows whether the PLC has taken it. */
    readonly missed?: true;
  } | null;
  readonly underSeen: boolean;
  readonly exitSeen: boolean;
  /** The deck was seen empty behind it while it was driving out: whoever is on the deck now is the next. */
  readonly deckLeft: boolean;
  /** The light curtain was broken while it crossed, so a gap in it says something. */
  readonly curtainSeen: boolean;
  /** Since when there is a gap at the boom behind it; null while there is none. */
  readonly gapAt: MonotonicMs | null;
  /** How often the boom was asked to open for it. */
  readonly raiseTries: number;
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
  /** What the siren was told last, by which command, for the how manieth time. */
  readonly siren: { readonly on: boolean; readonly commandId: string; readonly tries: number };
  /** The word on the sign. */
  readonly sign: SignCode;
  readonly devices: Readonly<Record<string, DeviceHealth["state"]>>;
  /**
   * When each running timer is due. The shell only wakes the lane: an expiry that was on its way while the timer was
   * cancelled or started anew is recognised here and means nothing.
   */
  readonly timers: Readonly<Record<string, MonotonicMs>>;
  /** The vehicle on the weighbridge or at the boom. */
  readonly passage: Passage | null;
  /** The vehicle behind it, asked in while the one before drives out; it is read, and nothing is decided about it yet. */
  readonly next: Passage | null;
  readonly vehicles: readonly LinkedVehicle[];
  /** Loose goods that have passed under a declaration, with what the list knew of, kilograms. */
  readonly bulkPassedKg: Readonly<Record<string, number>>;
  readonly sealsHeard: Readonly<Record<string, HeardSeal>>;
  /** An antenna often hears a vehicle before the arrival loop feels it. */
  readonly tagsHeard: readonly HeardTag[];
  readonly standing: Standing;
  readonly override: Override | null;
  /** The order by which the boom stands open outside a passage. */
  readonly openedBy: string | null;
  readonly pendingOrders: readonly PendingOrder[];
  /** The last orders, by id: the same order is carried out once. */
  readonly ordersSeen: readonly string[];
  readonly clock: LaneClock;
  /** What a person should look at, by code. */
  readonly alarms: Readonly<Partial<Record<AlarmCode, Alarm>>>;
}

export interface Step {
  readonly state: LaneState;
  readonly effects: readonly LaneEffect[];
}

export type { LaneEffect } from "./lane-effect.ts";
export type { LaneEvent } from "./lane-event.ts";
export type { AlarmCode, HeardSeal, HeardTag, LinkedVehicle, PendingOrder, Standing } from "./standing.ts";
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
  siren: { on: false, commandId: "", tries: 0 },
  sign: "CLOSED",
  devices: {},
  timers: {},
  passage: null,
  next: null,
  vehicles: [],
  bulkPassedKg: {},
  sealsHeard: {},
  tagsHeard: [],
  standing: { mode: null, faults: {}, stuck: [], emergency: null, uncertain: [] },
  override: null,
  openedBy: null,
  pendingOrders: [],
  ordersSeen: [],
  clock: { at: null, utc: null, steppedMs: 0 },
  alarms: {},
};
