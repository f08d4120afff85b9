import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import mqtt, { type MqttClient } from "mqtt";
import type { Clearance } from "#contract/clearance";
import { InvariantError } from "#contract/errors";
import { isoUtc } from "#contract/units";
import {
  type Ack,
  type EventMessage,
  EventMessageSchema,
  laneTopics,
  type Replay,
  type StatusMessage,
  StatusMessageSchema,
} from "#contract/upstream";
import { createSigner, type Signer } from "#sync/sign";
import { ClearanceList } from "./clearance-list.ts";
import type { KeyPair } from "./keys.ts";
import { LaneBook, type LaneReport } from "./lane-book.ts";

export interface OperationsOptions {
  readonly url: string;
  readonly site: string;
  readonly keys: KeyPair;
  /** Entries are appended here, one JSON object a line, and read from here at the start. */
  readonly file?: string;
  /** How long acknowledgements are gathered into one, milliseconds. Default 100. */
  readonly ackDelayMs?: number;
  /**
   * Version of the list before the first one published here, default 0. Lanes take newer versions only, so operations
   * that start again in front of lanes that remember must start above what these have seen.
   */
  readonly clearanceVersion?: number;
  /** False: entries are stored and never acknowledged. Default true. */
  readonly acknowledge?: boolean;
}

const ajv = new Ajv({ strict: true });
const isEvent = ajv.compile<EventMessage>(EventMessageSchema);
const isStatus = ajv.compile<StatusMessage>(StatusMessageSchema);

const ACK_DELAY_MS = 100;
const RECONNECT_MS = 300;

