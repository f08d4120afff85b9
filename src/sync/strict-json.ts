import { toUSVString } from "node:util";
import { LaneError, messageOf } from "#contract/errors";

/** Nothing that we accept from outside is nested deeper. */
const MAX_DEPTH = 32;

/**
 * JSON from outside, read so that no two readers can understand it differently: valid UTF-8 without a byte order mark,
 * no key twice in one object, no `__proto__`, no half surrogate pairs, no deep nesting.
 * Throws LaneError MESSAGE_TOO_LARGE or MESSAGE_NOT_JSON; the detail never repeats what was received.
 */
export function parseStrictJson(bytes: Uint8Array, limitBytes: number): unknown {
  if (bytes.byteLength > limitBytes) {
    throw new LaneError("MESSAGE_TOO_LARGE", `${bytes.byteLength} bytes, at most ${limitBytes}`);
  }
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LaneError("MESSAGE_NOT_JSON", "it cannot be parsed", { cause: error });
  }
  const problem = ambiguity(text);
  if (problem !== undefined) throw new LaneError("MESSAGE_NOT_JSON", problem);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    // ignoreBOM keeps the mark in the text, where JSON.parse refuses it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new LaneError("MESSAGE_NOT_JSON", `it is not UTF-8: ${messageOf(error)}`, { cause: error });
  }
}

/** Walks text that JSON.parse has accepted; returns what is wrong with it beyond syntax. */
function ambiguity(text: string): string | undefined {
  /** One for each open bracket: the keys of an object so far, or null for an array. */
  const open: (Set<string> | null)[] = [];
  let keyExpected = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
        open.push(new Set());
        keyExpected = true;
        break;
      case "[":
        open.push(null);
        keyExpected = false;
        break;
      case "}":
      case "]":
        open.pop();
        keyExpected = false;
        break;
      case ",":
        keyExpected = open.at(-1) !== null;
        break;
      case '"': {
        const end = closingQuote(text, at);
        const problem = stringProblem(text.slice(at, end + 1), keyExpected ? open.at(-1) : null);
        if (problem !== undefined) return problem;
        keyExpected = false;
        at = end;
        break;
      }
    }
    if (open.length > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  }
  return undefined;
}

function closingQuote(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** `keys` is where a key belongs; null or undefined for a string that is a value. */
function stringProblem(literal: string, keys: Set<string> | null | undefined): string | undefined {
  const escaped = literal.includes("\\");
  if (!escaped && !keys) return undefined;
  const value = escaped ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  if (toUSVString(value) !== value) return "it holds half of a surrogate pair";
  if (!keys) return undefined;
  if (value === "__proto__") return "it has a key that no message has";
  if (keys.has(value)) return "it has the same key twice in one object";
  keys.add(value);
  return undefined;
}
