import type { Logger } from "pino";
import { isLaneError, messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import { type AskMessage, busTopics, type UsesMessage } from "#contract/neighbour";
import type { LanePublicKey } from "#store/lane-key";
import { Backoff } from "../backoff.ts";
import type { Rejections } from "../rejections.ts";
import { type BrokerCredentials, MqttSession } from "../session.ts";
import { UsesReader } from "./uses-letter.ts";

export interface NeighbourLineOptions {
  readonly site: string;
  /** This lane. */
  readonly lane: string;
  /** The neighbour, its bus and its key. */
  readonly neighbour: { readonly lane: string; readonly url: string; readonly key: LanePublicKey };
  /** Asked before each attempt, so that renewed certificates count. */
  readonly credentials: () => BrokerCredentials;
  /** Up to which entry of the neighbour its uses are known and durable. */
  readonly knownThrough: () => number;
  readonly rejections: Rejections;
  readonly log: Logger;
  readonly onMessage: (message: ToControl) => void;
  /** Waiting time before a new connection, milliseconds. Defaults 200 and 5,000. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
}

const KEEPALIVE_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 3_000;
/** Asked again after this time whatever was heard: a message may be lost without a word, milliseconds. */
const ASK_EVERY_MS = 30_000;

/** What one neighbour says about the clearances it uses: heard as it happens, asked for what was missed. */
export class NeighbourLine {
  readonly #options: NeighbourLineOptions;
  readonly #topics: ReturnType<typeof busTopics>;
  readonly #reader: UsesReader;
  readonly #backoff: Backoff;
  #session: MqttSession | undefined;
  #retry: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  #running = false;
  #up = false;
  #through = 0;

  /** Throws LaneError CONFIG_INVALID when the neighbour's key is unusable. */
  constructor(options: NeighbourLineOptions) {
    const { site, neighbour, reconnectMinMs = 200, reconnectMaxMs = 5_000 } = options;
    this.#options = options;
    this.#topics = busTopics(site, neighbour.lane);
    this.#reader = new UsesReader(site, neighbour.lane, neighbour.key);
    this.#backoff = new Backoff({ minMs: reconnectMinMs, maxMs: reconnectMaxMs });
  }

  /** Whether the neighbour's bus lets us listen. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Returns at once; a neighbour that is away is tried again until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#retry);
    clearInterval(this.#asking);
    await this.#session?.end();
    this.#session = undefined;
  }

  #connect(): void {
    const { site, lane, neighbour, credentials, knownThrough } = this.#options;
    let identity: BrokerCredentials;
    try {
      identity = credentials();
      this.#through = knownThrough();
    } catch (error) {
      return this.#downed(messageOf(error));
    }
    const session = new MqttSession({
      url: neighbour.url,
      clientId: `gatelane-${site}-${lane}`,
      version: 4,
      credentials: identity,
      clean: true,
      keepaliveSeconds: KEEPALIVE_SECONDS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      onUp: () => session.subscribe([this.#topics.uses], () => this.#listening()),
      onDown: ({ detail }) => this.#downed(detail),
      onMessage: ({ payload }) => this.#take(payload),
    });
    this.#session = session;
    session.start();
  }

  #listening(): void {
    this.#up = true;
    this.#backoff.reset();
    this.#options.log.info({ event: "neighbour.up", neighbour: this.#options.neighbour.lane }, "neighbour is heard");
    clearInterval(this.#asking);
    this.#asking = setInterval(() => this.#ask(), ASK_EVERY_MS);
    this.#ask();
  }

  #downed(detail: string): void {
    clearInterval(this.#asking);
    const { log, neighbour } = this.#options;
    if (this.#up) log.warn({ event: "neighbour.down", neighbour: neighbour.lane, detail }, "neighbour is not heard");
    this.#up = false;
    if (this.#running) this.#retry = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #ask(): void {
    const ask: AskMessage = { after: this.#through };
    this.#session?.publish({ topic: this.#topics.ask, payload: JSON.stringify(ask) });
  }

  async #take(payload: Uint8Array): Promise<void> {
    const { rejections, neighbour } = this.#options;
    try {
      this.#heard(await this.#reader.read(payload));
    } catch (error) {
      if (!isLaneError(error)) throw error;
      rejections.add(`neighbour ${neighbour.lane}`, error.code, error.detail);
    }
  }

  #heard({ after, through, head, uses }: UsesMessage): void {
    const { onMessage, neighbour } = this.#options;
    if (head < this.#through) {
      // Its journal is another one than we knew: everything anew.
      this.#through = 0;
      return this.#ask();
    }
    const gap = after > this.#through;
    // Uses count at once; only where they stop being without a gap waits for the answer.
    if (!gap) this.#through = Math.max(this.#through, through);
    if (uses.length > 0) onMessage({ type: "neighbour-uses", lane: neighbour.lane, through: this.#through, uses });
    if (gap || through < head) this.#ask();
  }
}
