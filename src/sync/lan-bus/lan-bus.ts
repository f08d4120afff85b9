import { Ajv } from "ajv";
import type { Logger } from "pino";
import { isLaneError, messageOf } from "#contract/errors";
import type { LaneSnapshot, ToControl } from "#contract/messages";
import { type AskMessage, AskMessageSchema, busTopics } from "#contract/neighbour";
import type { Clock } from "#contract/units";
import type { LanePublicKey } from "#store/lane-key";
import { Rejections } from "../rejections.ts";
import type { BrokerCredentials } from "../session.ts";
import { parseStrictJson } from "../strict-json.ts";
import { BusBroker, type BusTls } from "./bus-broker.ts";
import { BusRights } from "./bus-rights.ts";
import { NeighbourLine } from "./neighbour-line.ts";
import type { OwnLetters } from "./own-letters.ts";

export interface LanBusOptions {
  readonly site: string;
  readonly lane: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly neighbours: readonly { readonly lane: string; readonly url: string; readonly key: LanePublicKey }[];
  /** Certificates that may look on. */
  readonly displays: readonly string[];
  /** Read at the start, and again before each connection to a neighbour; undefined: no TLS, loopback only. */
  readonly tls: () => BusTls | undefined;
  /** What this lane has used. Closed by whoever made it. */
  readonly letters: OwnLetters;
  /** Up to which entry each neighbour's uses are durable here; throws LaneError STORE_FAILED while there is no journal. */
  readonly knownThrough: () => ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMessage: (message: ToControl) => void;
  /** Waiting time before a new connection to a neighbour, milliseconds. Defaults 200 and 5,000. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
}

const isAsk = new Ajv({ strict: true }).compile<AskMessage>(AskMessageSchema);
const ASK_LIMIT_BYTES = 1024;
/** Time between two tries to listen, milliseconds. */
const RETRY_MS = 5_000;

/**
 * The bus between the lanes of one site. Each lane tells on its own which clearances it reserves, consumes and releases,
 * as soon as its journal has it on the disk, and listens on those of its neighbours. Works without operations.
 */
export class LanBus {
  readonly #options: LanBusOptions;
  readonly #topics: ReturnType<typeof busTopics>;
  readonly #rejections: Rejections;
  readonly #lines: readonly NeighbourLine[];
  #broker: BusBroker | undefined;
  /** Entries up to here are told. */
  #told: number | undefined;
  #running = false;
  #retry: NodeJS.Timeout | undefined;

  /** Throws LaneError CONFIG_INVALID when the key of a neighbour is unusable. */
  constructor(options: LanBusOptions) {
    const { site, lane, clock, log, onMessage } = options;
    this.#options = options;
    this.#topics = busTopics(site, lane);
    this.#rejections = new Rejections(clock, onMessage);
    this.#lines = options.neighbours.map(
      (neighbour) =>
        new NeighbourLine({
          site,
          lane,
          neighbour,
          credentials: () => this.#credentials(),
          knownThrough: () => options.knownThrough().get(neighbour.lane) ?? 0,
          rejections: this.#rejections,
          log,
          onMessage,
          ...(options.reconnectMinMs === undefined ? {} : { reconnectMinMs: options.reconnectMinMs }),
          ...(options.reconnectMaxMs === undefined ? {} : { reconnectMaxMs: options.reconnectMaxMs }),
        }),
    );
  }

  /** Where this lane's bus listens; 0 before the start. */
  get port(): number {
    return this.#broker?.port ?? 0;
  }

  /** Neighbours that are heard right now, and all of them. */
  get neighbours(): { readonly heard: number; readonly known: number } {
    return { heard: this.#lines.filter(({ isUp }) => isUp).length, known: this.#lines.length };
  }

  /** Resolves when it was tried to listen; an address that cannot be had is tried again until `stop`. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (const line of this.#lines) line.start();
    await this.#listen();
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#retry);
    await Promise.all(this.#lines.map((line) => line.stop()));
    await this.#broker?.stop();
    this.#broker = undefined;
  }

  /** New entries are durable: what they say about clearances is told. */
  headAdvanced(): void {
    if (this.#broker !== undefined) this.#tellNew();
  }

  /** What the lane looks like now, for displays. */
  publishSnapshot(snapshot: LaneSnapshot): void {
    this.#broker?.publish(this.#topics.snapshot, JSON.stringify(snapshot), true);
  }

  async #listen(): Promise<void> {
    try {
      const broker = this.#newBroker();
      await broker.start();
      if (!this.#running) return await broker.stop();
      this.#broker = broker;
      this.#tellNew();
    } catch (error) {
      const detail = messageOf(error);
      this.#options.log.error({ event: "lan-bus.refused", detail }, "neighbours cannot listen to this lane");
      if (this.#running) this.#retry = setTimeout(() => void this.#listen(), RETRY_MS);
    }
  }

  #newBroker(): BusBroker {
    const { site, lane, host, port, neighbours, displays, clock } = this.#options;
    const tls = this.#options.tls();
    return new BusBroker({
      host,
      port,
      ...(tls === undefined ? {} : { tls }),
      rights: new BusRights(site, lane, { neighbours: neighbours.map((one) => one.lane), displays }),
      clock,
      onMessage: (_topic, payload) => this.#asked(payload),
      onRefused: (detail) => this.#rejections.add("lan bus", "MESSAGE_REFUSED", detail),
    });
  }

  #asked(payload: Uint8Array): void {
    try {
      const ask = parseStrictJson(payload, ASK_LIMIT_BYTES);
      const letter = isAsk(ask) ? this.#options.letters.letter(ask.after) : undefined;
      if (letter !== undefined) this.#tell(letter);
    } catch (error) {
      if (!isLaneError(error)) throw error;
      this.#rejections.add("lan bus", error.code, error.detail);
    }
  }

  /** Uses after the last one that was told; what is older than this start is asked for by whom it concerns. */
  #tellNew(): void {
    const { letters } = this.#options;
    this.#told ??= letters.head();
    if (this.#told !== undefined) this.#told = letters.tellAfter(this.#told, (text) => this.#tell(text));
  }

  #tell(text: string): void {
    this.#broker?.publish(this.#topics.uses, text);
  }

  #credentials(): BrokerCredentials {
    const tls = this.#options.tls();
    return tls === undefined ? {} : { cert: tls.cert, key: tls.key, ca: tls.ca };
  }
}
