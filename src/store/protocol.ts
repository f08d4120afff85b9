import type { ErrorCode } from "#contract/errors";
import type { StorageCondition } from "#contract/storage";
import type { CommitBatch, CommitResult, OpenedStore } from "./batch.ts";
import type { HousekeepingRequest, HousekeepingResult } from "./retention/housekeeper.ts";

/** What passes between the client and the store worker. Batches keep the order in which they are posted. */
export type ToStore =
  | { readonly type: "commit"; readonly id: number; readonly batch: CommitBatch }
  /** One slice of what has no hurry. */
  | { readonly type: "housekeep"; readonly id: number; readonly request: HousekeepingRequest }
  /** Commit what was posted before, close the file, end the thread. */
  | { readonly type: "close" };

export type FromStore =
  | { readonly type: "opened"; readonly opened: OpenedStore }
  | { readonly type: "settled"; readonly outcomes: readonly CommitOutcome[] }
  | { readonly type: "housekept"; readonly id: number; readonly result: HousekeepingResult }
  | { readonly type: "storage"; readonly condition: StorageCondition }
  /** Nothing is committed any more; the thread has closed the file. */
  | { readonly type: "failed"; readonly code: ErrorCode; readonly detail: string }
  | { readonly type: "closed" };

export type CommitOutcome =
  | { readonly id: number; readonly result: CommitResult }
  | { readonly id: number; readonly refused: string };
