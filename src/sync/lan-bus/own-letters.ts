import type { Logger } from "pino";
import { messageOf } from "#contract/errors";
import type { LaneKey } from "#store/lane-key";
import type { OwnUses } from "#store/own-uses";
import { signUses } from "./uses-letter.ts";

export interface OwnLettersOptions {
  readonly site: string;
  readonly lane: string;
  /** The lane's own key. */
  readonly key: LaneKey;
  /** Opens the lane's own uses; throws LaneError STORE_FAILED while there is no journal. */
  readonly openUses: () => OwnUses;
  readonly log: Logger;
}

/** One page of uses as it goes on the wire. */
export interface Letter {
  readonly text: string;
  readonly through: number;
  readonly head: number;
  readonly uses: number;
}

/** What this lane has used, in signed letters. */
export class OwnLetters {
  readonly #options: OwnLettersOptions;
  #uses: OwnUses | undefined;

  constructor(options: OwnLettersOptions) {
    this.#options = options;
  }

  /** Safe to call twice. */
  close(): void {
    this.#uses?.close();
    this.#uses = undefined;
  }

  /** Last entry of the journal; undefined while it cannot be read. */
  head(): number | undefined {
    return this.#reading((uses) => uses.after(Number.MAX_SAFE_INTEGER).head);
  }

  /** The uses after an entry, also when there are none; undefined while the journal cannot be read. */
  letter(after: number): Letter | undefined {
    const { site, lane, key } = this.#options;
    const page = this.#reading((uses) => uses.after(after));
    if (page === undefined) return undefined;
    const text = signUses({ schema: "gatelane.uses/1", site, lane, ...page }, key);
    return { text, through: page.through, head: page.head, uses: page.uses.length };
  }

  /** Gives every page of uses after an entry to `tell`; returns the entry up to which they reach. */
  tellAfter(after: number, tell: (text: string) => void): number {
    let told = after;
    for (;;) {
      const letter = this.letter(told);
      if (letter === undefined || letter.uses === 0) return told;
      tell(letter.text);
      told = letter.through;
      if (letter.through >= letter.head) return told;
    }
  }

  #reading<T>(read: (uses: OwnUses) => T): T | undefined {
    try {
      this.#uses ??= this.#options.openUses();
      return read(this.#uses);
    } catch (error) {
      this.close();
      this.#options.log.warn({ event: "lan-bus.unreadable", detail: messageOf(error) }, "the journal cannot be read");
      return undefined;
    }
  }
}
