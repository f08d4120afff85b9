import mqtt, { type MqttClient } from "mqtt";
import type { Clearance } from "#contract/clearance";
import { LaneError, messageOf } from "#contract/errors";
import { isoUtc } from "#contract/units";
import { type Ack, type EventMessage, laneTopics, type Replay, type StatusMessage } from "#contract/upstream";
import { sha256 } from "#store/hash";
import type { BrokerCredentials } from "#sync/session";
import { createSigner, type Signer, type SigningKey } from "#sync/sign";
import type { LaneReport, Taken } from "./chain-book.ts";
import { ClearanceList } from "./clearance-list.ts";
import { EntryFile } from "./entry-file.ts";
import { LaneDesk } from "./lane-desk.ts";
import { siteMessage } from "./site-messages.ts";

/** What a bench or a person may want to see as it happens. */
export interface OperationsObserver {
  /** Every entry as it comes, with what it turned out to be. */
  readonly onEntry?: (message: EventMessage, taken: Taken) => void;
  readonly onStatus?: (message: StatusMessage) => void;
  /** A picture; `intact` when its bytes have the hash that its topic names. */
  readonly onEvidence?: (lane: string, sha256: string, bytes: Uint8Array, intact: boolean) => void;
  /** An acknowledgement on the broker, by whoever published it; not verified. */
  readonly onAck?: (lane: string, topic: string, payload: Uint8Array) => void;
  readonly onMalformed?: (topic: string) => void;
  readonly onConnection?: (up: boolean, detail: string) => void;
}

export interface OperationsOptions {
  readonly url: string;
  readonly site: string;
  /** Without it nothing is signed, so nothing is acknowledged, asked for or published. */
  readonly keys?: SigningKey;
  readonly credentials?: BrokerCredentials;
  /** Must be the same at every start and unlike every other client's. Default `operations-<site>`. */
  readonly clientId?: string;
  /** Entries are appended here, one JSON object a line, and read from here at the start. */
  readonly file?: string;
  /** False: entries are checked and not kept in memory. Default true. */
  readonly keepEntries?: boolean;
  /** False: a journal heard from the middle on is no gap. Default true. */
  readonly fromGenesis?: boolean;
  /** How long acknowledgements are gathered into one, milliseconds. Default 100. */
  readonly ackDelayMs?: number;
  /** How long a gap may stay without progress before the missing entries are asked for, milliseconds. Default 10,000. */
  readonly repairAfterMs?: number;
  /** A broker that leaves a subscription or the list unanswered for this long is met anew, milliseconds; default 30,000. */
  readonly answerLimitMs?: number;
  /**
   * Version of the list before the first one published here, default 0. Lanes take newer versions only, so operations
   * that start again in front of lanes that remember must start above what these have seen.
   */
  readonly clearanceVersion?: number;
  /** False: entries are stored and never acknowledged. Default true. */
  readonly acknowledge?: boolean;
  readonly observer?: OperationsObserver;
}

const ACK_DELAY_MS = 100;
const REPAIR_AFTER_MS = 10_000;
const RECONNECT_MS = 300;
/** A cluster takes its time, and one in trouble forgets what it was asked. */
const ANSWER_LIMIT_MS = 30_000;

