import { CHAIN } from "../thresholds.ts";
import { digitsIn, placeOf, type Token } from "./token.ts";

/** Tokens that may together be one container number, in reading order. */
export interface Chain {
  readonly tokens: readonly Token[];
  /** The second token stands below the first: owner code above, serial number below. */
  readonly twoLines: boolean;
}

export function textOf(chain: Chain): string {
  return chain.tokens.map((token) => token.text).join("");
}

/** Names a chain within one list of tokens. */
export function keyOf(chain: Chain, tokens: readonly Token[]): string {
  return chain.tokens.map((token) => tokens.indexOf(token)).join("-");
}

/** How much a chain looks like a container number; higher is better. */
export function promiseOf(chain: Chain): number {
  const text = textOf(chain);
  const digits = digitsIn(text);
  let score = Math.min(digits, 7) * 0.6 - Math.abs(text.length - 11) * 0.15;
  if (/[A-Z]{3}[UJZ]/.test(text)) score += 3;
  else if (/[A-Z0-9]{2}U\d/.test(text)) score += 1.5;
  // "32500 KGS": after the digits of a container number there are no letters.
  else if (/\d[A-Z]{2}/.test(text)) score -= 2;
  if (chain.twoLines) score -= 0.5;
  if (digits < 4) score -= 2;
  if (chain.tokens[0]?.vertical === true && text.length >= 6) score += 1;
  return score;
}

/** Mean character height, pixels. */
function sizeOf({ tokens }: Chain): number {
  return tokens.reduce((sum, { thickness }) => sum + thickness, 0) / Math.max(1, tokens.length);
}

/**
 * The chains that look most like container numbers, best first, each once. The number is among the largest writing on
 * a container: half the size of the largest chain costs as much as a digit or two.
 */
export function mostPromising(chains: readonly Chain[], tokens: readonly Token[], limit: number): Chain[] {
  const largest = Math.max(1, ...chains.map(sizeOf));
  const promise = (chain: Chain) => promiseOf(chain) + Math.log2(Math.max(1, sizeOf(chain)) / largest);
  const distinct = new Map(chains.map((chain) => [keyOf(chain, tokens), { chain, promise: promise(chain) }]));
  return [...distinct.values()]
    .sort((a, b) => b.promise - a.promise)
    .slice(0, limit)
    .map(({ chain }) => chain);
}

/** Every way to join neighbouring tokens into a text about as long as a container number. */
export function chainsOf(tokens: readonly Token[]): Chain[] {
  const chains: Chain[] = [];
  for (const token of tokens) {
    if (token.text.length === 0) continue;
    if (/[A-Z]/.test(token.text) || token.text.length >= 3) grow({ tokens: [token], twoLines: false }, tokens, chains);
  }
  return chains;
}

function grow(chain: Chain, all: readonly Token[], chains: Chain[]): void {
  const text = textOf(chain);
  if (text.length >= CHAIN.minCharacters && text.length <= CHAIN.maxCharacters) chains.push(chain);
  if (chain.tokens.length >= CHAIN.maxTokens || text.length > 12) return;
  const last = chain.tokens.at(-1);
  if (last === undefined) return;
  for (const next of followers(last, all)
    .filter((token) => !chain.tokens.includes(token))
    .slice(0, 2)) {
    grow({ tokens: [...chain.tokens, next], twoLines: chain.twoLines }, all, chains);
  }
  if (chain.tokens.length > 1 || !/^[A-Z0-9]{3,5}$/.test(last.text)) return;
  for (const lower of tokensBelow(last, all).slice(0, 2)) grow({ tokens: [last, lower], twoLines: true }, all, chains);
}

/** Tokens that continue the line, nearest first. */
function followers(token: Token, all: readonly Token[]): Token[] {
  const candidates = all.flatMap((other) => {
    if (other === token || (other.vertical !== token.vertical && other.text.length > 1)) return [];
    const { along, below } = placeOf(other, token);
    const gap = along - (token.length + other.length) / 2;
    const ratio = other.thickness / token.thickness;
    const fits =
      along > 0 &&
      gap > -CHAIN.maxOverlap * token.thickness &&
      gap < CHAIN.maxGap * token.thickness &&
      Math.abs(below) < CHAIN.maxOffset * Math.max(token.thickness, other.thickness) &&
      ratio > 0.45 &&
      ratio < 2.2;
    return fits ? [{ other, along }] : [];
  });
  return candidates.sort((a, b) => a.along - b.along).map(({ other }) => other);
}

/** Tokens with digits that stand as a second line under this one. */
function tokensBelow(token: Token, all: readonly Token[]): Token[] {
  if (token.vertical) return [];
  return all.filter((other) => {
    if (other === token || other.vertical || digitsIn(other.text) < 2) return false;
    const { along, below } = placeOf(other, token);
    const ratio = other.thickness / token.thickness;
    return (
      below > 0.6 * token.thickness &&
      below < 2.4 * token.thickness &&
      Math.abs(along) < Math.max(token.length, other.length) &&
      ratio > 0.5 &&
      ratio < 2
    );
  });
}
