import type { OutcomeMessage } from "#contract/command";
import type { OrderOutcome } from "#contract/order";
import { type Clock, isoUtc } from "#contract/units";
import { laneTopics } from "#contract/upstream";
import type { Received } from "../inbound.ts";
import type { Publication } from "../session.ts";
import type { OrderDesk } from "./order-desk.ts";

/** Publishes one message; the callback runs when the broker has it. */
export type PublishOutcome = (publication: Publication, onAcked: () => void) => void;

export interface CommandLineOptions {
  readonly site: string;
  readonly lane: string;
  readonly clock: Clock;
  readonly desk: OrderDesk;
}

/** Outcomes that wait for a connection, at most; the journal has them all. */
const WAITING_LIMIT = 256;

/** Commands of operations on their way in, and what became of them on its way out. */
export class CommandLine {
  readonly #options: CommandLineOptions;
  readonly #waiting = new Map<string, Publication>();
  #publish: PublishOutcome | undefined;

  constructor(options: CommandLineOptions) {
    this.#options = options;
  }

  /** All orders refused since the start. */
  get rejected(): number {
    return this.#options.desk.rejected;
  }

  /** Resolves when the command was looked at; what becomes of it follows by itself. Never rejects. */
  async take(wish: string, { payload, retained }: Received): Promise<void> {
    try {
      const { outcome } = await this.#options.desk.take({ payload, retained, wish, channel: "operations" });
      void outcome.then((settled) => this.tell(settled));
    } catch {
      // The desk has reported it, and there is nobody to answer.
    }
  }

  /** Says what became of an order as soon as the broker can be reached. */
  tell(outcome: OrderOutcome): void {
    const { site, lane, clock } = this.#options;
    const { id, state, code, detail } = outcome;
    const schema = "gatelane.outcome/1";
    const message: OutcomeMessage = { schema, site, lane, id, state, code, detail, at: isoUtc(clock.utc()) };
    const publication: Publication = {
      topic: laneTopics(site, lane).outcome(id),
      payload: JSON.stringify(message),
      contentType: "application/json",
      user: { schema },
    };
    this.#waiting.delete(id);
    this.#waiting.set(id, publication);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > WAITING_LIMIT && oldest !== undefined) this.#waiting.delete(oldest);
    this.#send(id, publication);
  }

  connected(publish: PublishOutcome): void {
    this.#publish = publish;
    for (const [id, publication] of this.#waiting) this.#send(id, publication);
  }

  disconnected(): void {
    this.#publish = undefined;
  }

  #send(id: string, publication: Publication): void {
    this.#publish?.(publication, () => {
      if (this.#waiting.get(id) === publication) this.#waiting.delete(id);
    });
  }
}
