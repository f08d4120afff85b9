import { createHash } from "node:crypto";
import { toUSVString } from "node:util";
import canonicalize from "canonicalize";
import { InvariantError, messageOf } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import type { Sha256 } from "#contract/units";

/**
 * Canonical JSON (RFC 8785). Half of a surrogate pair, which RFC 8785 forbids, is written as U+FFFD: text read off a
 * vehicle or a camera may hold one, and neither the journal nor a decision may fail because of it.
 * Throws InvariantError for what JSON cannot say: NaN, an infinity, a cycle, a function, undefined.
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(isWellFormed(value) ? value : replaceLoneSurrogates(value));
  } catch (error) {
    throw new InvariantError(`not representable as JSON: ${messageOf(error)}`);
  }
  if (text === undefined) throw new InvariantError("not representable as JSON: undefined or a function");
  return text;
}

/** SHA-256 over the canonical JSON of a value. */
export function canonicalHash(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}

/** Hash of a journal row: SHA-256 over the canonical JSON of every other field, `prevHash` among them. */
export function entryHash(entry: Omit<JournalEntry, "hash">): Sha256 {
  return entryHashOfText(entry, canonicalJson(entry.data));
}

/** The same when the canonical JSON of `data` is at hand: nothing is serialised a second time. */
export function entryHashOfText(entry: Omit<JournalEntry, "hash" | "data">, data: string): Sha256 {
  const { seq, utc, monotonicMs, boot, type, passage, prevHash } = entry;
  // The names of the fields in the order of RFC 8785.
  const before = `{"boot":${canonicalJson(boot)},"data":${data},"monotonicMs":${canonicalJson(monotonicMs)}`;
  const middle = `"passage":${canonicalJson(passage)},"prevHash":${canonicalJson(prevHash)},"seq":${canonicalJson(seq)}`;
  return sha256(`${before},${middle},"type":${canonicalJson(type)},"utc":${canonicalJson(utc)}}`);
}

/** SHA-256 of text (as UTF-8) or bytes. */
export function sha256(content: string | Uint8Array): Sha256 {
  return createHash("sha256").update(content).digest("hex");
}

/** Deeper values are refused before the recursion can exhaust the stack. */
const MAX_DEPTH = 256;

/** Whether every text in plain data is well-formed. Refuses what JSON would silently drop or rewrite. */
function isWellFormed(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return toUSVString(value) === value;
  if (typeof value === "function" || typeof value === "symbol") throw new InvariantError(`a ${typeof value}`);
  if (value === null || typeof value !== "object") return true;
  if (depth === MAX_DEPTH) throw new InvariantError(`nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.every((item) => isWellFormed(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new InvariantError("an object that is not plain data");
  for (const key of Object.keys(value)) {
    if (toUSVString(key) !== key || !isWellFormed((value as Readonly<Record<string, unknown>>)[key], depth + 1))
      return false;
  }
  return true;
}

/** A copy of plain data with well-formed text. */
function replaceLoneSurrogates(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return toUSVString(value);
  if (typeof value === "function" || typeof value === "symbol") throw new InvariantError(`a ${typeof value}`);
  if (value === null || typeof value !== "object") return value;
  if (depth === MAX_DEPTH) throw new InvariantError(`nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => replaceLoneSurrogates(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new InvariantError("an object that is not plain data");
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toUSVString(key), replaceLoneSurrogates(item, depth + 1)]),
  );
}
