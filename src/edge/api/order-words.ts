import { randomInt } from "node:crypto";
import { LaneError } from "#contract/errors";
import type { Wish } from "#contract/order";
import type { Clock, MonotonicMs } from "#contract/units";
import { canonicalJson } from "#store/hash";

/** Without letters and digits that are mistaken for each other. */
const ALPHABET = "ABCDEFGHKLMNPRTUVWXYZ2346789";
const LENGTH = 5;
/** How long a word is good for, milliseconds: what a person has seen of the lane is old after that. */
export const WORD_LIFE_MS = 60_000;
/** Words that wait for their second step, at most; the oldest gives way. */
const LIMIT = 16;

interface Waiting {
  readonly wish: string;
  readonly until: MonotonicMs;
}

/** The words that stand between the first and the second step of an order: each for one wish, once, for a minute. */
export class OrderWords {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** The first step: a word to repeat. */
  issue(wish: Wish): string {
    const word = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? "").join("");
    this.#waiting.set(word, { wish: canonicalJson(wish), until: this.#clock.monotonic() + WORD_LIFE_MS });
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > LIMIT && oldest !== undefined) this.#waiting.delete(oldest);
    return word;
  }

  /** The second step. Throws LaneError ORDER_UNCONFIRMED unless `word` was given for this wish and is still good. */
  use(wish: Wish, word: string | undefined): void {
    const waiting = word === undefined ? undefined : this.#waiting.get(word);
    if (word !== undefined) this.#waiting.delete(word);
    if (waiting === undefined)
      throw new LaneError("ORDER_UNCONFIRMED", "no word, or one that was not given or is used");
    if (waiting.wish !== canonicalJson(wish)) throw new LaneError("ORDER_UNCONFIRMED", "the word is for another order");
    if (this.#clock.monotonic() > waiting.until) throw new LaneError("ORDER_UNCONFIRMED", "the word is too old");
  }
}
