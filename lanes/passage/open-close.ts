import { loadPassed } from "./bulk.ts";
import { captureAll } from "./identify.ts";
import { tagsOfArrival } from "./identity-news.ts";
import type { Passage, PassageResult } from "./model.ts";
import type { Turn } from "./turn.ts";

/** A vehicle about which nothing is known yet. */
export const UNIDENTIFIED = {
  reads: [],
  cameras: {},
  identityClosed: false,
  weight: null,
  weightFault: null,
  weighAttempts: 0,
  candidates: null,
  candidatesFor: "",
  cacheVersion: 0,
  cacheAgeMs: 0,
  cacheAt: 0,
  decision: null,
  needsOfficer: false,
  raiseTries: 0,
  seals: [],
  strangeTags: [],
  sealClosed: false,
} as const satisfies Partial<Passage>;

/** A vehicle for which the boom has not moved yet. */
export const NOT_MOVED = {
  intent: null,
  underSeen: false,
  exitSeen: false,
  deckLeft: false,
  curtainSeen: false,
  gapAt: null,
  closeTries: 0,
  careful: false,
  result: "ABANDONED",
} as const satisfies Partial<Passage>;

/** A vehicle has arrived: a passage is opened for it and the entry light turns red behind it. */
export function openPassage(turn: Turn): void {
  turn.open(newPassage(turn));
  turn.record("passage.opened", { direction: turn.state.site.direction, link: turn.state.mode.link });
  turn.entryLight("red");
  captureAll(turn, "arrival");
}

function newPassage(turn: Turn): Passage {
  const passageCount = turn.state.passageCount + 1;
  const strangeTags = tagsOfArrival(turn.state, turn.event.at);
  turn.set({ passageCount, tagsHeard: [] });
  return {
    id: `P${String(passageCount).padStart(6, "0")}`,
    phase: "identify",
    openedUtc: turn.event.utc,
    captures: 0,
    lookup: null,
    confirm: null,
    ...UNIDENTIFIED,
    ...NOT_MOVED,
    strangeTags,
  };
}

/** The end of a passage: what became of the vehicle and of its clearance, and the report that customs is due. */
export function closePassage(turn: Turn, result: PassageResult, why: string): void {
  turn.settleIntent("not done", why);
  const { passage, policy, event } = turn;
  const clearance = passage.decision?.verdict === "PASS" ? passage.decision.clearance : null;
  const passed = result === "PASSED" || result === "PASSED_OFFICER";
  if (clearance !== null && passed) {
    turn.record("clearance.consumed", { clearance });
    turn.effect({ type: "consumption", clearance, consumption: "consumed", passage: passage.id });
    const form = loadPassed(turn, passage);
    turn.record("report.due", { form, clearance, dueBy: event.utc + policy.reportDueMs });
  }
  if (clearance !== null && (result === "ABANDONED" || result === "REFUSED")) {
    turn.record("clearance.released", { clearance, reason: why });
    turn.effect({ type: "consumption", clearance, consumption: "none", passage: passage.id });
  }
  if (clearance !== null && result === "UNCERTAIN") rememberUncertain(turn, clearance);
  turn.record("passage.closed", {
    result,
    why,
    verdict: passage.decision?.verdict ?? null,
    reason: passage.decision?.reason ?? null,
    openedUtc: passage.openedUtc,
  });
  if (!turn.isNext) turn.effect({ type: "stop-weighing" });
  turn.cancelAllTimers();
  if (turn.isNext) return turn.close();
  for (const code of ALARMS_OF_A_PASSAGE) turn.endAlarm(code, "the passage is over");
  turn.close();
}

/** They are about a vehicle that is in the lane, and over with it. */
const ALARMS_OF_A_PASSAGE = ["HOLD_UNANSWERED", "BAY_NOT_REACHED", "BLOCKED"] as const;

/** More open questions than people leave open; the oldest stays answerable from the journal. */
const UNCERTAIN_LIMIT = 64;

/** Whether its clearance crossed is for a person to say; until then it stays reserved. */
export function rememberUncertain(turn: Turn, clearance: string): void {
  const { standing, passage } = turn.state;
  if (passage === null) return;
  const uncertain = [...standing.uncertain, { passage: passage.id, clearance }].slice(-UNCERTAIN_LIMIT);
  turn.set({ standing: { ...standing, uncertain } });
}

/** How the passage of a vehicle that has crossed under its PASS ends. */
export function passedResult({ decision }: Passage): PassageResult {
  if (decision?.verdict !== "PASS") return "UNVERIFIED_PASSAGE";
  return decision.officer === undefined ? "PASSED" : "PASSED_OFFICER";
}
