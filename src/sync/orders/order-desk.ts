import { COMMAND_AHEAD_MS, COMMAND_LIFE_MS, type Command } from "#contract/command";
import { type ErrorCode, isLaneError, LaneError, messageOf } from "#contract/errors";
import type { Order, OrderOutcome } from "#contract/order";
import type { Clock } from "#contract/units";
import { sha256 } from "#store/hash";
import type { Rejections } from "../rejections.ts";
import { type AuthenticCommand, readCommand, secondPerson } from "./command-reader.ts";
import type { OrderKeys, ProvenPerson } from "./order-keys.ts";
import type { OrderMemory, TakenOrder } from "./order-memory.ts";

/** Where an order came in. */
export type OrderChannel = "operations" | "lane";

/** An order as it arrived. */
export interface OrderReceived {
  readonly payload: Uint8Array;
  readonly channel: OrderChannel;
  /** What the topic or the path says that is wished; must be what was signed. */
  readonly wish: string;
  /** Kept by a broker: never carried out. */
  readonly retained?: boolean;
  /** Looks at an authentic order before it is taken, and throws LaneError to refuse it. */
  readonly check?: (command: Command, person: ProvenPerson) => void;
}

export interface OrderDeskOptions {
  readonly site: string;
  readonly lane: string;
  readonly keys: OrderKeys;
  readonly memory: OrderMemory;
  readonly clock: Clock;
  /** Gives the order to the lane, which answers through `settled`. */
  readonly post: (order: Order) => void;
  /** Each refusal is a row in the journal, within limits. */
  readonly rejections: Rejections;
  /** An answer that came when nobody waited for it any more. */
  readonly late?: (outcome: OrderOutcome) => void;
  /** How long the lane may take to answer, milliseconds. Default 60,000: a boom that meets an obstacle tries again. */
  readonly answerWithinMs?: number;
}

interface Waiting {
  readonly resolve: (outcome: OrderOutcome) => void;
  readonly outcome: Promise<OrderOutcome>;
  readonly timer: NodeJS.Timeout;
}

const ANSWER_WITHIN_MS = 60_000;

/**
 * Takes the orders of people, from wherever they come: proves who gives them, that they are fresh, meant for this lane
 * and not given before, and writes them down before the lane gets them. Whether a good order may be carried out is for
 * the lane to decide. The same order again is answered again and not carried out again.
 */
