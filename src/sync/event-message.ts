import type { JournalEntry, JournalType } from "#contract/journal";
import { isoUtc } from "#contract/units";
import type { EventMessage } from "#contract/upstream";

/**
 * The type of an entry as levels of its topic: `decision.made` is published on `event/decision/made`. A dot is an
 * ordinary character in MQTT, but NATS separates its subjects by it and hangs up on a topic that has one.
 */
export const topicLevels = (type: string): string => type.replaceAll(".", "/");

/** One journal entry as it is published. */
export function toEventMessage(site: string, lane: string, entry: JournalEntry): EventMessage {
  return {
    schema: "gatelane.event/1",
    site,
    lane,
    seq: entry.seq,
    utc: isoUtc(entry.utc),
    utcMs: entry.utc,
    monotonicMs: entry.monotonicMs,
    boot: entry.boot,
    type: entry.type,
    passage: entry.passage,
    data: entry.data,
    prevHash: entry.prevHash,
    hash: entry.hash,
  };
}

/** The journal entry inside a message, with the fields that its hash covers. */
export function entryOfMessage(message: EventMessage): JournalEntry {
  return {
    seq: message.seq,
    utc: message.utcMs,
    monotonicMs: message.monotonicMs,
    boot: message.boot,
    type: message.type as JournalType,
    passage: message.passage,
    data: message.data,
    prevHash: message.prevHash,
    hash: message.hash,
  };
}
