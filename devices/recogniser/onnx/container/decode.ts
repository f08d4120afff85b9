import { containerCheckDigit } from "#contract/identifiers";
import { beamSearch, type Hypothesis } from "../decoding/beam.ts";
import { anyOf, Grammar, oneOf, repeat } from "../decoding/grammar.ts";
import { NEVER } from "../decoding/logarithm.ts";
import { DIGITS, LETTERS } from "../lines/alphabet.ts";
import type { Lattice } from "../lines/lattice.ts";
import { CONTAINER } from "../thresholds.ts";

const LETTER = oneOf(LETTERS);
const DIGIT = oneOf(DIGITS);
/**
 * ISO 6346 category: U for freight containers; J (equipment) and Z (chassis) are rare on a border road. Owners outside
 * the register use other letters, with a check digit all the same: evidence for those never suffices to be verified.
 */
const CATEGORY = anyOf(oneOf(LETTERS, CONTAINER.logOtherCategory), oneOf("JZ", CONTAINER.logRareCategory), oneOf("U"));
const REGISTERED = /^[A-Z]{3}[UJZ]/;
const FIRST_TEN = [LETTER, LETTER, LETTER, CATEGORY, ...repeat(DIGIT, 6)];

/** A container number, with or without its check digit. */
export const CONTAINER_GRAMMAR = new Grammar([FIRST_TEN, [...FIRST_TEN, DIGIT]]);

/** A container number found in one lattice. */
export interface ContainerHypothesis {
  /** Eleven characters with a right check digit. */
  readonly text: string;
  /** The check digit is in the lattice; otherwise ten characters were read and it was computed. */
  readonly checkRead: boolean;
  readonly logProbability: number;
  /**
   * Distance to the best eleven characters that are not this text, check digit right or wrong. Negative: without the
   * check digit something else would have been read.
   */
  readonly margin: number;
}

export interface ContainerDecoding {
  readonly full: ContainerHypothesis | undefined;
  readonly inferred: ContainerHypothesis | undefined;
}

/** The best container number in a lattice with its check digit read, and the best with only ten characters read. */
export function decodeContainer(lattice: Lattice): ContainerDecoding {
  const complete = beamSearch(lattice, CONTAINER_GRAMMAR).filter((hypothesis) => hypothesis.complete);
  const eleven = complete.filter(({ text }) => text.length === 11);
  const ten = complete.filter(({ text }) => text.length === 10);
  const full = eleven.find(({ text }) => containerCheckDigit(text) === Number(text[10]));
  // Nothing speaks for an odd category when not even a check digit was seen.
  const inferred = ten.find(({ text }) => REGISTERED.test(text));
  return {
    full: full && {
      text: full.text,
      checkRead: true,
      logProbability: full.logProbability,
      margin: marginOf(full, eleven),
    },
    inferred: inferred && {
      text: inferred.text + containerCheckDigit(inferred.text),
      checkRead: false,
      logProbability: inferred.logProbability,
      margin: marginOf(inferred, ten),
    },
  };
}

function marginOf(chosen: Hypothesis, all: readonly Hypothesis[]): number {
  const rival = all.find(({ text }) => text !== chosen.text);
  return chosen.logProbability - (rival?.logProbability ?? NEVER);
}
