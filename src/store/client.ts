import { Worker } from "node:worker_threads";
import { InvariantError, LaneError, unreachable } from "#contract/errors";
import type { StorageCondition } from "#contract/storage";
import type { CommitBatch, CommitResult, OpenedStore } from "./batch.ts";
import type { CommitOutcome, FromStore, ToStore } from "./protocol.ts";
import type { HousekeepingRequest, HousekeepingResult } from "./retention/housekeeper.ts";
import type { StoreIdentity } from "./store.ts";

export interface StoreClientOptions extends StoreIdentity {
  /** Called once, when the store can no longer be written. From then on the lane must not pass anything. */
  readonly onFailure: (error: LaneError) => void;
  /** The lane can keep its records less well than before, or well again. */
  readonly onStorage?: (condition: StorageCondition) => void;
  /** Most commits that may wait for the disk; one more is a failure, because memory must not stand in for a disk. */
  readonly maxPending?: number;
}

interface Pending {
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: LaneError) => void;
}

const MAX_PENDING = 4_096;
/** How long an orderly end may take before the thread is ended without ceremony, milliseconds. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * The store, seen from the control process. A resolved `commit` is on the disk. Fail-stop: after the first failure every
 * waiting and every later commit rejects, in the order in which they were made, and nothing is tried again.
 */
export class StoreClient {
  readonly #options: StoreClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #housekeeping = new Map<number, (result: HousekeepingResult) => void>();
  #worker: Worker | undefined;
  #failure: LaneError | undefined;
  #stopping: Promise<void> | undefined;
  #lastId = 0;

  constructor(options: StoreClientOptions) {
    this.#options = options;
  }

  /** Commits that are not on the disk yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Rejects with LaneError STORE_NOT_DURABLE, STORE_SCHEMA_TOO_NEW or STORE_FAILED. */
  start(): Promise<OpenedStore> {
    if (this.#worker !== undefined) return Promise.reject(new InvariantError("the store was started before"));
    const { path, boot, startedUtc, ballastBytes = 0 } = this.#options;
    const identity: StoreIdentity = { path, boot, startedUtc, ballastBytes };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: identity, name: "store" });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let opening = true;
      const fail = (error: LaneError): void => {
        if (opening) {
          opening = false;
          this.#failure = error;
          reject(error);
        } else {
          this.#fail(error);
        }
      };
      worker.on("message", (message: FromStore) => {
        if (message.type === "failed") return fail(new LaneError(message.code, message.detail));
        if (message.type === "opened") {
          opening = false;
          resolve(message.opened);
        } else if (message.type === "settled") this.#settle(message.outcomes);
        else if (message.type === "storage") this.#options.onStorage?.(message.condition);
        else if (message.type === "housekept") this.#housekept(message.id, message.result);
        else if (message.type !== "closed") unreachable(message);
      });
      worker.on("error", (cause) => fail(new LaneError("STORE_FAILED", "the store thread broke", { cause })));
      worker.on("exit", () => fail(new LaneError("STORE_FAILED", "the store thread ended")));
    });
  }

  /**
   * Makes a batch durable, after all batches given before it. Rejects with LaneError MESSAGE_REFUSED when the batch was
   * refused (a clearance list that does not follow on the cached one): nothing of it was written and the store goes on.
   * Any other rejection is the end of this store.
   */
  commit(batch: CommitBatch): Promise<CommitResult> {
    const worker = this.#worker;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (worker === undefined || this.#stopping !== undefined) {
      return Promise.reject(new LaneError("STORE_FAILED", "the store is not running"));
    }
    const limit = this.#options.maxPending ?? MAX_PENDING;
    if (this.#pending.size >= limit) {
      const error = new LaneError("STORE_FAILED", `${limit} commits wait for the disk`);
      this.#fail(error);
      return Promise.reject(error);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post(worker, { type: "commit", id, batch });
    });
  }

  /**
   * One slice of archive and retention, after what was given before. Never resolves once the store has failed or is
   * stopped: then nobody needs the answer.
   */
  housekeep(request: HousekeepingRequest): Promise<HousekeepingResult> {
    return new Promise((resolve) => {
      const worker = this.#worker;
      if (worker === undefined || this.#failure !== undefined || this.#stopping !== undefined) return;
      this.#lastId += 1;
      this.#housekeeping.set(this.#lastId, resolve);
      this.#post(worker, { type: "housekeep", id: this.#lastId, request });
    });
  }

  /** Commits what was given before, then closes the file. Safe to call twice, and after a failure. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => {
      if (worker.threadId === -1) resolve();
      else worker.once("exit", () => resolve());
    });
    this.#post(worker, { type: "close" });
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #post(worker: Worker, message: ToStore): void {
    try {
      worker.postMessage(message);
    } catch (error) {
      // A batch that cannot be copied to the thread is a defect of ours; later batches may rest on it.
      this.#fail(new LaneError("STORE_FAILED", "a batch is not plain data", { cause: error }));
    }
  }

  #housekept(id: number, result: HousekeepingResult): void {
    this.#housekeeping.get(id)?.(result);
    this.#housekeeping.delete(id);
  }

  #settle(outcomes: readonly CommitOutcome[]): void {
    for (const outcome of outcomes) {
      const pending = this.#pending.get(outcome.id);
      if (pending === undefined) continue;
      this.#pending.delete(outcome.id);
      if ("result" in outcome) pending.resolve(outcome.result);
      else pending.reject(new LaneError("MESSAGE_REFUSED", outcome.refused));
    }
  }

  #fail(error: LaneError): void {
    if (this.#failure !== undefined) return;
    const orderly = this.#stopping !== undefined && this.#pending.size === 0;
    this.#failure = error;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
    if (!orderly) this.#options.onFailure(error);
  }
}
