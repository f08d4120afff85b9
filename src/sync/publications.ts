import type { JournalEntry } from "#contract/journal";
import { isoUtc, type UtcMs } from "#contract/units";
import { laneTopics, type StatusMessage } from "#contract/upstream";
import type { JournalHead } from "#store/journal-rows";
import { toEventMessage, topicLevels } from "./event-message.ts";
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
/** How long a broker with MQTT 5 keeps the last news of a lane that has gone, seconds: older news is none. */
const EXPIRY_SECONDS = { health: 60, snapshot: 300 } as const;

/** The messages of one lane, each with its topic and the properties that MQTT 5 can carry beside it. */
export class Publications {
  readonly #identity: Pick<StatusMessage, "site" | "lane" | "boot">;
  readonly #topics: ReturnType<typeof laneTopics>;

  constructor(identity: Pick<StatusMessage, "site" | "lane" | "boot">) {
    const { site, lane, boot } = identity;
    this.#identity = { site, lane, boot };
    this.#topics = laneTopics(site, lane);
  }

  event(entry: JournalEntry): Publication {
    const { site, lane } = this.#identity;
    const message = toEventMessage(site, lane, entry);
    return {
      topic: this.#topics.event(topicLevels(entry.type)),
      payload: JSON.stringify(message),
      contentType: JSON_TYPE,
      user: { schema: message.schema, seq: String(entry.seq) },
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
