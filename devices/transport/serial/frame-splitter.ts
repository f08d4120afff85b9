/** How frames of text stand in a stream of bytes. */
export interface Framing {
  /** First character of a frame, where there is one. */
  readonly start?: string | undefined;
  /** What ends a frame: one character, or two. */
  readonly end: string;
  /** Most characters between the two. */
  readonly maxLength: number;
  /** Whether the stream begins with a whole frame; otherwise what comes before the first end is dropped. */
  readonly wholeFromTheStart?: boolean;
}

/** Either the characters of one frame, without start and end, or what was wrong with it. */
export type Cut = { readonly text: string } | { readonly misfit: string };

/**
 * Cuts a stream of bytes into frames, one character a byte (ISO 8859-1). Holds never more than one frame: what is longer
 * is a misfit, and is skipped to its end. What comes before the first whole frame is the rest of one and is dropped.
 */
export class FrameSplitter {
  readonly #framing: Framing;
  #held = "";
  /** `between` frames, `inside` one, or in one that is to be `skipped`. */
  #place: "between" | "inside" | "skipped";

  constructor(framing: Framing) {
    this.#framing = framing;
    const first = framing.wholeFromTheStart === true ? "inside" : "skipped";
    this.#place = framing.start === undefined ? first : "between";
  }

  /** Everything that these bytes complete, in order. */
  push(chunk: Uint8Array): Cut[] {
    const cuts: Cut[] = [];
    for (const byte of chunk) {
      const cut = this.#take(String.fromCharCode(byte));
      if (cut !== undefined) cuts.push(cut);
    }
    return cuts;
  }

  #take(character: string): Cut | undefined {
    const { start, end, maxLength } = this.#framing;
    if (start !== undefined && character === start) {
      const broken = this.#place === "inside" && this.#held !== "";
      this.#begin("inside");
      return broken ? { misfit: "a frame that never ended" } : undefined;
    }
    if (this.#place === "between") return undefined;
    this.#held += character;
    if (this.#held.endsWith(end)) {
      const text = this.#held.slice(0, -end.length);
      const whole = this.#place === "inside";
      this.#begin(start === undefined ? "inside" : "between");
      return whole ? { text } : undefined;
    }
    if (this.#held.length < maxLength + end.length) return undefined;
    // Enough is kept to see the end, whatever comes before it.
    const tooLong = this.#place === "inside";
    this.#held = end.length === 1 ? "" : this.#held.slice(1 - end.length);
    this.#place = "skipped";
    return tooLong ? { misfit: `a frame of more than ${maxLength} characters` } : undefined;
  }

  #begin(place: "between" | "inside"): void {
    this.#held = "";
    this.#place = place;
  }
}
