import { unreachable } from "#contract/errors";
import type { JournalDraft, JournalType } from "#contract/journal";
import type { LaneEffect, LaneEvent } from "#lanes/passage/model";

/** Under which type an input event stands in the journal. Every event that reaches the core is written, for replay. */
function journalType(event: LaneEvent): JournalType {
  switch (event.type) {
    case "started":
      return "lane.started";
    case "weight-settled":
      return "scale.weighed";
    case "weight-refused":
      return "scale.fault";
    case "capture-result":
      return "read.image";
    case "capture-failed":
      return "read.failed";
    case "plate-seen":
      return "read.plate";
    case "device-health":
      return "device.health";
    case "link":
      return event.up ? "link.up" : "link.down";
    case "gate-inputs":
    case "scale-load":
    case "clearances-found":
    case "clearances-changed":
    case "decision-durable":
    case "command-outcome":
    case "timer-expired":
      return "lane.event";
    default:
      return unreachable(event);
  }
}

/** The row of an input event: the event itself, its two times in the row's own columns. */
export function draftOfEvent(event: LaneEvent, openPassage: string | null): JournalDraft {
  const { at, utc, ...rest } = event;
  const passage = "passage" in event ? event.passage : openPassage;
  return { utc, monotonicMs: at, type: journalType(event), passage, data: { event: rest } };
}

/** The rows that a step asked for. `complete` fills in the hashes of decision records. */
export function draftsOfEffects(
  event: LaneEvent,
  effects: readonly LaneEffect[],
  complete: (data: unknown) => unknown,
): JournalDraft[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "record") return [];
    const data = effect.entry === "decision.made" ? complete(effect.data) : effect.data;
    return [{ utc: event.utc, monotonicMs: event.at, type: effect.entry, passage: effect.passage, data }];
  });
}
