import type { Logger } from "pino";
import { messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { Clock, MonotonicMs } from "#contract/units";
import { laneTopics } from "#contract/upstream";
import type { JournalReader } from "#store/journal-reader";
import { Backoff } from "./backoff.ts";
import type { Received } from "./inbound.ts";
import type { SiteLetters } from "./lan-bus/site-letters.ts";
import { LatestValues } from "./latest.ts";
import type { CommandLine } from "./orders/command-line.ts";
import { type Depth, Outbox } from "./outbox.ts";
import { ProtocolChoice, protocolName } from "./protocol-version.ts";
import { Publications, type StatusFields, type StatusNow } from "./publications.ts";
import { Receipts } from "./receipts.ts";
import { Receiver, type ReceiverOptions } from "./receiver.ts";
import { type BrokerCredentials, type Farewell, MqttSession, type Publication, type Welcome } from "./session.ts";
import { UPLINK_TIMING, type UplinkTiming } from "./uplink-timing.ts";
import type { TrustedKey } from "./verify.ts";

export interface UplinkOptions extends Partial<UplinkTiming> {
  /** `mqtt://` or `mqtts://`; there is no way from the second to the first. */
  readonly url: string;
  /** Asked before each attempt, so that renewed certificates and passwords count. What it throws keeps the lane offline. */
  readonly credentials?: () => BrokerCredentials;
  /** Which MQTT the broker speaks, where another connection wants to know it too. */
  readonly protocol?: ProtocolChoice;
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
  /** What lanes of the site tell each other by way of this broker; absent: nothing. */
  readonly letters?: SiteLetters;
  /** Keeps clearance lists as operations signed them. */
  readonly keep?: NonNullable<ReceiverOptions["keep"]>;
  /** Takes orders that come over the network; absent: all are refused. */
  readonly commands?: CommandLine;
  /** Operations have asked for a stretch of the journal again, and it is being sent. */
  readonly onReplay?: (from: number, to: number) => void;
}

/** A connection that stood this long was a good one: the next attempt starts with short waits again, milliseconds. */
const STABLE_MS = 10_000;
/** While the link is down, another reason for it is told at most this often: each is a row in the journal. */
const REASON_EVERY_MS = 60_000;

/**
 * The link of one lane to central operations. Sends the journal, shows status, snapshot and health, and hands on what
 * operations have signed. A lost or lying broker costs time, never entries: only operations release an entry.
 */
export class Uplink {
  readonly #options: UplinkOptions & UplinkTiming;
  readonly #topics: ReturnType<typeof laneTopics>;
  readonly #publications: Publications;
  readonly #receiver: Receiver;
  readonly #outbox: Outbox;
  readonly #receipts: Receipts;
  readonly #latest = new LatestValues();
  readonly #backoff: Backoff;
  readonly #protocol: ProtocolChoice;
  #session: MqttSession | undefined;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #running = false;
  #linkUp: boolean | undefined;
  #linkDetail = "";
  #linkToldAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #upSince: MonotonicMs | undefined;
  /** The first connection of this process asks for the clearance list, whatever the broker remembers. */
  #listRequested = false;

  /** Throws LaneError CONFIG_INVALID when a trusted key is unusable. */
  constructor(options: UplinkOptions) {
    this.#options = { ...UPLINK_TIMING, ...options };
    const { site, lane, trust, clock, log, commands, reconnectMinMs, reconnectMaxMs } = this.#options;
    this.#topics = laneTopics(site, lane);
    this.#publications = new Publications(options);
    this.#protocol = options.protocol ?? new ProtocolChoice();
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
    this.#receipts = new Receipts({
      everyMs: this.#options.receiptEveryMs,
      hand: (receipt) => this.#hand(receipt),
    });
    this.#receiver = new Receiver({
      site,
      lane,
      trust,
      clock,
      log,
      hand: (message) => this.#take(message),
      replay: (from, to) => {
        this.#outbox.replay(from, to);
        options.onReplay?.(from, to);
      },
      requestList: () => this.requestClearances(),
      ...(commands === undefined ? {} : { command: (wish, received) => commands.take(wish, received) }),
      ...(options.keep === undefined ? {} : { keep: options.keep }),
    });
  }

  /** All messages refused since the start. */
  get rejected(): number {
    return this.#receiver.rejected;
  }

  /** Whether a connection to the broker stands. */
  get isUp(): boolean {
    return this.#linkUp === true;
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
    if (this.#linkUp === true) this.#session?.publish(this.#status("offline"));
    this.#outbox.stop();
    this.#receipts.stop();
    await this.#session?.end();
    this.#session = undefined;
  }

  /** New entries are durable up to `seq`. */
  headAdvanced(seq: number): void {
    this.#options.letters?.headAdvanced();
    this.#outbox.headAdvanced(seq);
  }

  /** Operations hold everything up to `seq`, and the cursor in the store is durable. */
  cursorAdvanced(seq: number): void {
    this.#outbox.cursorAdvanced(seq);
  }

  /** How far operations are behind the journal; null when it cannot be read. */
  depth(): Depth | null {
    return this.#outbox.depth();
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
    const { url, clientId, keepaliveSeconds, connectTimeoutMs, subscribeTimeoutMs } = this.#options;
    let credentials: BrokerCredentials;
    try {
      credentials = this.#options.credentials?.() ?? {};
    } catch (error) {
      return this.#downed({ detail: messageOf(error) });
    }
    const session = new MqttSession({
      url,
      clientId,
      version: this.#protocol.version,
      credentials,
      clean: false,
      keepaliveSeconds,
      connectTimeoutMs,
      subscribeTimeoutMs,
      will: this.#status("offline"),
      onUp: (welcome) => this.#up(session, welcome),
      onDown: (farewell) => this.#downed(farewell),
      onMessage: (received) => this.#received(received),
    });
    this.#session = session;
    session.start();
  }

  #up(session: MqttSession, welcome: Welcome): void {
    if (!this.#running) return;
    this.#upSince = this.#options.clock.monotonic();
    if (this.#protocol.accepted()) {
      const protocol = protocolName(this.#protocol.version);
      const { receiveMaximum } = welcome;
      this.#options.log.info({ event: "uplink.protocol", protocol, receiveMaximum }, "the broker speaks it");
    }
    const { command, clearanceSnapshot, clearanceDelta, ack, replay } = this.#topics;
    const wanted: string[] = [ack, replay, command, clearanceDelta];
    // A resumed session has kept what came meanwhile; the whole list, which may be large, is then not fetched again.
    if (!welcome.resumed || !this.#listRequested) wanted.push(clearanceSnapshot);
    wanted.push(...(this.#options.letters?.topics ?? []));
    session.subscribe(wanted, () => this.#subscribed(session, welcome));
  }

  /** Sending starts here: before, nobody's acknowledgement could reach us, and a slow broker would count as a stuck one. */
  #subscribed(session: MqttSession, { resumed, receiveMaximum }: Welcome): void {
    if (!this.#running) return;
    this.#listRequested = true;
    session.publish(this.#status("online"));
    const make = this.#publications;
    this.#latest.connected((topic, payload, onAcked) => session.publish(make.retained(topic, payload), onAcked));
    this.#outbox.connected((entry, onAcked) => session.publish(make.event(entry), onAcked), receiveMaximum);
    this.#options.commands?.connected((outcome, onAcked) => session.publish(outcome, onAcked));
    this.#options.letters?.connected((letter) => session.publish(letter));
    const protocol = protocolName(this.#protocol.version);
    this.#link(true, `connected with ${protocol}${resumed ? ", the broker kept our session" : ""}`);
  }

  #downed({ detail, version }: Farewell): void {
    this.#outbox.disconnected();
    this.#latest.disconnected();
    this.#options.commands?.disconnected();
    this.#options.letters?.disconnected();
    if (!this.#running) return;
    const { clock, log } = this.#options;
    if (this.#upSince !== undefined && clock.monotonic() - this.#upSince >= STABLE_MS) this.#backoff.reset();
    this.#upSince = undefined;
    if (version === "refused") {
      const protocol = protocolName(this.#protocol.version);
      log.info({ event: "uplink.protocol", refused: protocol, detail }, "the broker does not speak it");
      this.#protocol.refused();
    } else {
      if (version === "unanswered") this.#protocol.unanswered();
      this.#link(false, detail);
    }
    const waitMs = this.#backoff.next();
    log.debug({ event: "uplink.waiting", waitMs }, "next attempt to connect is planned");
    this.#reconnectTimer = setTimeout(() => this.#connect(), waitMs);
  }

  #link(up: boolean, detail: string): void {
    if (this.#linkUp === up && this.#linkDetail === detail) return;
    const { clock, log } = this.#options;
    const changed = this.#linkUp !== up;
    this.#linkUp = up;
    this.#linkDetail = detail;
    log.info({ event: up ? "link.up" : "link.down", detail }, "link to operations changed");
    if (!changed && clock.monotonic() - this.#linkToldAt < REASON_EVERY_MS) return;
    this.#linkToldAt = clock.monotonic();
    this.#hand({ type: "link", up, detail });
  }

  async #received(received: Received): Promise<void> {
    const { letters } = this.#options;
    if (letters?.topics.includes(received.topic) === true) await letters.take(received);
    else await this.#receiver.receive(received);
  }

  /** What operations sent. A receipt that is no news to us, or cannot be true, is for control to judge, at once. */
  #take(message: ToControl): void {
    if (message.type === "ack" && this.#outbox.heard(message.seq)) this.#receipts.take(message);
    else this.#hand(message);
  }

  #hand(message: ToControl): void {
    try {
      this.#options.onMessage(message);
    } catch (error) {
      this.#options.log.error({ event: "uplink.handover", type: message.type, err: error }, "control took no message");
    }
  }

  #status(state: StatusNow["state"]): Publication {
    const { status, clock } = this.#options;
    const { software, configHash, policyHash, modelHash } = status();
    const head = this.#outbox.head();
    return this.#publications.status({ state, software, configHash, policyHash, modelHash, head, at: clock.utc() });
  }
}
