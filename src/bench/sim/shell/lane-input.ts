import type { LaneEvent } from "#lanes/passage/model";

/** An event without its times: the shell stamps it when it enters. */
export type LaneInput = LaneEvent extends infer E ? (E extends LaneEvent ? Omit<E, "at" | "utc"> : never) : never;