/**
 * Central operations in small: holds what the lanes of one site send and acknowledges what it holds, publishes signed
 * clearances, and judges the lanes: no gap, no double, chain intact. Survives a broker that loses its memory: what it
 * has published to stay is published again at each connection.
 */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #signer: Signer | undefined;
  readonly #desks = new Map<string, LaneDesk>();
  readonly #clearances: ClearanceList;
  readonly #file: EntryFile | undefined;
  #client: MqttClient | undefined;
  #acknowledge: boolean;
  #malformed = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#signer = options.keys === undefined ? undefined : createSigner(options.keys);
    this.#file = options.file === undefined ? undefined : new EntryFile(options.file);
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
    this.#file?.open((message) => void this.#desk(message.lane).book.take(message));
    const { site, url, credentials, clientId, observer } = this.#options;
    const client = mqtt.connect(url, {
      ...credentials,
      clientId: clientId ?? `operations-${site}`,
      protocolVersion: 4,
      // Who keeps nothing need not be sent what came while it was away.
      clean: this.#signer === undefined,
      reconnectPeriod: RECONNECT_MS,
      queueQoSZero: false,
    });
    this.#client = client;
    // The library goes on trying by itself. Each try that fails ends with a close, which says less than its error.
    let cause: string | undefined;
    client.on("error", (error) => {
      cause = messageOf(error);
    });
    client.on("close", () => {
      observer?.onConnection?.(false, cause ?? "the connection was closed");
      cause = undefined;
    });
    client.on("message", (topic, payload) => this.#take(topic, payload));
    await new Promise<void>((resolve) => {
      client.on("connect", () => {
        void this.#connected(client).then((subscribed) => {
          if (!subscribed) return;
          observer?.onConnection?.(true, "connected");
          resolve();
        });
      });
    });
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    for (const desk of this.#desks.values()) desk.stop();
    await client?.endAsync(true);
    this.#file?.close();
  }

  /** Lanes that were heard of. */
  lanes(): readonly string[] {
    return [...this.#desks.keys()].sort();
  }

  report(lane: string): LaneReport {
    return this.#desk(lane).book.report();
  }

  /** Every entry held of a lane, in order. */
  entries(lane: string): EventMessage[] {
    return this.#desk(lane).book.entries();
  }

  /** The last status of a lane. */
  status(lane: string): StatusMessage | undefined {
    return this.#desks.get(lane)?.status;
  }

  /** The hash held under a number of a lane's journal. */
  hashAt(lane: string, seq: number): string | undefined {
    return this.#desks.get(lane)?.book.hashAt(seq);
  }

  /** Stops or resumes acknowledging; entries are stored in both cases. */
  setAcknowledging(acknowledge: boolean): void {
    this.#acknowledge = acknowledge;
    if (acknowledge) for (const desk of this.#desks.values()) desk.planAck();
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
    const { site, observer, answerLimitMs = ANSWER_LIMIT_MS } = this.#options;
    const unanswered = setTimeout(() => client.stream.destroy(new Error("it does not answer")), answerLimitMs);
    try {
      const topics = laneTopics(site, "+");
      const wanted = [topics.event("#"), topics.status];
      if (observer?.onEvidence !== undefined) wanted.push(topics.evidence("+"));
      if (observer?.onAck !== undefined) wanted.push(topics.ack);
      await client.subscribeAsync(wanted, { qos: 1 });
      await this.#publishList();
      for (const desk of this.#desks.values()) desk.ackNow();
      return true;
    } catch {
      // The connection broke again meanwhile; the next one does it all over.
      return false;
    } finally {
      clearTimeout(unanswered);
    }
  }

  #take(topic: string, payload: Uint8Array): void {
    const { site, observer } = this.#options;
    const one = siteMessage(site, topic, payload);
    switch (one.kind) {
      case "event":
        return this.#takeEvent(one.message);
      case "status":
        this.#desk(one.lane).status = one.message;
        return observer?.onStatus?.(one.message);
      case "evidence":
        return observer?.onEvidence?.(one.lane, one.sha256, payload, sha256(payload) === one.sha256);
      case "ack":
        return observer?.onAck?.(one.lane, topic, payload);
      case "malformed":
        this.#malformed += 1;
        return observer?.onMalformed?.(topic);
    }
  }

  #takeEvent(message: EventMessage): void {
    const desk = this.#desk(message.lane);
    const taken = desk.book.take(message);
    if (taken === "new" || taken === "unlinked") this.#file?.append(message);
    this.#options.observer?.onEntry?.(message, taken);
    desk.answer();
  }

  #desk(lane: string): LaneDesk {
    const known = this.#desks.get(lane);
    if (known !== undefined) return known;
    const { keepEntries = true, fromGenesis = true } = this.#options;
    const { ackDelayMs = ACK_DELAY_MS, repairAfterMs = REPAIR_AFTER_MS } = this.#options;
    const onAckDue = (head: NonNullable<LaneReport["head"]>) => this.#acknowledgeHead(lane, head);
    const onGap = (from: number, to: number) => this.#repair(lane, from, to);
    const desk = new LaneDesk({ keepEntries, fromGenesis, ackDelayMs, repairAfterMs, onAckDue, onGap });
    this.#desks.set(lane, desk);
    return desk;
  }

  #acknowledgeHead(lane: string, { boot, seq, hash }: NonNullable<LaneReport["head"]>): void {
    if (!this.#acknowledge || this.#signer === undefined) return;
    // An acknowledgement promises that the entries are stored.
    this.#file?.flush();
    const { site } = this.#options;
    const ack: Ack = { site, lane, boot, seq, hash, at: this.#now() };
    this.#publishSigned(laneTopics(site, lane).ack, ack, true).catch(() => {
      // Sent again at the next connection.
    });
  }

  #repair(lane: string, from: number, to: number): void {
    if (this.#signer === undefined) return;
    this.requestReplay(lane, from, to).catch(() => {
      // Asked for again after the same time.
    });
  }

  async #publishList(): Promise<void> {
    const list = this.#clearances.snapshot(this.#now());
    if (list === undefined) return;
    await this.#publishSigned(laneTopics(this.#options.site, "any").clearanceSnapshot, list, true);
  }

  async #publishSigned(topic: string, payload: object, retain: boolean): Promise<void> {
    if (this.#signer === undefined) throw new LaneError("MESSAGE_UNSIGNED", "there is no key to sign with");
    const text = await this.#signer.sign(payload);
    await this.#client?.publishAsync(topic, text, { qos: 1, retain });
  }

  #now(): string {
    return isoUtc(Date.now());
  }
}
