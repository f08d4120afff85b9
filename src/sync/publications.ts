import { isoUtc, type UtcMs } from "#contract/units";
import { type EventMessage, laneTopics, type StatusMessage } from "#contract/upstream";
import type { JournalHead, JournalRow } from "#store/journal-rows";
import { eventWriter, topicLevels } from "./event-message.ts";
import type { Publication } from "./session.ts";

/** What `status` says beside what the uplink knows by itself. */
export type StatusFields = Pick<StatusMessage, "software" | "configHash" | "policyHash" | "modelHash">;

/** What `status` says at one moment. */
export interface StatusNow extends StatusFields {
  readonly state: StatusMessage["state"];
  readonly head: JournalHead | null;
  readonly at: UtcMs;
}

const JSON_TYPE = "application/json";
const EVENT_SCHEMA = "gatelane.event/1" satisfies EventMessage["schema"];
/** How long a broker with MQTT 5 keeps the last news of a lane that has gone, seconds: older news is none. */
const EXPIRY_SECONDS = { health: 60, snapshot: 300 } as const;

/** The messages of one lane, each with its topic and the properties that MQTT 5 can carry beside it. */
export class Publications {
  readonly #identity: Pick<StatusMessage, "site" | "lane" | "boot">;
  readonly #topics: ReturnType<typeof laneTopics>;
  readonly #eventText: (row: JournalRow) => string;

  constructor(identity: Pick<StatusMessage, "site" | "lane" | "boot">) {
    const { site, lane, boot } = identity;
    this.#identity = { site, lane, boot };
    this.#eventText = eventWriter(site, lane);
    this.#topics = laneTopics(site, lane);
  }

  /** One entry of the journal. */
  event(row: JournalRow): Publication {
    return {
      topic: this.#topics.event(topicLevels(row.type)),
      payload: this.#eventText(row),
      contentType: JSON_TYPE,
      user: { schema: EVENT_SCHEMA, seq: String(row.seq) },
    };
  }

  /** Birth and death. Never expires: it is how a lane that is away is known. */
  status({ state, software, configHash, policyHash, modelHash, head, at }: StatusNow): Publication {
    const message: StatusMessage = {
      schema: "gatelane.status/1",
      ...this.#identity,
      state,
      software,
      configHash,
      policyHash,
      modelHash,
      head,
      at: isoUtc(at),
    };
    return {
      topic: this.#topics.status,
      payload: JSON.stringify(message),
      retain: true,
      contentType: JSON_TYPE,
      user: { schema: message.schema },
    };
  }

  /** Snapshot or health. */
  retained(topic: string, payload: string): Publication {
    const expirySeconds = topic === this.#topics.health ? EXPIRY_SECONDS.health : EXPIRY_SECONDS.snapshot;
    return { topic, payload, retain: true, contentType: JSON_TYPE, expirySeconds };
  }
}
