import { Ajv } from "ajv";
import { LaneError, unreachable } from "#contract/errors";
import {
  type Ack,
  AckSchema,
  type ClearanceDelta,
  ClearanceDeltaSchema,
  type ClearanceSnapshot,
  ClearanceSnapshotSchema,
  laneTopics,
  MESSAGE_LIMIT_BYTES,
  type Replay,
  ReplaySchema,
  type Signed,
  SignedSchema,
  SNAPSHOT_LIMIT_BYTES,
} from "#contract/upstream";
import { fitting } from "./fitting.ts";
import { parseStrictJson } from "./strict-json.ts";
import type { Verifier } from "./verify.ts";

/** A message from operations that was signed by a trusted key, fits its schema and is meant for this lane. */
export type Inbound =
  | { readonly kind: "ack"; readonly message: Ack }
  | { readonly kind: "replay"; readonly message: Replay }
  | { readonly kind: "clearance-snapshot"; readonly message: ClearanceSnapshot }
  | { readonly kind: "clearance-delta"; readonly message: ClearanceDelta };

/** A message as the broker delivered it. */
export interface Received {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

const ajv = new Ajv({ strict: true });
const isSigned = ajv.compile<Signed>(SignedSchema);
const isAck = ajv.compile<Ack>(AckSchema);
const isReplay = ajv.compile<Replay>(ReplaySchema);
const isSnapshot = ajv.compile<ClearanceSnapshot>(ClearanceSnapshotSchema);
const isDelta = ajv.compile<ClearanceDelta>(ClearanceDeltaSchema);

/** Reads what operations send to one lane, and refuses everything else. */
export class InboundReader {
  readonly #site: string;
  readonly #lane: string;
  readonly #verifier: Verifier;
  readonly #kinds: ReadonlyMap<string, Inbound["kind"]>;

  constructor(options: { readonly site: string; readonly lane: string; readonly verifier: Verifier }) {
    const topics = laneTopics(options.site, options.lane);
    this.#site = options.site;
    this.#lane = options.lane;
    this.#verifier = options.verifier;
    this.#kinds = new Map([
      [topics.ack, "ack"],
      [topics.replay, "replay"],
      [topics.clearanceSnapshot, "clearance-snapshot"],
      [topics.clearanceDelta, "clearance-delta"],
    ]);
  }

  /**
   * Size, then signature, then schema, then whether it is for us: nothing is believed before it is verified.
   * Commands have keys of their own and are not read here (src/sync/orders).
   * Rejects with LaneError MESSAGE_TOO_LARGE, MESSAGE_NOT_JSON, MESSAGE_SCHEMA, MESSAGE_UNSIGNED, MESSAGE_KEY_EXPIRED or
   * MESSAGE_REFUSED.
   */
  async read({ topic, payload, retained }: Received): Promise<Inbound> {
    const kind = this.#kinds.get(topic);
    if (kind === undefined) throw new LaneError("MESSAGE_REFUSED", "a topic that this lane does not read");
    const limit = kind === "clearance-snapshot" ? SNAPSHOT_LIMIT_BYTES : MESSAGE_LIMIT_BYTES;
    const signed = fitting(isSigned, parseStrictJson(payload, limit));
    const authentic = await this.#verifier.verify(signed);
    const inbound = this.#addressed(parseStrictJson(authentic.bytes, limit), kind, retained);
    authentic.requireSignedWithin(Date.parse(inbound.message.at));
    return inbound;
  }

  #addressed(content: unknown, kind: Inbound["kind"], retained: boolean): Inbound {
    switch (kind) {
      case "ack":
        return { kind, message: this.#forLane(fitting(isAck, content)) };
      case "replay":
        // Kept by a broker it would be carried out again at every connection.
        if (retained) throw new LaneError("MESSAGE_REFUSED", "a retained request to send again");
        return { kind, message: this.#forLane(fitting(isReplay, content)) };
      case "clearance-snapshot":
        return { kind, message: this.#forSite(fitting(isSnapshot, content)) };
      case "clearance-delta":
        // Only the list is kept for newcomers; changes that are kept are older than the list they come with.
        if (retained) throw new LaneError("MESSAGE_REFUSED", "retained changes to the clearance list");
        return { kind, message: this.#forSite(fitting(isDelta, content)) };
      default:
        return unreachable(kind);
    }
  }

  #forLane<T extends { readonly site: string; readonly lane: string }>(message: T): T {
    if (message.lane !== this.#lane) throw new LaneError("MESSAGE_REFUSED", "it is for another lane");
    return this.#forSite(message);
  }

  #forSite<T extends { readonly site: string }>(message: T): T {
    if (message.site !== this.#site) throw new LaneError("MESSAGE_REFUSED", "it is for another site");
    return message;
  }
}
