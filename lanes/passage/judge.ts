import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord } from "#contract/decision";
import { conductOf } from "../decision/conduct-policy.ts";
import { decide } from "../decision/decide.ts";
import type { ReasonCode } from "../decision/reasons.ts";
import { clockIsTrusted } from "./clock.ts";
import { identities } from "./identify.ts";
import { sealsOfVehicle } from "./identity-news.ts";
import type { OfficerPass } from "./model.ts";
import { occupancyConsistent } from "./occupancy.ts";
import type { Turn } from "./turn.ts";

/** Freezes what is known, runs the rules, records the decision and acts on it. */
export function judge(turn: Turn): void {
  const { passage, event } = turn;
  const record = verdictOf(turn);
  const clearance = record.clearance?.id ?? null;
  const before = passage.decision;
  const same = before !== null && before.verdict === record.verdict && before.reason === record.reason;
  if (passage.phase === "hold" && same && before.clearance === clearance) return;
  if (record.verdict === "PASS" && clearance !== null) return arm(turn, record);
  turn.record("decision.made", record);
  turn.update({
    decision: { verdict: record.verdict, reason: record.reason, at: event.at, clearance, durable: false },
  });
  if (record.verdict === "BLOCK") turn.alarm("BLOCKED", `${passage.id}: ${record.reason}`);
  if (passage.phase !== "hold") enterHold(turn, `${record.verdict} ${record.reason}`);
  else if ((before?.verdict === "DIVERT") !== (record.verdict === "DIVERT")) limitHold(turn);
}

/** A PASS, of the rules or of an officer: its clearance is reserved, and nothing moves before it is on the disk. */
export function arm(turn: Turn, record: ReturnType<typeof verdictOf>, officer?: OfficerPass): void {
  const { passage, policy, event } = turn;
  const clearance = record.clearance?.id ?? null;
  turn.record("decision.made", record);
  const decision = { verdict: "PASS", reason: record.reason, at: event.at, clearance, durable: false } as const;
  turn.update({ decision: officer === undefined ? decision : { ...decision, officer } });
  if (clearance !== null) {
    turn.record("clearance.reserved", { clearance, version: record.clearance?.version });
    turn.effect({ type: "consumption", clearance, consumption: "reserved", passage: passage.id });
  }
  turn.enter("armed", policy.timers.armedMs, "PASS, waiting until it is on the disk");
  const question = turn.ask();
  turn.update({ confirm: question });
  turn.effect({ type: "confirm-durable", passage: turn.passage.id, question });
}

/** Whether the rules, on the facts of this moment, still give the PASS that was given, on the same clearance. */
export function passStands(turn: Turn): boolean {
  const { decision } = turn.passage;
  if (decision?.officer !== undefined) return officersPassStands(turn, decision.officer, decision.clearance);
  const record = verdictOf(turn);
  return decision?.verdict === "PASS" && record.verdict === "PASS" && record.clearance?.id === decision.clearance;
}

/** What an officer lets pass must still be fit to open for, and not suspended meanwhile. */
function officersPassStands(turn: Turn, { mayPassBlocked }: OfficerPass, clearance: string | null): boolean {
  const { state, passage } = turn;
  const fit = state.mode.service === "auto" && state.boom === "closed";
  if (!fit || state.inputs?.oppositeBoomClosed === false) return false;
  const own = (passage.candidates ?? []).find((one) => one.clearance.id === clearance);
  if (clearance !== null && own === undefined) return false;
  return mayPassBlocked || !isBlocked(turn, verdictOf(turn));
}

/** Suspended, revoked, used, or a contradiction that the rules block: not for every officer to lift. */
export function isBlocked(turn: Turn, record: Pick<DecisionRecord, "verdict">): boolean {
  const suspended = ({ clearance }: CachedClearance) =>
    clearance.status === "REVOKED" || clearance.holds.some(({ kind }) => kind === "SUSPENDED");
  return record.verdict === "BLOCK" || (turn.passage.candidates ?? []).some(suspended);
}

/** The vehicle waits for new facts or for a person, who is called at once; one sent to the bay has to leave. */
export function enterHold(turn: Turn, why: string): void {
  if (turn.passage.phase !== "hold") turn.enter("hold", null, why);
  limitHold(turn);
}

/** The time an officer has, or the vehicle to leave for the bay (domain guide, 5.1, HOLD and DIVERT). */
function limitHold(turn: Turn): void {
  const { answerMs, divertMs } = conductOf(turn.policy).officer;
  const { decision } = turn.passage;
  const diverted = decision?.verdict === "DIVERT";
  turn.startTimer("phase", diverted ? divertMs : answerMs);
  if (!diverted) turn.record("officer.requested", { reason: decision?.reason ?? null, answerMs });
}

export function verdictOf(turn: Turn): ReturnType<typeof decide> {
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
  const seals = sealsOfVehicle(turn, passage);
  return {
    ...fused,
    reads: passage.reads,
    weight: passage.weight,
    weightFault: passage.weightFault,
    ...(seals.length > 0 ? { seals } : {}),
    weighbridgeDown: state.site.weighbridge && state.occupancy.scale === "unknown",
    link: state.mode.link,
    clearanceVersion: passage.cacheVersion,
    clearanceAgeMs: passage.cacheAgeMs + (event.at - passage.cacheAt),
    ...(clockIsTrusted(state.clock) ? {} : { clockSteppedMs: state.clock.steppedMs }),
    boomHealthy: state.boom === "closed" && state.mode.service === "auto" && state.inputs?.oppositeBoomClosed !== false,
    occupancyConsistent: occupancyConsistent(state.occupancy),
  };
}
