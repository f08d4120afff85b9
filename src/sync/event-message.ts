import type { JournalEntry, JournalType } from "#contract/journal";
import { isoUtc } from "#contract/units";
import type { EventMessage } from "#contract/upstream";
import type { JournalRow } from "#store/journal-rows";

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

/**
 * Writes the message of a journal row as text. The row holds its data as canonical JSON, so it is taken over byte for
 * byte: reading and writing it again would cost more than all the rest. Says the same as `toEventMessage`.
 */
export function eventWriter(site: string, lane: string): (row: JournalRow) => string {
  const head = `{"schema":"gatelane.event/1","site":${JSON.stringify(site)},"lane":${JSON.stringify(lane)},"seq":`;
  const [boot, type] = [new TextOf(), new TextOf()];
  return (row) => {
    const passage = row.passage === null ? "null" : JSON.stringify(row.passage);
    const times = `"utc":"${isoUtc(row.utc_ms)}","utcMs":${row.utc_ms},"monotonicMs":${row.monotonic_ms}`;
    const what = `"boot":${boot.json(row.boot)},"type":${type.json(row.type)},"passage":${passage}`;
    return `${head}${row.seq},${times},${what},"data":${row.data},"prevHash":"${row.prev_hash}","hash":"${row.hash}"}`;
  };
}

/** A text as JSON; entries that follow each other mostly have the same. */
class TextOf {
  #text = "";
  #json = '""';

  json(text: string): string {
    if (text !== this.#text) {
      this.#text = text;
      this.#json = JSON.stringify(text);
    }
    return this.#json;
  }
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
