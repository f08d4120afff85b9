import { classifyPlate, containerCheckDigit, isContainerNumber } from "#contract/identifiers";
import type { ContainerReading, PlateReading, Quad, TextReading } from "#contract/reading";
import type { ConfusionTable } from "#lanes/fusion/confusion";
import type { Dice } from "../dice.ts";
import { CONFUSION, ESTIMATES, MISS_RATES, type MissRates } from "./confusion.ts";

const BOX: Quad = [
  [0, 0],
  [100, 0],
  [100, 20],
  [0, 20],
];
const CHARACTERS = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** What each character is taken for when recognition errs. */
function lookalikes({ classes }: ConfusionTable): ReadonlyMap<string, readonly string[]> {
  return new Map(
    CHARACTERS.map((character) => {
      const mates = new Set(classes.filter((members) => members.includes(character)).join(""));
      mates.delete(character);
      return [character, [...mates]];
    }),
  );
}

export const LOOKALIKES = lookalikes(CONFUSION);

/** How one painted text reads for as long as the vehicle is there: dirt and damage do not change between two pictures. */
export type Condition =
  | { readonly kind: "clear" | "unreadable" }
  | { readonly kind: "misleading"; readonly as: string };

/**
 * Recognition as it errs: no reading, a wrong one that fits the grammar, or the right one, with confidences that overlap.
 * Some vehicles are misread in the same way by every camera, which more pictures do not mend.
 */
export class Recognition {
  readonly #dice: Dice;
  /** Times the measured rate of errors. */
  readonly #factor: () => number;

  constructor(dice: Dice, factor: () => number) {
    this.#dice = dice;
    this.#factor = factor;
  }

  conditionOf(text: string): Condition {
    if (text === "") return { kind: "clear" };
    const { none, wrong } = ratesOf(text);
    const throwOf = this.#dice.next() / (this.#factor() * ESTIMATES.persistent);
    if (throwOf < none) return { kind: "unreadable" };
    if (throwOf > none + wrong) return { kind: "clear" };
    const as = isContainerNumber(text) ? this.#otherContainer(text) : this.#otherPlate(text);
    return as === null ? { kind: "clear" } : { kind: "misleading", as };
  }

  plate(text: string, condition: Condition): TextReading[] {
    const { none, wrong } = ratesOf(text);
    const throwOf = this.#passing();
    if (text === "") return [];
    if (condition.kind === "unreadable" || throwOf < none) return [];
    const truth = condition.kind === "misleading" ? condition.as : text;
    const read = throwOf < none + wrong ? this.#otherPlate(truth) : truth;
    if (read === null) return [];
    return [this.plateReading(read, this.confidence(read === text))];
  }

  container(text: string, condition: Condition): TextReading[] {
    const { none, wrong } = MISS_RATES.container;
    const { computed, computedWrong } = ESTIMATES;
    const throwOf = this.#passing();
    if (text === "" || condition.kind === "unreadable" || throwOf < none) return [];
    const truth = condition.kind === "misleading" ? condition.as : text;
    if (throwOf < none + wrong) {
      const other = this.#otherContainer(truth);
      return other === null ? [] : [this.#containerReading(other, this.confidence(false), "verified")];
    }
    if (throwOf < none + wrong + computed) {
      // The check digit was out of sight: whatever the ten characters are, the computed digit fits them.
      const ten = this.#dice.chance(computedWrong) ? this.#alter(truth.slice(0, 10), 4) : truth.slice(0, 10);
      const whole = ten === null ? truth : `${ten}${containerCheckDigit(ten)}`;
      if (!isContainerNumber(whole)) return [];
      return [this.#containerReading(whole, this.confidence(whole === text), "inferred")];
    }
    return [this.#containerReading(truth, this.confidence(truth === text), "verified")];
  }

  /** A throw for what concerns one picture only. */
  #passing(): number {
    return this.#dice.next() / (this.#factor() * (1 - ESTIMATES.persistent));
  }

  /** How sure the recogniser says it is: often more of right texts than of wrong ones, never to be relied on. */
  confidence(right: boolean): number {
    const { least, most } = right ? ESTIMATES.confidence.right : ESTIMATES.confidence.wrong;
    const high = Math.max(this.#dice.next(), right ? this.#dice.next() : 0);
    return Math.round((least + (most - least) * high) * 1000) / 1000;
  }

  plateReading(text: string, confidence: number): PlateReading {
    const kind = classifyPlate(text);
    return {
      kind: "plate",
      text,
      confidence,
      alternatives: [],
      box: BOX,
      country: kind?.country ?? "VN",
      plateKind: kind?.kind ?? "tractor",
      lines: 1,
    };
  }

  #containerReading(text: string, confidence: number, check: ContainerReading["check"]): ContainerReading {
    return { kind: "container", text, confidence, alternatives: [], box: BOX, check };
  }

  #otherPlate(text: string): string | null {
    for (let tries = 0; tries < 6; tries++) {
      const other = this.#alter(text, 0);
      if (other !== null && classifyPlate(other) !== undefined) return other;
    }
    return null;
  }

  /** Two characters wrong so that the check digit fits again, as a misreading that passes it must be. */
  #otherContainer(text: string): string | null {
    const ten = this.#alter(text.slice(0, 10), 0);
    if (ten === null) return null;
    const whole = `${ten}${containerCheckDigit(ten)}`;
    return isContainerNumber(whole) ? whole : null;
  }

  /** One character at or after `from` taken for another, as often for one that looks like it as was measured. */
  #alter(text: string, from: number): string | null {
    for (let tries = 0; tries < 12; tries++) {
      const alike = this.#dice.chance(CONFUSION.shareInClass);
      const place = this.#dice.integer(from, text.length - 1);
      const was = text[place] ?? "";
      const others = alike ? (LOOKALIKES.get(was) ?? []) : CHARACTERS;
      const other = others[this.#dice.integer(0, Math.max(0, others.length - 1))];
      if (other !== undefined && other !== was) return text.slice(0, place) + other + text.slice(place + 1);
    }
    return null;
  }
}

function ratesOf(text: string): MissRates {
  if (isContainerNumber(text)) return MISS_RATES.container;
  return /^[A-Z0-9]/.test(text) ? MISS_RATES.vietnamesePlate : MISS_RATES.chinesePlate;
}
