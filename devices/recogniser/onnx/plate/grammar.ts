import { CN_PROVINCES, VN_SERIES } from "#contract/identifiers";
import { anyOf, Grammar, oneOf, repeat, type Template } from "../decoding/grammar.ts";
import { CN_SUFFIXES, DIGITS } from "../lines/alphabet.ts";
import { PLATE } from "../thresholds.ts";

/**
 * Plate forms as templates for the search. They are a little wider than classifyPlate of the contract, which has the
 * last word on every plate that is reported.
 */

const DIGIT = oneOf(DIGITS);
const SERIES = oneOf(VN_SERIES);
const VN_PREFIX = [oneOf("123456789"), DIGIT];

/** Each head followed by the old four-digit and the present five-digit number. */
function vietnamese(...series: Template): Template[] {
  return [4, 5].map((digits) => [...VN_PREFIX, ...series, ...repeat(DIGIT, digits)]);
}

export const VN_GRAMMAR = new Grammar([
  ...vietnamese(SERIES),
  // Letter and digit on motorcycles; two letters on special vehicles and mopeds.
  ...vietnamese(SERIES, anyOf(DIGIT, oneOf(VN_SERIES, PLATE.logTwoLetters))),
  ...vietnamese(oneOf("R")),
  ...vietnamese(oneOf("R"), oneOf("M")),
  ...vietnamese(oneOf("Q"), oneOf("T")),
  ...[5, 6].map((digits) => [oneOf("T"), ...VN_PREFIX, ...repeat(DIGIT, digits)]),
  [oneOf("123456789", PLATE.logDigitsFirst), ...repeat(DIGIT, 4), SERIES, SERIES],
]);

const LETTER = oneOf("ABCDEFGHJKLMNPQRSTUVWXYZ");
const SERIAL = anyOf(LETTER, DIGIT);
const CN_PREFIX = [oneOf(CN_PROVINCES), LETTER];
/** Plates are read with O counted as 0; in the place of a letter 0 can only be O. */
const CN_OFFICIAL = [oneOf(CN_PROVINCES), oneOf("0", PLATE.logProvincialO)];
const NEW_ENERGY = oneOf("DF");

export const CN_GRAMMAR = new Grammar([
  [...CN_PREFIX, ...repeat(SERIAL, 5)],
  [...CN_PREFIX, ...repeat(SERIAL, 4), oneOf(CN_SUFFIXES)],
  [...CN_PREFIX, NEW_ENERGY, SERIAL, ...repeat(DIGIT, 4)],
  [...CN_PREFIX, ...repeat(DIGIT, 5), NEW_ENERGY],
  [...CN_OFFICIAL, ...repeat(SERIAL, 5)],
  [oneOf("W"), oneOf("J"), oneOf(CN_PROVINCES), ...repeat(DIGIT, 4), SERIAL],
]);
