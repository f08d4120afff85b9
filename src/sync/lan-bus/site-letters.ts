import { isLaneError } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import { laneTopics } from "#contract/upstream";
import type { LanePublicKey } from "#store/lane-key";
import type { Received } from "../inbound.ts";
import type { Rejections } from "../rejections.ts";
import type { Publication } from "../session.ts";
import type { OwnLetters } from "./own-letters.ts";
import { UsesReader } from "./uses-letter.ts";

export interface SiteLettersOptions {
  readonly site: string;
  readonly lane: string;
  readonly neighbours: readonly { readonly lane: string; readonly key: LanePublicKey }[];
  readonly letters: OwnLetters;
  /** Up to which entry each neighbour's uses are durable here; throws LaneError STORE_FAILED while there is no journal. */
  readonly knownThrough: () => ReadonlyMap<string, number>;
  readonly rejections: Rejections;
  readonly onMessage: (message: ToControl) => void;
}

/** At a new connection the uses in so many last entries are told again: a broker may have lost what it had for others. */
const LOOK_BACK_ENTRIES = 50_000;

/**
 * The letters of the lane bus by way of operations' broker, for when the lanes cannot reach each other: they are signed
 * by the lanes themselves, so it does not matter who carries them.
 */
export class SiteLetters {
  readonly #options: SiteLettersOptions;
  readonly #readers: ReadonlyMap<string, { readonly lane: string; readonly reader: UsesReader }>;
  readonly #topic: string;
  #publish: ((publication: Publication) => void) | undefined;
  #told = 0;

  /** Throws LaneError CONFIG_INVALID when the key of a neighbour is unusable. */
  constructor(options: SiteLettersOptions) {
    const { site, lane, neighbours } = options;
    this.#options = options;
    this.#topic = laneTopics(site, lane).uses;
    this.#readers = new Map(
      neighbours.map((one) => [
        laneTopics(site, one.lane).uses,
        { lane: one.lane, reader: new UsesReader(site, one.lane, one.key) },
      ]),
    );
  }

  /** Topics on which the neighbours' letters come. */
  get topics(): readonly string[] {
    return [...this.#readers.keys()];
  }

  connected(publish: (publication: Publication) => void): void {
    this.#publish = publish;
    this.#told = Math.max(0, (this.#options.letters.head() ?? 0) - LOOK_BACK_ENTRIES);
    this.headAdvanced();
  }

  disconnected(): void {
    this.#publish = undefined;
  }

  /** New entries are durable: what they say about clearances is told. */
  headAdvanced(): void {
    const publish = this.#publish;
    if (publish === undefined) return;
    this.#told = this.#options.letters.tellAfter(this.#told, (payload) => publish({ topic: this.#topic, payload }));
  }

  /** What came on one of the topics; bad letters are reported. */
  async take({ topic, payload }: Received): Promise<void> {
    const { rejections, onMessage, knownThrough } = this.#options;
    const known = this.#readers.get(topic);
    if (known === undefined) return;
    const { lane, reader } = known;
    try {
      const { uses } = await reader.read(payload);
      // Only the bus knows what is complete; here each use counts by itself.
      const through = knownThrough().get(lane) ?? 0;
      if (uses.length > 0) onMessage({ type: "neighbour-uses", lane, through, uses });
    } catch (error) {
      if (!isLaneError(error)) throw error;
      rejections.add(`neighbour ${lane}`, error.code, error.detail);
    }
  }
}
