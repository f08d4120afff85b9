import type { LaneError } from "#contract/errors";
import type { Recognition } from "#contract/reading";
import type { RecognitionRequest } from "#vision/protocol";

/** A read that has not been answered yet. */
export interface PendingRead {
  readonly id: number;
  readonly request: RecognitionRequest;
  resolve(recognition: Recognition): void;
  reject(error: LaneError): void;
}

/** Reads in their order of arrival, one of them running, each with its deadline. */
export class ReadQueue {
  readonly #onExpired: (pending: PendingRead) => void;
  readonly #pending = new Map<number, PendingRead & { readonly deadline: NodeJS.Timeout }>();
  #running: PendingRead | undefined;
  #lastId = 0;

  /** `onExpired` must finish the read it is given. */
  constructor(onExpired: (pending: PendingRead) => void) {
    this.#onExpired = onExpired;
  }

  /** Reads waiting and running. */
  get size(): number {
    return this.#pending.size;
  }

  get running(): PendingRead | undefined {
    return this.#running;
  }

  add(request: RecognitionRequest, deadlineMs: number): Promise<Recognition> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const deadline = setTimeout(() => {
        const expired = this.#pending.get(id);
        if (expired !== undefined) this.#onExpired(expired);
      }, deadlineMs);
      this.#pending.set(id, { id, request, resolve, reject, deadline });
    });
  }

  /** The oldest waiting read becomes the running one. */
  takeNext(): PendingRead | undefined {
    this.#running ??= this.#pending.values().next().value;
    return this.#running;
  }

  /** Removes a read and settles it; an unknown id is an answer that came too late and is ignored. */
  finish(id: number, settle: (pending: PendingRead) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    clearTimeout(pending.deadline);
    this.#pending.delete(id);
    if (this.#running?.id === id) this.#running = undefined;
    settle(pending);
  }

  failAll(error: LaneError): void {
    for (const id of [...this.#pending.keys()]) this.finish(id, ({ reject }) => reject(error));
  }
}
