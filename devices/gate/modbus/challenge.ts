import { createCipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { LaneError, messageOf } from "#contract/errors";
import type { MonotonicMs } from "#contract/units";

/** Registers of a challenge, and as many of its answer: one block of AES, high byte first. */
export const CHALLENGE_REGISTERS = 8;
/** Time between two challenges, milliseconds. */
const EVERY_MS = 1000;
/** Longest time a PLC may take for the answer, milliseconds: several cycles of a slow program. */
const ANSWER_LIMIT_MS = 500;

/** `unproven`: nothing was answered yet; `proven`: the last challenge in time; `failed`: not, or wrongly. */
export type Standing = "unproven" | "proven" | "failed";

/**
 * Lets a gate PLC prove again and again that it knows the lane's key, because Modbus itself knows no identities: another
 * device at its address could show free loops and a closed boom. The lane writes a random block, the PLC answers with
 * its AES-128 encryption (FIPS 197). Whoever passes every message on unchanged is not noticed: against that only a
 * line of its own helps.
 */
export class PlcChallenge {
  readonly #key: Uint8Array;
  #asked: { readonly at: MonotonicMs; readonly expected: Uint8Array } | undefined;
  #answered = false;
  #standing: Standing = "unproven";

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** A device that was just connected has proven nothing. */
  reset(): void {
    this.#asked = undefined;
    this.#answered = false;
    this.#standing = "unproven";
  }

  /** The registers to write when it is time for the next challenge. */
  next(at: MonotonicMs): readonly number[] | undefined {
    if (this.#asked !== undefined && at - this.#asked.at < EVERY_MS) return undefined;
    const block = randomBytes(2 * CHALLENGE_REGISTERS);
    this.#asked = { at, expected: answerTo(this.#key, block) };
    this.#answered = false;
    return wordsOf(block);
  }

  /** Whether an answer is still to be read. */
  get open(): boolean {
    return this.#asked !== undefined && !this.#answered;
  }

  /** Takes what the registers of the answer hold: the last answer, until the PLC has worked out this one. */
  take(words: readonly number[], at: MonotonicMs): void {
    if (this.#asked === undefined || this.#answered) return;
    if (words.length === CHALLENGE_REGISTERS && timingSafeEqual(bytesOf(words), this.#asked.expected)) {
      this.#answered = true;
      this.#standing = "proven";
    } else if (at - this.#asked.at >= ANSWER_LIMIT_MS) {
      this.#standing = "failed";
    }
  }

  get standing(): Standing {
    return this.#standing;
  }
}

/** What a PLC with this key answers. */
export function answerTo(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Registers as bytes, the high one first. */
export function bytesOf(words: readonly number[]): Buffer {
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

export function wordsOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.byteLength / 2 }, (_, index) => bytes.readUInt16BE(2 * index));
}

/** The key in `file`: 32 hexadecimal digits. Throws LaneError CONFIG_INVALID, which never holds what the file holds. */
export function readChallengeKey(file: string): Buffer {
  const digits = textOf(file).trim();
  if (/^[0-9a-f]{32}$/i.test(digits)) return Buffer.from(digits, "hex");
  const mend = "make one with: openssl rand -hex 16";
  throw new LaneError("CONFIG_INVALID", `the key file ${file} does not hold 32 hexadecimal digits; ${mend}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", `the key file ${file} cannot be read: ${messageOf(error)}`);
  }
}
