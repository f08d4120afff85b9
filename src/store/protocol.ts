import type { ErrorCode } from "#contract/errors";
import type { CommitBatch, CommitResult, OpenedStore } from "./batch.ts";

/** What passes between the client and the store worker. Batches keep the order in which they are posted. */
export type ToStore =
  | { readonly type: "commit"; readonly id: number; readonly batch: CommitBatch }
  /** Commit what was posted before, close the file, end the thread. */
  | { readonly type: "close" };

export type FromStore =
  | { readonly type: "opened"; readonly opened: OpenedStore }
  | { readonly type: "settled"; readonly outcomes: readonly CommitOutcome[] }
  /** Nothing is committed any more; the thread has closed the file. */
  | { readonly type: "failed"; readonly code: ErrorCode; readonly detail: string }
  | { readonly type: "closed" };

export type CommitOutcome =
  | { readonly id: number; readonly result: CommitResult }
  | { readonly id: number; readonly refused: string };
