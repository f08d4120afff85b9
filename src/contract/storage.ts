/**
 * How well the lane can keep its records. In every mode but `ok` nobody is let through: what cannot be recorded must not
 * happen (design, section 2: no store, no PASS).
 */
export const STORAGE_MODES = {
  ok: "",
  full: "Make room on the lane's disk. The lane writes into its reserve meanwhile, and goes on by itself.",
  slow: "Look at the disk's health and at what else writes to it. The lane goes on by itself when the disk is fast again.",
  "rolled-back":
    "Stop the lane and put the newest copy of its database back; operations hold entries that this one does not have.",
} as const satisfies Record<string, string>;

export type StorageMode = keyof typeof STORAGE_MODES;

/** A mode with what was found and what to do. */
export interface StorageCondition {
  readonly mode: StorageMode;
  /** What was found: one sentence for people. */
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly advice: string;
}

export function storageCondition(mode: StorageMode, detail = ""): StorageCondition {
  return { mode, detail, advice: STORAGE_MODES[mode] };
}
