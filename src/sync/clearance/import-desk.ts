import { randomUUID } from "node:crypto";
import { isLaneError, LaneError } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import { type Clock, isoUtc } from "#contract/units";
import { InboundReader } from "../inbound.ts";
import type { Rejections } from "../rejections.ts";
import { createVerifier, type TrustedKey } from "../verify.ts";
import { readListFile } from "./list-file.ts";

type Outcome = Extract<ToEdge, { type: "clearance-import-outcome" }>;

export interface ImportDeskOptions {
  readonly site: string;
  readonly lane: string;
  /** Who signs clearances. */
  readonly trust: readonly TrustedKey[];
  /** An older list is of no use: nothing passes on it, milliseconds. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly post: (message: ToControl) => void;
  readonly rejections: Rejections;
  /** How long the lane may take, milliseconds. Default 60,000. */
  readonly answerWithinMs?: number;
}

/** What became of an import. */
export interface Imported {
  readonly version: number;
  readonly records: number;
  readonly at: string;
}

const ANSWER_WITHIN_MS = 60_000;
/** How far the clock of operations may be ahead of ours, milliseconds. */
const AHEAD_MS = 5 * 60_000;

/**
 * Takes clearance lists out of files, for when operations cannot be reached (Circular 39/2018, article 52đ.3: customs
 * checks every 15 minutes and hands over the eligible list, form 36).
 */
export class ImportDesk {
  readonly #options: ImportDeskOptions;
  readonly #reader: InboundReader;
  readonly #waiting = new Map<string, (refused: string | null) => void>();

  /** Throws LaneError CONFIG_INVALID when a trusted key is unusable. */
  constructor(options: ImportDeskOptions) {
    const { site, lane, trust, clock } = options;
    this.#options = options;
    this.#reader = new InboundReader({ site, lane, verifier: createVerifier(trust, () => clock.utc()) });
  }

  /** Resolves when the lane has the list on its disk. Rejects with a LaneError that says why it has not; that is reported. */
  async take(bytes: Uint8Array): Promise<Imported> {
    try {
      return await this.#import(bytes);
    } catch (error) {
      if (!isLaneError(error)) throw error;
      this.#options.rejections.add("clearance file", error.code, error.detail);
      throw error;
    }
  }

  /** The lane has answered. */
  settled({ importId, refused }: Outcome): void {
    this.#waiting.get(importId)?.(refused);
  }

  async #import(bytes: Uint8Array): Promise<Imported> {
    const { site, clock, maxAgeMs, post } = this.#options;
    const { version, at, records } = await readListFile(bytes, site, this.#reader);
    const ageMs = clock.utc() - at;
    if (!(ageMs >= -AHEAD_MS)) throw new LaneError("MESSAGE_REFUSED", `it is dated ${isoUtc(at)}, in the future`);
    if (!(ageMs <= maxAgeMs)) {
      throw new LaneError("MESSAGE_REFUSED", `it is dated ${isoUtc(at)}, older than the policy allows`);
    }
    const importId = randomUUID();
    const refused = await this.#answer(importId, () =>
      post({ type: "clearance-snapshot", version, at, records, imported: { importId } }),
    );
    if (refused !== null) throw new LaneError("MESSAGE_REFUSED", refused);
    return { version, records: records.length, at: isoUtc(at) };
  }

  async #answer(importId: string, ask: () => void): Promise<string | null> {
    const limitMs = this.#options.answerWithinMs ?? ANSWER_WITHIN_MS;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string | null>((resolve) => {
        timer = setTimeout(() => resolve(`the lane gave no answer within ${limitMs / 1000} s`), limitMs);
        this.#waiting.set(importId, resolve);
        ask();
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(importId);
    }
  }
}
