import { conductOf } from "../decision/conduct-policy.ts";
import { NOT_IN_POSITION } from "../decision/match-rules.ts";
import { startClearing } from "./crossing.ts";
import { enterHold, holdForOfficer, revoke } from "./judge.ts";
import { setService } from "./mode.ts";
import { fullyOnScale } from "./occupancy.ts";
import type { Turn } from "./turn.ts";
import { refuseVehicle } from "./vehicles.ts";

/** The time of a phase is over (domain guide, 5.1, last column). */
export function phaseExpired(turn: Turn): void {
  switch (turn.passage.phase) {
    case "position":
      turn.update({ weightFault: NOT_IN_POSITION, identityClosed: true });
      return turn.enter("decide", null, "no position on the weighbridge in time");
    case "weigh":
      return weighingExpired(turn);
    case "seal":
      turn.update({ sealClosed: true });
      return turn.enter("decide", null, "the seal was not heard in time");
    case "armed":
      revoke(turn, "the PASS was not used in time");
      return turn.enter("decide", null, "the PASS is too old");
    case "opening":
      return boomDidNotOpen(turn);
    case "crossing":
      return notCrossed(turn);
    case "closing":
      return boomDidNotClose(turn);
    case "hold":
      return holdUnanswered(turn);
    default:
      return;
  }
}

function weighingExpired(turn: Turn): void {
  turn.effect({ type: "stop-weighing" });
  if (turn.passage.weighAttempts >= turn.policy.weight.attempts) {
    turn.record("scale.fault", { code: "UNSTABLE", attempts: turn.passage.weighAttempts });
    return turn.update({ weightFault: "the weight did not settle" });
  }
  turn.update({ weighAttempts: turn.passage.weighAttempts + 1 });
  turn.effect({ type: "weigh", passage: turn.passage.id });
  turn.startTimer("phase", turn.policy.timers.weighMs);
}

/**
 * Nobody has answered for the held vehicle, or it has not left for the bay. An officer who answers at the same moment
 * comes either before this or after it: then the vehicle is diverted, and he is told so.
 */
function holdUnanswered(turn: Turn): void {
  const { decision, id, result } = turn.passage;
  if (decision?.verdict === "DIVERT") return turn.alarm("BAY_NOT_REACHED", `${id} has not left for the bay`);
  turn.record("officer.requested", { reason: decision?.reason ?? null, unanswered: true });
  const diverts = conductOf(turn.policy).officer.unanswered === "DIVERT";
  if (!diverts || result !== "ABANDONED" || turn.state.boom !== "closed" || decision === null) {
    return turn.alarm("HOLD_UNANSWERED", `${id} waits for an officer`);
  }
  turn.update({ decision: { ...decision, verdict: "DIVERT", clearance: null }, needsOfficer: true });
  turn.record("decision.revoked", {
    reason: "no officer has answered in time, the vehicle goes to the bay",
    verdict: decision.verdict,
  });
  turn.startTimer("phase", conductOf(turn.policy).officer.divertMs);
  refuseVehicle(turn);
}

/** The vehicle still stands before the boom: the PASS is taken back and an officer is needed. */
function boomDidNotOpen(turn: Turn): void {
  turn.record("barrier.fault", { code: "DID_NOT_OPEN", boom: turn.state.boom });
  const missed = turn.passage.intent?.missed === true;
  turn.settleIntent("not done", "the boom did not open in time");
  if (turn.state.boom === "closed") {
    // A command that was taken may be given once more, on a PASS of its own; one of which nobody knows is never repeated.
    if (!missed && turn.passage.raiseTries < conductOf(turn.policy).faults.raiseTries) {
      revoke(turn, "the boom did not open, the vehicle is judged once more");
      return turn.enter("decide", null, "the boom did not open");
    }
    if (!missed) boomIsOut(turn);
    revoke(turn, "the boom did not open");
    holdForOfficer(turn, "BOOM_FAULT");
    return enterHold(turn, "the boom did not open");
  }
  // Somewhere between: nobody may be told to drive, and nothing may be closed on whoever does.
  turn.update({ careful: true });
  turn.enter("clearing", null, "the boom stopped on its way");
}

/** The boom has twice not done what it was told: nothing more is asked of it until a person has looked. */
function boomIsOut(turn: Turn): void {
  const { standing } = turn.state;
  const because = "the boom did not open: a technician has to look and clear the fault";
  turn.set({ standing: { ...standing, faults: { ...standing.faults, BOOM_FAULT: because } } });
  turn.alarm("BOOM_FAULT", because);
  setService(turn);
}

function notCrossed(turn: Turn): void {
  if (turn.state.occupancy.underBoom !== "clear" || turn.passage.underSeen) {
    // Under the boom it may stand for ever: the boom stays open (domain guide, 5.1, CLEARING).
    return turn.startTimer("phase", turn.policy.timers.crossingMs);
  }
  const stands = fullyOnScale(turn.state.occupancy);
  startClearing(turn, stands ? "the vehicle did not drive on" : "no vehicle came under the boom");
}

function boomDidNotClose(turn: Turn): void {
  turn.settleIntent("not done", "the boom did not close in time");
  if (turn.passage.closeTries < turn.policy.timers.closeTries) {
    return turn.enter("clearing", null, "the boom did not close, trying again");
  }
  turn.record("barrier.fault", { code: "DID_NOT_CLOSE", boom: turn.state.boom });
  turn.alarm("BOOM_FAULT", "the boom does not close");
  turn.startTimer("phase", turn.policy.timers.closingMs);
}
