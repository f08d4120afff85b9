import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { InvariantError, LaneError, messageOf } from "#contract/errors";
import type { CommitBatch, CommitResult } from "./batch.ts";
import type { CommitOutcome, FromStore, ToStore } from "./protocol.ts";
import type { HousekeepingRequest } from "./retention/housekeeper.ts";
import { MAX_GROUP, Store, type StoreIdentity } from "./store.ts";

interface Waiting {
  readonly id: number;
  readonly batch: CommitBatch;
}

/**
 * The store as a thread of the control process, so that a slow disk never stops the loop that watches the barrier.
 * Batches that arrive while the disk is busy are committed together with one flush.
 */
class StoreThread {
  readonly #port: MessagePort;
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #flushScheduled = false;
  #ended = false;

  constructor(port: MessagePort, store: Store) {
    this.#port = port;
    this.#store = store;
  }

  receive(message: ToStore): void {
    if (this.#ended) return;
    if (message.type === "close") {
      this.#close();
      return;
    }
    if (message.type === "housekeep") {
      this.#housekeep(message.id, message.request);
      return;
    }
    this.#waiting.push(message);
    this.#scheduleFlush();
  }

  /** What waits for the disk goes first; a slice is short, so what comes meanwhile does not wait long. */
  #housekeep(id: number, request: HousekeepingRequest): void {
    this.#flush(Number.POSITIVE_INFINITY);
    if (this.#ended) return;
    try {
      post(this.#port, { type: "housekept", id, result: this.#store.housekeep(request) });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The messages that have already arrived are all delivered before the immediate runs: they make the group. */
  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      this.#flush(MAX_GROUP);
      if (this.#waiting.length > 0) this.#scheduleFlush();
    });
  }

  #flush(atMost: number): void {
    if (this.#ended || this.#waiting.length === 0) return;
    const group = this.#waiting.splice(0, atMost);
    try {
      const results = this.#store.commitGroup(group.map(({ batch }) => batch));
      const outcomes = group.flatMap(({ id }, index) => outcomeOf(id, results[index]));
      post(this.#port, { type: "settled", outcomes });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** After a failed write the disk and the memory may differ; going on could promise what is not there. */
  #fail(error: unknown): void {
    this.#ended = true;
    this.#waiting = [];
    post(this.#port, { type: "failed", ...failure(error) });
    this.#closeFile();
    this.#port.close();
  }

  #close(): void {
    this.#flush(Number.POSITIVE_INFINITY);
    if (this.#ended) return;
    this.#ended = true;
    this.#closeFile();
    post(this.#port, { type: "closed" });
    this.#port.close();
  }

  #closeFile(): void {
    try {
      this.#store.close();
    } catch {
      // The file is already lost to us; what was committed is on the disk.
    }
  }
}

function outcomeOf(id: number, result: CommitResult | LaneError | undefined): CommitOutcome[] {
  if (result === undefined) return [];
  return result instanceof LaneError ? [{ id, refused: result.detail }] : [{ id, result }];
}

function failure(error: unknown): { code: LaneError["code"]; detail: string } {
  if (error instanceof LaneError) return { code: error.code, detail: error.detail };
  const defect = error instanceof InvariantError ? "a defect of ours: " : "";
  return { code: "STORE_FAILED", detail: `${defect}${messageOf(error)}` };
}

function post(port: MessagePort, message: FromStore): void {
  port.postMessage(message);
}

function main(port: MessagePort): void {
  try {
    const { store, opened } = Store.open(workerData as StoreIdentity, (condition) =>
      post(port, { type: "storage", condition }),
    );
    const thread = new StoreThread(port, store);
    port.on("message", (message: ToStore) => thread.receive(message));
    post(port, { type: "opened", opened });
  } catch (error) {
    post(port, { type: "failed", ...failure(error) });
    port.close();
  }
}

if (parentPort === null) throw new InvariantError("the store worker runs as a worker thread");
main(parentPort);
