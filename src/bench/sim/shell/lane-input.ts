import type { Clearance } from "#contract/clearance";
import type { LaneEvent } from "#lanes/passage/model";

/** An event without its times: the shell stamps it when it enters. */
export type LaneInput = LaneEvent extends infer E ? (E extends LaneEvent ? Omit<E, "at" | "utc"> : never) : never;

/** A list of clearances as it comes from operations. */
export type ClearanceFeed =
  | {
      readonly type: "clearance-snapshot";
      readonly version: number;
      /** When operations signed it. */
      readonly at: number;
      readonly records: readonly Clearance[];
    }
  | {
      readonly type: "clearance-delta";
      readonly version: number;
      readonly at: number;
      readonly upsert: readonly Clearance[];
      readonly remove: readonly string[];
    };
