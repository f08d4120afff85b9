import type { Logger } from "pino";
import type { ToControl } from "#contract/messages";
import { type Clock, isoUtc, type MonotonicMs } from "#contract/units";
import { laneTopics, type StatusMessage } from "#contract/upstream";
import type { JournalReader } from "#store/journal-reader";
import { Backoff } from "./backoff.ts";
import { toEventMessage } from "./event-message.ts";
import { LatestValues } from "./latest.ts";
import { Outbox } from "./outbox.ts";
import { Receiver } from "./receiver.ts";
import { MqttSession, type TlsOptions } from "./session.ts";
import type { TrustedKey } from "./verify.ts";

/** What `status` says beside what the uplink knows by itself. */
export type StatusFields = Pick<StatusMessage, "software" | "configHash" | "policyHash" | "modelHash">;

/** Times and limits, all with defaults; shorter ones are for tests. */
export interface UplinkTiming {
  /** Without any PUBACK for this long the connection counts as broken, milliseconds. Default 10,000. */
  readonly ackTimeoutMs: number;
  /** Without an acknowledgement from operations for this long, entries are sent again, milliseconds. Default 30,000. */
  readonly resendAfterMs: number;
  /** Most entries without PUBACK. Default 32: more was measured to bring no throughput and ten times the latency. */
  readonly window: number;
  /** Most entries sent beyond the last one that operations acknowledged. Default 4,096. */
  readonly horizon: number;
  /** Waiting time before a new connection, milliseconds. Defaults 500 and 30,000. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** Default 15. */
  readonly keepaliveSeconds: number;
  /** Default 10,000. */
  readonly connectTimeoutMs: number;
}

export interface UplinkOptions extends Partial<UplinkTiming> {
  /** `mqtt://` or `mqtts://`. */
  readonly url: string;
  readonly tls?: TlsOptions;
  /** Must be the same at every start and unlike every other client's: the broker keeps our session under it. */
  readonly clientId: string;
  readonly site: string;
  readonly lane: string;
  readonly boot: string;
  readonly trust: readonly TrustedKey[];
  readonly openJournal: () => JournalReader;
  readonly clock: Clock;
  readonly log: Logger;
  readonly status: () => StatusFields;
  readonly onMessage: (message: ToControl) => void;
}

const DEFAULTS: UplinkTiming = {
  ackTimeoutMs: 10_000,
  resendAfterMs: 30_000,
  window: 32,
  horizon: 4_096,
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  keepaliveSeconds: 15,
  connectTimeoutMs: 10_000,
};

/** A connection that stood this long was a good one: the next attempt starts with short waits again, milliseconds. */
const STABLE_MS = 10_000;

/**
 * The link of one lane to central operations. Sends the journal, shows status, snapshot and health, and hands on what
 * operations have signed. A lost or lying broker costs time, never entries: only operations release an entry.
 */
export class Uplink {
  readonly #options: UplinkOptions & UplinkTiming;
  readonly #topics: ReturnType<typeof laneTopics>;
  readonly #receiver: Receiver;
  readonly #outbox: Outbox;
  readonly #latest = new LatestValues();
  readonly #backoff: Backoff;
  #session: MqttSession | undefined;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #running = false;
  #linkUp: boolean | undefined;
  #upSince: MonotonicMs | undefined;
  /** The first connection of this process asks for the clearance list, whatever the broker remembers. */
  #listRequested = false;

