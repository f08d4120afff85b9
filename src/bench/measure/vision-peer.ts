import { normaliseIdentifier } from "#contract/identifiers";
import type { VisionPhoto } from "./vision-photos.ts";
import { quantile, type Share, wilson } from "./vision-statistics.ts";

/** Another program that reads the same pictures in the same run. */
export interface VisionPeer {
  /** All text that it sees in the picture, in its own order. Rejects never: a peer may be wrong, too. */
  read(jpegPath: string): Promise<string>;
  stop(): Promise<void>;
}

export interface PeerFigures {
  readonly version: string;
  readonly byKind: Readonly<Record<string, Share>>;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/**
 * Counts what a peer finds. Generously: a label counts as read when it stands anywhere in the text of the picture, in
 * one piece, and nothing else in that text counts against the peer.
 */
export class PeerRun {
  readonly #peer: VisionPeer;
  readonly #version: string;
  readonly #knowsHan: boolean;
  readonly #counts = new Map<string, { right: number; present: number }>();
  readonly #times: number[] = [];

  /** `knowsHan`: otherwise the province of a Chinese plate is not asked for. */
  constructor(peer: VisionPeer, { version, knowsHan }: { readonly version: string; readonly knowsHan: boolean }) {
    this.#peer = peer;
    this.#version = version;
    this.#knowsHan = knowsHan;
  }

  async read(photo: VisionPhoto, jpegPath: string): Promise<void> {
    const began = performance.now();
    const text = normaliseIdentifier(await this.#peer.read(jpegPath));
    this.#times.push(performance.now() - began);
    const counts = this.#counts.get(photo.kind) ?? { right: 0, present: 0 };
    this.#counts.set(photo.kind, counts);
    for (const truth of photo.truths) {
      counts.present++;
      if (text.includes(this.#knowsHan ? truth : truth.replace(/\p{Script=Han}/gu, ""))) counts.right++;
    }
  }

  figures(): PeerFigures {
    const byKind = Object.fromEntries(
      [...this.#counts].map(([kind, { right, present }]) => [kind, wilson(right, present)]),
    );
    return {
      version: this.#version,
      byKind,
      p50Ms: quantile(this.#times, 0.5),
      p99Ms: quantile(this.#times, 0.99),
    };
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }
}
