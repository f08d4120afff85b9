import type { ToControl } from "#contract/messages";

/** What operations have acknowledged, as control takes it. */
type Receipt = Extract<ToControl, { type: "ack" }>;

export interface ReceiptsOptions {
  /** At most one receipt is handed on in this time, milliseconds. */
  readonly everyMs: number;
  readonly hand: (receipt: Receipt) => void;
}

/**
 * Hands on what operations have acknowledged, the first at once. Control makes each durable, and while a backlog drains
 * they come a hundred a second: of those in between only the last is handed on, which says all that the others said.
 */
export class Receipts {
  readonly #options: ReceiptsOptions;
  #newest: Receipt | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** `receipt` goes further than all before it. */
  take(receipt: Receipt): void {
    this.#newest = receipt;
    if (this.#pause === undefined) this.#handOn();
  }

  /** Hands on what waits. */
  stop(): void {
    clearTimeout(this.#pause);
    this.#handOn();
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #handOn(): void {
    this.#pause = undefined;
    if (this.#newest === undefined) return;
    const receipt = this.#newest;
    this.#newest = undefined;
    this.#pause = setTimeout(() => this.#handOn(), this.#options.everyMs);
    this.#options.hand(receipt);
  }
}