  /** Throws LaneError CONFIG_INVALID when a trusted key is unusable. */
  constructor(options: UplinkOptions) {
    this.#options = { ...DEFAULTS, ...options };
    const { site, lane, trust, clock, log, reconnectMinMs, reconnectMaxMs } = this.#options;
    this.#topics = laneTopics(site, lane);
    this.#backoff = new Backoff({ minMs: reconnectMinMs, maxMs: reconnectMaxMs });
    this.#outbox = new Outbox({
      openJournal: options.openJournal,
      window: this.#options.window,
      horizon: this.#options.horizon,
      ackTimeoutMs: this.#options.ackTimeoutMs,
      resendAfterMs: this.#options.resendAfterMs,
      onStuck: (detail) => this.#session?.drop(detail),
      onUnreadable: (detail) => log.warn({ event: "journal.unreadable", detail }, "the journal cannot be read yet"),
    });
    this.#receiver = new Receiver({
      site,
      lane,
      trust,
      clock,
      log,
      hand: (message) => this.#hand(message),
      replay: (from, to) => this.#outbox.replay(from, to),
      requestList: () => this.requestClearances(),
    });
  }

  /** All messages refused since the start. */
  get rejected(): number {
    return this.#receiver.rejected;
  }

  /** Returns at once; an absent broker is tried again until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /** Says goodbye and closes. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#reconnectTimer);
    this.#latest.disconnected();
    if (this.#linkUp === true) this.#session?.publish(this.#topics.status, this.#statusText("offline"), true, () => {});
    this.#outbox.stop();
    await this.#session?.end();
    this.#session = undefined;
  }

  /** New entries are durable up to `seq`. */
  headAdvanced(_seq: number): void {
    this.#outbox.headAdvanced();
  }

  /** Operations hold everything up to `seq`, and the cursor in the store is durable. */
  cursorAdvanced(seq: number): void {
    this.#outbox.cursorAdvanced(seq);
  }

  /** What the lane looks like now; kept by the broker, and only the newest is sent. */
  publishSnapshot(snapshot: object): void {
    this.#latest.set(this.#topics.snapshot, JSON.stringify(snapshot));
  }

  publishHealth(health: object): void {
    this.#latest.set(this.#topics.health, JSON.stringify(health));
  }

  /** Asks the broker for the clearance list it keeps, for instance when control has lost its place. */
  requestClearances(): void {
    this.#session?.subscribe([this.#topics.clearanceSnapshot]);
  }

  #connect(): void {
    const { url, tls, clientId, keepaliveSeconds, connectTimeoutMs } = this.#options;
    const session = new MqttSession({
      url,
      ...(tls === undefined ? {} : { tls }),
      clientId,
      keepaliveSeconds,
      connectTimeoutMs,
      will: { topic: this.#topics.status, payload: this.#statusText("offline") },
      onUp: (resumed) => this.#up(session, resumed),
      onDown: (detail) => this.#downed(detail),
      onMessage: (received) => this.#receiver.receive(received),
    });
    this.#session = session;
    session.start();
  }

  #up(session: MqttSession, resumed: boolean): void {
    if (!this.#running) return;
    this.#upSince = this.#options.clock.monotonic();
    const { command, clearanceSnapshot, clearanceDelta, ack, replay } = this.#topics;
    session.subscribe([ack, replay, command, clearanceDelta]);
    // A resumed session has kept what came meanwhile; the whole list, which may be large, is then not fetched again.
    if (!resumed || !this.#listRequested) session.subscribe([clearanceSnapshot]);
    this.#listRequested = true;
    session.publish(this.#topics.status, this.#statusText("online"), true, () => {});
    this.#latest.connected((topic, payload, onAcked) => session.publish(topic, payload, true, onAcked));
    const { site, lane } = this.#options;
    this.#outbox.connected((entry, onAcked) => {
      session.publish(
        this.#topics.event(entry.type),
        JSON.stringify(toEventMessage(site, lane, entry)),
        false,
        onAcked,
      );
    });
    this.#link(true, `connected${resumed ? ", the broker kept our session" : ""}`);
  }

  #downed(detail: string): void {
    this.#outbox.disconnected();
    this.#latest.disconnected();
    if (!this.#running) return;
    const { clock, log } = this.#options;
    if (this.#upSince !== undefined && clock.monotonic() - this.#upSince >= STABLE_MS) this.#backoff.reset();
    this.#upSince = undefined;
    this.#link(false, detail);
    const waitMs = this.#backoff.next();
    log.debug({ event: "uplink.waiting", waitMs }, "next attempt to connect is planned");
    this.#reconnectTimer = setTimeout(() => this.#connect(), waitMs);
  }

  #link(up: boolean, detail: string): void {
    if (this.#linkUp === up) return;
    this.#linkUp = up;
    this.#options.log.info({ event: up ? "link.up" : "link.down", detail }, "link to operations changed");
    this.#hand({ type: "link", up, detail });
  }

  #hand(message: ToControl): void {
    try {
      this.#options.onMessage(message);
    } catch (error) {
      this.#options.log.error({ event: "uplink.handover", type: message.type, err: error }, "control took no message");
    }
  }

  #statusText(state: StatusMessage["state"]): string {
    const { site, lane, boot, status, clock } = this.#options;
    const { software, configHash, policyHash, modelHash } = status();
    const message: StatusMessage = {
      schema: "gatelane.status/1",
      site,
      lane,
      state,
      boot,
      software,
      configHash,
      policyHash,
      modelHash,
      head: this.#outbox.head(),
      at: isoUtc(clock.utc()),
    };
    return JSON.stringify(message);
  }
}