export class OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #waiting = new Map<string, Waiting>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** All orders refused since the start. */
  get rejected(): number {
    return this.#options.rejections.total;
  }

  /** Rejects with the system's error when orders could not be written down. */
  async start(): Promise<void> {
    await this.#options.memory.start();
  }

  /** Safe to call twice. Orders under way are answered by nobody any more. */
  async stop(): Promise<void> {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    await this.#options.memory.stop();
  }

  /**
   * Resolves when the order was looked at, with a promise of what becomes of it. Rejects with a LaneError for what nobody
   * we know has signed: there is no one to answer then. Both are reported.
   */
  async take(received: OrderReceived): Promise<{ readonly outcome: Promise<OrderOutcome> }> {
    const source = received.channel === "operations" ? "command" : "order";
    try {
      if (this.#options.keys.size === 0) throw new LaneError("MESSAGE_REFUSED", "this lane knows no key for orders");
      if (received.retained === true) throw new LaneError("MESSAGE_REFUSED", "a retained command");
      const authentic = await readCommand(received.payload, this.#options.keys);
      return await this.#inTurn(() => this.#answer(authentic, received, source));
    } catch (error) {
      const { code, detail } = refusalOf(error);
      this.#options.rejections.add(source, code, detail);
      throw error instanceof LaneError ? error : new LaneError(code, detail, { cause: error });
    }
  }

  /** The lane has answered. */
  settled(outcome: OrderOutcome): void {
    const { memory, late } = this.#options;
    if (memory.find(outcome.id) === undefined) return;
    void memory.settle(outcome);
    const waiting = this.#waiting.get(outcome.id);
    if (waiting === undefined) return late?.(outcome);
    this.#waiting.delete(outcome.id);
    clearTimeout(waiting.timer);
    waiting.resolve(outcome);
  }

  async #answer(authentic: AuthenticCommand, received: OrderReceived, source: string) {
    const { id } = authentic.command;
    const known = this.#options.memory.find(id);
    if (known !== undefined) return { outcome: this.#again(known, authentic, source) };
    try {
      const order = await this.#admit(authentic, received);
      await this.#remember(authentic);
      return { outcome: this.#give(order) };
    } catch (error) {
      const { code, detail } = refusalOf(error);
      this.#options.rejections.add(source, code, detail);
      return { outcome: Promise.resolve<OrderOutcome>({ id, state: "refused", code, detail }) };
    }
  }

  /** An order under an id that was taken before. */
  #again(known: TakenOrder, authentic: AuthenticCommand, source: string): Promise<OrderOutcome> {
    const { rejections, clock } = this.#options;
    const { id, deadline } = authentic.command;
    if (digestOf(authentic) !== known.digest) {
      rejections.add(source, "ORDER_REPLAYED", `order ${id} was given before with other content`);
    } else if (!(clock.utc() <= Date.parse(deadline))) {
      rejections.add(source, "ORDER_REPLAYED", `order ${id} came again after its deadline`);
    }
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return waiting.outcome;
    return Promise.resolve(known.outcome ?? unanswered(id, "its answer was lost in a restart; the journal has it"));
  }

  /** The order, once everything about it holds. Rejects with LaneError. */
  async #admit(authentic: AuthenticCommand, { wish, channel, check }: OrderReceived): Promise<Order> {
    const { site, lane, keys } = this.#options;
    const { kid, command, signed } = authentic;
    if (command.site !== site || command.lane !== lane)
      throw new LaneError("MESSAGE_REFUSED", "it is for another lane");
    if (command.wish.name !== wish) throw new LaneError("MESSAGE_REFUSED", `it was sent as another wish than signed`);
    this.#requireFresh(authentic);
    const by = keys.person(kid, command.role);
    const second = await secondPerson(authentic, by, keys);
    check?.(command, by);
    return {
      id: command.id,
      by: { subject: by.subject, role: by.role },
      secondBy: second === null ? null : { subject: second.subject, role: second.role },
      reason: command.reason,
      wish: command.wish,
      proof: { channel, signed },
    };
  }

  /** Written so that a time which is none refuses: no comparison with NaN holds. */
  #requireFresh({ kid, command }: AuthenticCommand): void {
    const { clock, memory } = this.#options;
    const now = clock.utc();
    const issuedAt = Date.parse(command.issuedAt);
    const deadline = Date.parse(command.deadline);
    if (!(deadline - issuedAt > 0 && deadline - issuedAt <= COMMAND_LIFE_MS)) {
      throw new LaneError("ORDER_EXPIRED", `its deadline must follow its issue within ${COMMAND_LIFE_MS / 1000} s`);
    }
    if (!(issuedAt <= now + COMMAND_AHEAD_MS)) throw new LaneError("ORDER_EXPIRED", "it is issued in the future");
    if (!(now <= deadline)) throw new LaneError("ORDER_EXPIRED", "its deadline has passed");
    if (memory.nonceUsed(kid, command.nonce)) throw new LaneError("ORDER_REPLAYED", "its nonce was used before");
    if (!(issuedAt > memory.floor)) throw new LaneError("ORDER_REPLAYED", "it is older than what this lane remembers");
  }

  async #remember(authentic: AuthenticCommand): Promise<void> {
    const { id, nonce, issuedAt } = authentic.command;
    const digest = digestOf(authentic);
    await this.#options.memory.take({ id, kid: authentic.kid, nonce, digest, issuedAt: Date.parse(issuedAt) });
  }

  #give(order: Order): Promise<OrderOutcome> {
    const { id } = order;
    const limitMs = this.#options.answerWithinMs ?? ANSWER_WITHIN_MS;
    let resolve: Waiting["resolve"] = () => undefined;
    const outcome = new Promise<OrderOutcome>((done) => {
      resolve = done;
    });
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      resolve(unanswered(id, `no answer within ${limitMs / 1000} s`));
    }, limitMs);
    this.#waiting.set(id, { resolve, outcome, timer });
    this.#options.post(order);
    return outcome;
  }

  /** One order is looked at after the other, so that two with one nonce cannot both be new. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const digestOf = ({ signed }: AuthenticCommand): string => sha256(Buffer.from(signed.payload, "ascii"));

const unanswered = (id: string, detail: string): OrderOutcome => ({
  id,
  state: "failed",
  code: "ORDER_UNANSWERED",
  detail,
});

function refusalOf(error: unknown): { readonly code: ErrorCode; readonly detail: string } {
  if (isLaneError(error)) return { code: error.code, detail: error.detail };
  return { code: "MESSAGE_REFUSED", detail: `it could not be handled: ${messageOf(error)}` };
}
