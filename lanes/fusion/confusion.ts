/**
 * How recognition errs. A table, so that a site can replace it by one measured on its own cameras.
 * Defaults: classes from the domain guide, section 3 ("OCR confusions"); pass rates of the check digit as measured there.
 */
export interface ConfusionTable {
  readonly version: 1;
  /** Characters that are taken for each other. One character may stand in several classes. */
  readonly classes: readonly string[];
  /** Share of all errors that stay within a class, 0..1. */
  readonly shareInClass: number;
  /** How many characters an error can end in, the right one not counted. */
  readonly alphabetSize: number;
  /** How often one wrong character of a container number passes its check digit all the same, 0..1. */
  readonly containerPassRate: { readonly letter: number; readonly digit: number };
}

export const DEFAULT_CONFUSION: ConfusionTable = {
  version: 1,
  classes: ["0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV", "CG", "MN"],
  shareInClass: 0.8,
  alphabetSize: 35,
  containerPassRate: { letter: 0.085, digit: 0.018 },
};

/** Whether recognition takes the two characters for each other; a character is not confused with itself. */
export function confusable(one: string, other: string, table: ConfusionTable = DEFAULT_CONFUSION): boolean {
  return one !== other && table.classes.some((members) => members.includes(one) && members.includes(other));
}

/** Probability that `truth` was on the vehicle, given that `seen` was read there and is wrong. */
export function truthBehind(seen: string, truth: string, table: ConfusionTable): number {
  const mates = lookalikesOf(seen, table);
  const outside = Math.max(1, table.alphabetSize - mates.size);
  if (mates.size === 0) return 1 / outside;
  return mates.has(truth) ? table.shareInClass / mates.size : (1 - table.shareInClass) / outside;
}

/** Worked out once for each table, because the vote asks thousands of times for each vehicle. */
const matesByTable = new WeakMap<ConfusionTable, Map<string, ReadonlySet<string>>>();

/** The characters that this one is taken for, itself not among them. */
export function lookalikesOf(character: string, table: ConfusionTable): ReadonlySet<string> {
  const known = matesByTable.get(table) ?? new Map<string, ReadonlySet<string>>();
  matesByTable.set(table, known);
  const found = known.get(character);
  if (found !== undefined) return found;
  const mates = new Set(table.classes.filter((members) => members.includes(character)).join(""));
  mates.delete(character);
  known.set(character, mates);
  return mates;
}
