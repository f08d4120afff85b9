import { toUSVString } from "node:util";
import type { DecisionRecord } from "#contract/decision";
import { unreachable } from "#contract/errors";
import type { JournalDraft, JournalType } from "#contract/journal";
import type { Sha256 } from "#contract/units";
import { candidatesIn, decideUnder } from "#lanes/decision/other-policy";
import type { LanePolicy } from "#lanes/decision/policy";
import type { LaneEffect, LaneEvent, LaneState } from "#lanes/passage/model";
import { canonicalHash } from "#store/hash";

/** A policy with the hash that decisions under it carry. */
export interface PolicyInForce {
  readonly policy: LanePolicy;
  readonly policyHash: Sha256;
}

/** What the row of a start holds beside its event, so that a replay can begin there and at no other place. */
export interface StartContext extends PolicyInForce {
  /** State before the event, as it was taken over from the start before. */
  readonly state: LaneState;
}

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
    case "id-seen":
      return "id.seen";
    case "seal-read":
      return "seal.read";
    case "vehicle-requested":
    case "vehicle-entered":
    case "vehicle-left":
    case "vehicle-lost":
      return "vehicle.link";
    case "device-health":
      return "device.health";
    case "link":
      return event.up ? "link.up" : "link.down";
    case "order":
      return "officer.answered";
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

/**
 * An event as its row will give it back: a number that is none becomes null, half a surrogate pair U+FFFD. The core sees
 * this form, so a replay from the journal sees the same.
 */
export function asWritten<Event extends LaneEvent>(event: Event): Event {
  const plain = (_: string, value: unknown) => (typeof value === "string" ? toUSVString(value) : value);
  return JSON.parse(JSON.stringify(event), plain) as Event;
}

/** The row of an input event: the event itself, its two times in the row's own columns. */
export function draftOfEvent(event: LaneEvent, openPassage: string | null, start?: StartContext): JournalDraft {
  const { at, utc, ...rest } = event;
  const passage = "passage" in event ? event.passage : openPassage;
  const context = event.type === "started" && start !== undefined ? start : {};
  return { utc, monotonicMs: at, type: journalType(event), passage, data: { ...context, event: rest } };
}

/** The rows that a step asked for; decision records get their hashes here. */
export function draftsOfEffects(event: LaneEvent, effects: readonly LaneEffect[], policyHash: Sha256): JournalDraft[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "record") return [];
    const data = effect.entry === "decision.made" ? withHashes(effect.data, policyHash) : effect.data;
    return [{ utc: event.utc, monotonicMs: event.at, type: effect.entry, passage: effect.passage, data }];
  });
}

function withHashes(data: unknown, policyHash: Sha256): unknown {
  const record = data as { readonly input: unknown };
  return { ...record, policyHash, inputHash: canonicalHash(record.input) };
}

/** Type of the rows in which a shadow policy differs. They hold no `event`, so a replay takes them for no input. */
export const SHADOW_TYPE = "decision.shadow" satisfies JournalType;

/** The rows in which a policy that only looks on would have decided otherwise. It acts on nothing. */
export function draftsOfShadow(
  event: LaneEvent,
  effects: readonly LaneEffect[],
  state: LaneState,
  shadow: PolicyInForce,
): JournalDraft[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "record" || effect.entry !== "decision.made" || effect.passage === null) return [];
    const live = effect.data as DecisionRecord;
    if (live.by !== "lane") return [];
    const { passage } = effect;
    const facts = { input: live.input, candidates: candidatesIn(state, passage), site: state.site, passage };
    const other = decideUnder(shadow.policy, { ...facts, utc: event.utc });
    if (other.verdict === live.verdict && other.reason === live.reason) return [];
    const brief = (one: Pick<DecisionRecord, "verdict" | "reason" | "decidingRule" | "clearance">) => ({
      verdict: one.verdict,
      reason: one.reason,
      decidingRule: one.decidingRule,
      clearance: one.clearance,
    });
    const data = {
      shadow: { policy: shadow.policy.name, policyHash: shadow.policyHash, would: brief(other), live: brief(live) },
    };
    return [{ utc: event.utc, monotonicMs: event.at, type: SHADOW_TYPE, passage, data }];
  });
}
