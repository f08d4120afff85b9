/** Entries from `from` to `to`, both included, that are still to be sent. */
interface Stretch {
  from: number;
  readonly to: number;
}

/**
 * Which entries of the journal are still to be sent: stretches of the backlog, oldest first, and the live stream, which
 * is everything from one entry on. Both go on side by side, each in order. Everything up to `acked` is settled.
 */
export class SendPlan {
  #acked = 0;
  #heard = 0;
  #stretches: Stretch[] = [];
  #live = 1;

  /** Last entry that operations have acknowledged. */
  get acked(): number {
    return this.#acked;
  }

  /** Last entry that operations say they hold: as far as `acked`, or further while the cursor is being made durable. */
  get heard(): number {
    return Math.max(this.#heard, this.#acked);
  }

  /** First entry of the live stream that was not sent. */
  get live(): number {
    return this.#live;
  }

  /** First entry of the backlog that was not sent; undefined when there is no backlog. */
  get backlog(): { readonly from: number; readonly to: number } | undefined {
    return this.#stretches[0];
  }

  /** Entries of the backlog that were not sent. */
  get backlogLength(): number {
    return this.#stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  /** Entries sent that operations have not acknowledged. */
  get unacknowledged(): number {
    return this.#live - 1 - this.#acked - this.backlogLength;
  }

  /** Entries sent that operations have not spoken of. */
  get unheard(): number {
    return this.unacknowledged - (this.heard - this.#acked);
  }

  /** Starts over: everything after `acked` and up to `head` is backlog, what comes later is live. */
  restart(acked: number, head: number): void {
    this.#acked = acked;
    this.#heard = acked;
    this.#live = Math.max(head, acked) + 1;
    this.#stretches = acked < head ? [{ from: acked + 1, to: head }] : [];
  }

  /** Everything sent and not acknowledged is to be sent again. */
  repeat(): void {
    this.restart(this.#acked, this.#live - 1);
  }

  /** The live stream has fallen behind: what it still has up to `head` becomes backlog. */
  defer(head: number): void {
    if (head < this.#live) return;
    const last = this.#stretches.at(-1);
    const from = last !== undefined && last.to === this.#live - 1 ? (this.#stretches.pop() ?? last).from : this.#live;
    this.#stretches.push({ from, to: head });
    this.#live = head + 1;
  }

  sentLive(seq: number): void {
    this.#live = seq + 1;
  }

  sentBacklog(seq: number): void {
    const [first] = this.#stretches;
    if (first === undefined) return;
    first.from = seq + 1;
    if (first.from > first.to) this.#stretches.shift();
  }

  /** Operations say that they hold everything up to `seq`. Returns false when that is no news, or more than was sent. */
  hear(seq: number): boolean {
    const sent = (this.backlog?.from ?? this.#live) - 1;
    if (seq <= this.heard || seq > sent) return false;
    this.#heard = seq;
    return true;
  }

  /** Operations hold everything up to `seq`. Returns false when they held it before. */
  acknowledge(seq: number): boolean {
    if (seq <= this.#acked) return false;
    this.#acked = seq;
    this.#live = Math.max(this.#live, seq + 1);
    this.#stretches = this.#stretches.filter(({ to }) => to > seq);
    const [first] = this.#stretches;
    if (first !== undefined) first.from = Math.max(first.from, seq + 1);
    return true;
  }
}
