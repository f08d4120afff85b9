import type { DecisionInput } from "#contract/decision";
import { decide } from "../decision/decide.ts";
import type { ReasonCode } from "../decision/reasons.ts";
import { identities } from "./identify.ts";
import { occupancyConsistent } from "./occupancy.ts";
import type { Turn } from "./turn.ts";

/** Freezes what is known, runs the rules, records the decision and acts on it. */
export function judge(turn: Turn): void {
  const { passage, policy, event } = turn;
  const record = verdictOf(turn);
  const clearance = record.clearance?.id ?? null;
  const before = passage.decision;
  const same = before !== null && before.verdict === record.verdict && before.reason === record.reason;
  if (passage.phase === "hold" && same && before.clearance === clearance) return;
  turn.record("decision.made", record);
  turn.update({
    decision: { verdict: record.verdict, reason: record.reason, at: event.at, clearance, durable: false },
  });
  if (record.verdict !== "PASS" || clearance === null) {
    if (passage.phase !== "hold") turn.enter("hold", null, `${record.verdict} ${record.reason}`);
    return;
  }
  turn.record("clearance.reserved", { clearance, version: record.clearance?.version });
  turn.effect({ type: "consumption", clearance, consumption: "reserved", passage: passage.id });
  turn.enter("armed", policy.timers.armedMs, "PASS, waiting until it is on the disk");
  const question = turn.ask();
  turn.update({ confirm: question });
  turn.effect({ type: "confirm-durable", passage: passage.id, question });
}

/** Whether the rules, on the facts of this moment, still give the PASS that was given, on the same clearance. */
export function passStands(turn: Turn): boolean {
  const { decision } = turn.passage;
  const record = verdictOf(turn);
  return decision?.verdict === "PASS" && record.verdict === "PASS" && record.clearance?.id === decision.clearance;
}

function verdictOf(turn: Turn): ReturnType<typeof decide> {
  const { passage, policy, event, state } = turn;
  const candidates = passage.candidates ?? [];
  return decide({
    input: inputOf(turn),
    candidates,
    policy,
    site: state.site,
    passage: passage.id,
    utc: event.utc,
  });
}

/** A hold that no new reading can end. */
export function holdForOfficer(turn: Turn, reason: ReasonCode): void {
  turn.update({
    decision: { verdict: "HOLD", reason, at: turn.event.at, clearance: null, durable: false },
    needsOfficer: true,
  });
}

/** Takes a PASS back: the clearance is free again, the reason is on record. */
export function revoke(turn: Turn, reason: string): void {
  const decision = turn.passage.decision;
  turn.record("decision.revoked", { reason, verdict: decision?.verdict ?? null });
  if (decision?.verdict === "PASS" && decision.clearance !== null) {
    turn.record("clearance.released", { clearance: decision.clearance, reason });
    const { clearance } = decision;
    turn.effect({ type: "consumption", clearance, consumption: "none", passage: turn.passage.id });
  }
  turn.update({ decision: null, confirm: null });
}

function inputOf(turn: Turn): DecisionInput {
  const { passage, state, event } = turn;
  const { trailer: _, ...fused } = identities(turn);
  return {
    ...fused,
    reads: passage.reads,
    weight: passage.weight,
    weightFault: passage.weightFault,
    weighbridgeDown: state.site.weighbridge && state.occupancy.scale === "unknown",
    link: state.mode.link,
    clearanceVersion: passage.cacheVersion,
    clearanceAgeMs: passage.cacheAgeMs + (event.at - passage.cacheAt),
    boomHealthy: state.boom === "closed" && state.mode.service === "auto",
    occupancyConsistent: occupancyConsistent(state.occupancy),
  };
}
