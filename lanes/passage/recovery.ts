import { startClearing } from "./crossing.ts";
import { enterHold, holdForOfficer, revoke } from "./judge.ts";
import { laneIsEmpty } from "./occupancy.ts";
import { closePassage, NOT_MOVED, passedResult, rememberUncertain, UNIDENTIFIED } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/**
 * The lane is not watched any more: the daemon was restarted or the gate cannot be read. Nothing is commanded until the
 * inputs are read again, and what was known about the vehicle has to be found out anew.
 */
export function loseSight(turn: Turn, why: string): void {
  // Whoever is behind is found again when the lane is read again.
  if (turn.state.next !== null) turn.forNext(() => closePassage(turn, "ABANDONED", why));
  turn.cancelAllTimers();
  turn.effect({ type: "stop-weighing" });
  const { phase } = turn.passage;
  // Before an open boom anything may happen unseen; what was known about clearing and closing stays known.
  turn.update({ careful: true, gapAt: null, ...(phase === "crossing" ? { result: "UNCERTAIN" as const } : {}) });
  // What the exit light shows is not known; with the first inputs it is told red, not the green of before.
  turn.set({ exitLight: null });
  turn.enter("recovering", null, why);
}

/**
 * Once the gate has been read again: the unresolved intent is settled by looking, never by repeating (domain guide,
 * 5.3). The boom is not raised here, and lowered only as after any vehicle, with the longer wait.
 */
export function recover(turn: Turn): void {
  const { state, passage } = turn;
  if (state.inputs === null || state.boom === "unknown" || state.boom === "moving") return;
  if (state.site.weighbridge && state.occupancy.scale === "unknown") return;
  turn.record("lane.recovered", { boom: state.boom, occupancy: state.occupancy, intent: passage.intent });
  const wanted = passage.intent?.command === "raise-boom" ? "open" : "closed";
  turn.settleIntent(state.boom === wanted ? "done" : "not done", "read back after a restart");
  if (state.boom === "closed") recoverClosed(turn);
  else recoverOpen(turn);
}

function recoverOpen(turn: Turn): void {
  const { state, passage, policy } = turn;
  const gone = laneIsEmpty(state.occupancy, state.site.weighbridge);
  // Of a vehicle that had left before it is known; whoever is there now is the next one.
  const known = ["PASSED", "PASSED_OFFICER", "UNVERIFIED_PASSAGE"].includes(passage.result);
  if (!known) {
    if (!gone) return turn.enter("crossing", policy.timers.crossingMs, "restarted while the vehicle was crossing");
    turn.update({ result: passage.exitSeen ? passedResult(passage) : "UNCERTAIN" });
  }
  if (policy.recovery.lowerWhenClear) return startClearing(turn, "restarted with the boom open and nobody under it");
  turn.update({ needsOfficer: true });
  enterHold(turn, "restarted with the boom open: an officer has to look");
}

function recoverClosed(turn: Turn): void {
  const { passage, state } = turn;
  const present = !laneIsEmpty(state.occupancy, state.site.weighbridge);
  const hasPass = passage.decision?.verdict === "PASS";
  const passed = passage.result === "PASSED" || passage.result === "PASSED_OFFICER";
  if (passage.result === "UNVERIFIED_PASSAGE")
    return closePassage(turn, passage.result, "it had gone before the restart");
  if (passed || (passage.exitSeen && hasPass && !present)) {
    return closePassage(turn, passedResult(passage), "the vehicle had left before the restart");
  }
  if (!present) {
    const untouched = passage.decision === null && !passage.underSeen;
    return closePassage(turn, untouched ? "ABANDONED" : "UNCERTAIN", "restarted and the vehicle is gone");
  }
  if (passage.result === "UNCERTAIN") {
    // The boom was open unseen: is this the vehicle that had the PASS, or the next? The clearance stays reserved.
    if (hasPass && passage.decision.clearance !== null) rememberUncertain(turn, passage.decision.clearance);
    holdForOfficer(turn, "NOT_CROSSED");
    return enterHold(turn, "the boom was closed unseen and a vehicle is in the lane");
  }
  if (passage.decision !== null) revoke(turn, "a decision does not outlive a restart");
  // It may be another vehicle by now: nothing read or weighed before counts.
  turn.update({ ...UNIDENTIFIED, ...NOT_MOVED });
  turn.enter("identify", null, "restarted with the vehicle in the lane");
}
