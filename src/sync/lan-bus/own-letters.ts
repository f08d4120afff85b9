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

type Page = ReturnType<OwnUses["after"]>;

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

  /** The uses after an entry as they go on the wire, also when there are none; undefined while nothing can be read. */
  letter(after: number): string | undefined {
    const page = this.#page(after);
    return page === undefined ? undefined : this.#signed(page);
  }

  /** Gives every page of uses after an entry to `tell`; returns the entry up to which they reach. */
  tellAfter(after: number, tell: (text: string) => void): number {
    let told = after;
    for (;;) {
      const page = this.#page(told);
      if (page === undefined || page.uses.length === 0) return told;
      tell(this.#signed(page));
      told = page.through;
      if (page.through >= page.head) return told;
    }
  }

  #page(after: number): Page | undefined {
    return this.#reading((uses) => uses.after(after));
  }

  #signed(page: Page): string {
    const { site, lane, key } = this.#options;
    return signUses({ schema: "gatelane.uses/1", site, lane, ...page }, key);
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
