import type { Logger } from "pino";
import { isLaneError, LaneError, unreachable } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { Clock } from "#contract/units";
import { laneTopics, type Replay } from "#contract/upstream";
import { type Inbound, InboundReader, type Received } from "./inbound.ts";
import { Rejections } from "./rejections.ts";
import { createVerifier, type TrustedKey } from "./verify.ts";

export interface ReceiverOptions {
  readonly site: string;
  readonly lane: string;
  readonly trust: readonly TrustedKey[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes what is good, and what was rejected. */
  readonly hand: (message: ToControl) => void;
  /** Sends a stretch of the journal again; throws LaneError MESSAGE_REFUSED. */
  readonly replay: (from: number, to: number) => void;
  /** Asks the broker for the clearance list it keeps. */
  readonly requestList: () => void;
  /** Keeps a clearance list, or changes to it, as operations signed them. */
  readonly keep?: (inbound: Inbound, payload: Uint8Array) => void;
  /** Takes what came on `command/{wish}` and reports by itself what is bad about it; absent: no order is taken. */
  readonly command?: (wish: string, received: Received) => Promise<void>;
}

/** Turns what the broker delivers into messages for control; whatever is bad becomes a rejection, never an exception. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #topics: ReturnType<typeof laneTopics>;
  readonly #reader: InboundReader;
  readonly #rejections: Rejections;
  #listVersion: number | undefined;
  #lastReplayAt = "";

  /** Throws LaneError CONFIG_INVALID when a trusted key is unusable. */
  constructor(options: ReceiverOptions) {
    const { site, lane, trust, clock, hand } = options;
    this.#options = options;
    this.#topics = laneTopics(site, lane);
    this.#reader = new InboundReader({ site, lane, verifier: createVerifier(trust, () => clock.utc()) });
    this.#rejections = new Rejections(clock, hand);
  }

  /** All messages refused since the start. */
  get rejected(): number {
    return this.#rejections.total;
  }

  async receive(received: Received): Promise<void> {
    try {
      const wish = this.#wishOf(received.topic);
      if (wish !== undefined) return await this.#command(wish, received);
      const inbound = await this.#reader.read(received);
      this.#take(inbound);
      this.#options.keep?.(inbound, received.payload);
    } catch (error) {
      const source = this.#sourceName(received.topic);
      if (isLaneError(error)) {
        this.#rejections.add(source, error.code, error.detail);
      } else {
        this.#options.log.error({ event: "message.failed", source, err: error }, "a message could not be handled");
        this.#rejections.add(source, "MESSAGE_REFUSED", "it could not be handled");
      }
    }
  }

  /** What a topic of commands says that is wished; undefined for every other topic. */
  #wishOf(topic: string): string | undefined {
    const prefix = this.#topics.command.slice(0, -1);
    return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
  }

  async #command(wish: string, received: Received): Promise<void> {
    const { command } = this.#options;
    if (received.retained) throw new LaneError("MESSAGE_REFUSED", "a retained command");
    if (command === undefined) throw new LaneError("MESSAGE_REFUSED", "this lane takes no orders over the network");
    await command(wish, received);
  }

  #take(inbound: Inbound): void {
    const { hand, requestList } = this.#options;
    const { kind, message } = inbound;
    const at = Date.parse(message.at);
    switch (kind) {
      case "ack":
        return hand({ type: "ack", boot: message.boot, seq: message.seq, hash: message.hash, at });
      case "replay":
        return this.#replay(message);
      case "clearance-snapshot":
        this.#listVersion = message.version;
        return hand({ type: kind, version: message.version, at, records: message.records });
      case "clearance-delta": {
        // A gap is for control to refuse; the list that fills it is with the broker.
        const gap = this.#listVersion !== undefined && message.version > this.#listVersion + 1;
        if (gap) requestList();
        else this.#listVersion = message.version;
        return hand({ type: kind, version: message.version, at, upsert: message.upsert, remove: message.remove });
      }
      default:
        return unreachable(kind);
    }
  }

  /** The same request again, by the broker or by somebody who kept it, is carried out once. */
  #replay(message: Replay): void {
    if (message.at <= this.#lastReplayAt) {
      this.#rejections.add("replay", "MESSAGE_REFUSED", "the request to send again is not newer than the last");
      return;
    }
    this.#options.replay(message.from, message.to);
    this.#lastReplayAt = message.at;
  }

  /** A name of ours for the topic: what a stranger has written does not get into the journal. */
  #sourceName(topic: string): string {
    const { ack, replay, clearanceSnapshot, clearanceDelta } = this.#topics;
    if (topic === ack) return "ack";
    if (topic === replay) return "replay";
    if (topic === clearanceSnapshot) return "clearance/snapshot";
    if (topic === clearanceDelta) return "clearance/delta";
    return this.#wishOf(topic) === undefined ? "unknown topic" : "command";
  }
}