/**
 * Central operations in small: holds what the lanes of one site send and acknowledges what it holds, publishes signed
 * clearances, and judges the lanes: no gap, no double, chain intact. Survives a broker that loses its memory: what it
 * has published to stay is published again at each connection.
 */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #signer: Signer;
  readonly #books = new Map<string, LaneBook>();
  readonly #statuses = new Map<string, StatusMessage>();
  readonly #ackTimers = new Map<string, NodeJS.Timeout>();
  readonly #clearances: ClearanceList;
  #client: MqttClient | undefined;
  #acknowledge: boolean;
  #malformed = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#signer = createSigner(options.keys);
    this.#clearances = new ClearanceList(options.site, options.clearanceVersion ?? 0);
    this.#acknowledge = options.acknowledge ?? true;
  }

  /** Version of the clearance list, 0 before the first. */
  get clearanceVersion(): number {
    return this.#clearances.version;
  }

  /** Messages of lanes that fit no schema. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Reads back what it held before and resolves when it is subscribed at the broker. */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    this.#readFile();
    const { site, url } = this.#options;
    const client = mqtt.connect(url, {
      clientId: `operations-${site}`,
      protocolVersion: 4,
      clean: false,
      reconnectPeriod: RECONNECT_MS,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on("error", () => {
      // The library goes on trying; a bench sees the link by its effects.
    });
    client.on("message", (topic, payload) => this.#take(topic, payload));
    await new Promise<void>((resolve) => {
      client.on("connect", () => {
        void this.#connected(client).then((subscribed) => {
          if (subscribed) resolve();
        });
      });
    });
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    for (const timer of this.#ackTimers.values()) clearTimeout(timer);
    this.#ackTimers.clear();
    await client?.endAsync(true);
  }

  report(lane: string): LaneReport {
    return this.#book(lane).report();
  }

  /** Every entry held of a lane, in order. */
  entries(lane: string): EventMessage[] {
    return this.#book(lane).entries();
  }

  /** The last status of a lane. */
  status(lane: string): StatusMessage | undefined {
    return this.#statuses.get(lane);
  }

  /** Stops or resumes acknowledging; entries are stored in both cases. */
  setAcknowledging(acknowledge: boolean): void {
    this.#acknowledge = acknowledge;
    if (acknowledge) for (const lane of this.#books.keys()) this.#scheduleAck(lane);
  }

  /** Replaces the clearance list; resolves with its version when the broker has it. */
  async publishSnapshot(records: readonly Clearance[]): Promise<number> {
    this.#clearances.replace(records);
    await this.#publishList();
    return this.#clearances.version;
  }

  /** Changes the clearance list; the retained list follows, for lanes that missed the change. */
  async publishDelta(upsert: readonly Clearance[], remove: readonly string[] = []): Promise<number> {
    const delta = this.#clearances.change(this.#now(), upsert, remove);
    await this.#publishSigned(laneTopics(this.#options.site, "any").clearanceDelta, delta, false);
    await this.#publishList();
    return this.#clearances.version;
  }

  /** Asks a lane to send a stretch again, both ends included. */
  async requestReplay(lane: string, from: number, to: number): Promise<void> {
    const { site } = this.#options;
    const request: Replay = { site, lane, from, to, at: this.#now() };
    await this.#publishSigned(laneTopics(site, lane).replay, request, false);
  }

  async #connected(client: MqttClient): Promise<boolean> {
    const { site } = this.#options;
    try {
      const topics = laneTopics(site, "+");
      await client.subscribeAsync([topics.event("#"), topics.status], { qos: 1 });
      await this.#publishList();
      for (const lane of this.#books.keys()) await this.#publishAck(lane);
      return true;
    } catch {
      // The connection broke again meanwhile; the next one does it all over.
      return false;
    }
  }

  #take(topic: string, payload: Uint8Array): void {
    let message: unknown;
    try {
      message = JSON.parse(Buffer.from(payload).toString("utf8"));
    } catch {
      this.#malformed += 1;
      return;
    }
    const lane = topic.split("/")[3] ?? "";
    const { site } = this.#options;
    if (isStatus(message) && topic === laneTopics(site, lane).status && message.lane === lane) {
      this.#statuses.set(lane, message);
    } else if (isEvent(message) && topic === laneTopics(site, lane).event(message.type) && message.lane === lane) {
      this.#takeEvent(message);
    } else {
      this.#malformed += 1;
    }
  }

  #takeEvent(message: EventMessage): void {
    const isNew = this.#book(message.lane).take(message);
    if (isNew && this.#options.file !== undefined) appendFileSync(this.#options.file, `${JSON.stringify(message)}\n`);
    // Also for an entry that came again: its acknowledgement may have been lost.
    this.#scheduleAck(message.lane);
  }

  #readFile(): void {
    const { file } = this.#options;
    if (file === undefined || !existsSync(file)) return;
    const lines = readFileSync(file, "utf8").split("\n");
    lines.forEach((line, index) => {
      if (line === "") return;
      const message: unknown = JSON.parse(line);
      if (!isEvent(message)) throw new InvariantError(`line ${index + 1} of the entries held is no entry`);
      this.#book(message.lane).take(message);
    });
  }

  #book(lane: string): LaneBook {
    const book = this.#books.get(lane) ?? new LaneBook();
    this.#books.set(lane, book);
    return book;
  }

  #scheduleAck(lane: string): void {
    if (this.#ackTimers.has(lane) || this.#client === undefined) return;
    const timer = setTimeout(() => {
      this.#ackTimers.delete(lane);
      void this.#publishAck(lane).catch(() => {
        // Sent again at the next connection.
      });
    }, this.#options.ackDelayMs ?? ACK_DELAY_MS);
    this.#ackTimers.set(lane, timer);
  }

  async #publishAck(lane: string): Promise<void> {
    const head = this.#book(lane).head();
    if (head === null || !this.#acknowledge) return;
    const { site } = this.#options;
    const ack: Ack = { site, lane, boot: head.boot, seq: head.seq, hash: head.hash, at: this.#now() };
    await this.#publishSigned(laneTopics(site, lane).ack, ack, true);
  }

  async #publishList(): Promise<void> {
    const list = this.#clearances.snapshot(this.#now());
    if (list === undefined) return;
    await this.#publishSigned(laneTopics(this.#options.site, "any").clearanceSnapshot, list, true);
  }

  async #publishSigned(topic: string, payload: object, retain: boolean): Promise<void> {
    const text = await this.#signer.sign(payload);
    await this.#client?.publishAsync(topic, text, { qos: 1, retain });
  }

  #now(): string {
    return isoUtc(Date.now());
  }
}
