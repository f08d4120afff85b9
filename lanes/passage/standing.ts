import type { IdentityRead, SealRead } from "#contract/decision";
import type { OrderMode } from "#contract/order";
import type { MonotonicMs, UtcMs } from "#contract/units";

/** What the lane keeps in mind beside its passages. */

/** Faults that stand until a person has looked after them, also over a restart. */
export type StandingFault = "BOOM_FAULT";

/** What stands until somebody ends it, also over a restart. */
export interface Standing {
  /** The mode that a person has set; null when the lane is left to itself. */
  readonly mode: { readonly mode: Exclude<OrderMode, "auto">; readonly because: string } | null;
  readonly faults: Readonly<Partial<Record<StandingFault, string>>>;
  /** Sensors that are on with no vehicle to explain it; they stand until they go off. */
  readonly stuck: readonly string[];
  readonly emergency: { readonly since: UtcMs; readonly because: string } | null;
  /** Passages that nobody saw to the end, with the clearance that may or may not have crossed. */
  readonly uncertain: readonly { readonly passage: string; readonly clearance: string }[];
}

/** An order that waits for the hardware. */
export interface PendingOrder {
  readonly id: string;
  readonly wish: "pass" | "open" | "close";
  readonly by: string;
  /** The passage of a `pass`. */
  readonly passage: string | null;
}

/** A boom command that a person has given outside a passage and whose outcome is open. */
export interface Override {
  readonly commandId: string;
  readonly command: "raise-boom" | "lower-boom";
  readonly order: string;
}

/** An unmanned vehicle that has asked for the lane. */
export interface LinkedVehicle {
  readonly device: string;
  readonly vehicle: string;
  readonly request: string;
  /** Normal form of its serial number. */
  readonly serial: string;
  readonly granted: boolean;
  readonly entered: boolean;
}

/** The last word of a seal in reach, by the monotonic clock. */
export interface HeardSeal {
  readonly state: SealRead["state"];
  readonly device: string;
  readonly at: MonotonicMs;
}

/** A tag that was heard while nobody was being read, by the monotonic clock. */
export interface HeardTag {
  readonly read: IdentityRead;
  readonly at: MonotonicMs;
}

/** What a person is called for. */
export const ALARM_CODES = [
  "BOOM_FAULT",
  "BOOM_STUCK",
  "UNCOMMANDED_MOVE",
  "LOOP_STUCK",
  "TAILGATE",
  "WRONG_WAY",
  "PERSON",
  "CABINET_OPEN",
  "MAINS_LOST",
  "CLOCK",
  "EMERGENCY",
  "UNVERIFIED_PASSAGE",
  "HOLD_UNANSWERED",
  "BAY_NOT_REACHED",
  "BLOCKED",
] as const;
export type AlarmCode = (typeof ALARM_CODES)[number];

export interface Alarm {
  readonly since: UtcMs;
  readonly detail: string;
}
