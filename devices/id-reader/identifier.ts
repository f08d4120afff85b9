/** What one line of a reader names. */
export type Identifier =
  | { readonly kind: "identifier"; readonly id: string }
  /** Well-formed, and nothing that this lane issues or looks for. */
  | { readonly kind: "stranger" }
  | { readonly kind: "misfit"; readonly why: string };

/** Longest text of a printed code that is passed on, characters. */
const MOST_CODE_CHARACTERS = 256;

/** Reads an EPC: hexadecimal digits of either case, as many as the tags in use have. */
export function readTag(line: string, epcDigits: number): Identifier {
  if (!/^[0-9A-Fa-f]{1,128}$/.test(line)) {
    return { kind: "misfit", why: "a line that is not hexadecimal" };
  }
  return line.length === epcDigits ? { kind: "identifier", id: line.toUpperCase() } : { kind: "stranger" };
}

/**
 * Reads the text of a printed code. Anybody may hold anything before the reader, so what cannot be the text of one of
 * ours is a stranger and no fault. The text is passed on as it is: it is looked up, and never understood.
 */
export function readCode(line: string): Identifier {
  const printable = line.length <= MOST_CODE_CHARACTERS && !/[\p{C}\u2028\u2029]/u.test(line);
  return printable ? { kind: "identifier", id: line.normalize("NFC") } : { kind: "stranger" };
}
