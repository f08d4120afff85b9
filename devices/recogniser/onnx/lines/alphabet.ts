import { CN_PROVINCES } from "#contract/identifiers";

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const DIGITS = "0123456789";
/** Last characters of Chinese special plates: trailer, learner, police, Hong Kong, Macau, consulate. */
export const CN_SUFFIXES = "挂学警港澳领";

/** Every character that an identifier can have. A symbol is an index into this list. */
export const SYMBOLS: readonly string[] = [...LETTERS, ...DIGITS, ...CN_PROVINCES, ...CN_SUFFIXES];

const INDEX: ReadonlyMap<string, number> = new Map(SYMBOLS.map((character, index) => [character, index]));

/** The symbol of a character, or undefined when no identifier contains it. */
export function symbolOf(character: string): number | undefined {
  return INDEX.get(character);
}

/**
 * Characters of the network that are counted as a symbol: small letters shaped like their capitals, traditional forms,
 * and characters that never stand on a plate but look like one that does. The second element is the share that counts.
 */
const LOOKALIKES: Readonly<Record<string, readonly (readonly [character: string, share: number])[]>> = {
  ...Object.fromEntries([..."COSUVWXZKP"].map((letter) => [letter, [[letter.toLowerCase(), 1]]])),
  冀: [["翼", 0.7]],
  鄂: [
    ["邮", 0.5],
    ["郭", 0.5],
  ],
  皖: [
    ["晥", 0.9],
    ["院", 0.5],
    ["完", 0.5],
    ["睆", 0.9],
  ],
  浙: [
    ["渐", 0.7],
    ["析", 0.7],
    ["淅", 0.9],
    ["折", 0.7],
  ],
  粤: [
    ["粵", 1],
    ["奥", 0.7],
  ],
  鲁: [["魯", 1]],
  苏: [["蘇", 1]],
  湘: [
    ["湖", 0.5],
    ["相", 0.7],
  ],
  沪: [
    ["洒", 0.5],
    ["泸", 0.9],
    ["护", 0.7],
    ["户", 0.7],
  ],
  京: [
    ["亰", 1],
    ["景", 0.5],
  ],
  闽: [
    ["閩", 1],
    ["闵", 0.7],
  ],
  赣: [
    ["贛", 1],
    ["戆", 0.7],
  ],
  渝: [["愉", 0.7]],
  辽: [
    ["迂", 0.5],
    ["遼", 1],
  ],
  津: [["律", 0.7]],
  贵: [
    ["贯", 0.5],
    ["責", 0.5],
  ],
  学: [["學", 1]],
  领: [
    ["領", 1],
    ["锁", 0.5],
  ],
};

/** Where each symbol's probability is found in the network's output. */
export interface Columns {
  /** All characters by column; column 0 is the CTC blank. */
  readonly characters: readonly string[];
  /** For each symbol: the output columns that count, with their shares. */
  readonly ofSymbol: readonly (readonly (readonly [column: number, share: number])[])[];
}

/** Reads the network's dictionary: one character a line, the blank goes before it and the space after it. */
export function columnsOf(dictionary: string): Columns {
  const listed = dictionary.split("\n").map((line) => line.replace("\r", ""));
  const characters = ["", ...listed, " "];
  const column = new Map(characters.map((character, index) => [character, index]));
  const ofSymbol = SYMBOLS.map((symbol) =>
    [[symbol, 1] as const, ...(LOOKALIKES[symbol] ?? [])].flatMap(([character, share]) => {
      const found = column.get(character);
      return found === undefined ? [] : [[found, share] as const];
    }),
  );
  return { characters, ofSymbol };
}
