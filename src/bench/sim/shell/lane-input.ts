import type { ToControl } from "#contract/messages";
import type { LaneEvent } from "#lanes/passage/model";

/** An event without its times: the shell stamps it when it enters. */
export type LaneInput = LaneEvent extends infer E ? (E extends LaneEvent ? Omit<E, "at" | "utc"> : never) : never;

/** A list of clearances, or changes to it, as edge hands it to control. */
export type ClearanceFeed = Extract<ToControl, { type: "clearance-snapshot" | "clearance-delta" }>;
