import { LEFT_DECK } from "./deck.ts";
import { enterHold, holdForOfficer, revoke } from "./judge.ts";
import type { LaneState } from "./model.ts";
import { laneIsEmpty } from "./occupancy.ts";
import { closePassage, passedResult } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/** From the boom going up to the boom being down again (domain guide, 5.1, OPENING to CLOSED). */

export function whenOpen(turn: Turn): void {
  if (turn.state.boom !== "open") return;
  turn.settleIntent("done", "the boom reports open");
  // Taken back while the boom was on its way up, where it could not be stopped: it comes down again for nobody.
  if (turn.passage.decision?.verdict !== "PASS") return startClearing(turn, "the PASS was taken back meanwhile");
  turn.exitLight("green");
  turn.enter("crossing", turn.policy.timers.crossingMs, "the boom is open");
  underTheBoom(turn);
}

export function underTheBoom(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (occupancy.underBoom === "occupied" && !turn.passage.underSeen) turn.update({ underSeen: true });
  if (occupancy.exit === "occupied" && turn.passage.underSeen && !turn.passage.exitSeen)
    turn.update({ exitSeen: true });
  const { underSeen, exitSeen } = turn.passage;
  const behindIsClear = site.weighbridge ? occupancy.scale === "empty" : occupancy.arrival === "clear";
  if (exitSeen && behindIsClear && occupancy.exitEye === "clear" && !turn.passage.deckLeft)
    turn.update({ deckLeft: true });
  // It needs the light no more; whoever is behind it must not take it for his own.
  if (turn.passage.deckLeft) turn.exitLight("red");
  if (!underSeen) return beforeTheBoom(turn);
  turn.cancelTimer("vacated");
  if (occupancy.underBoom !== "clear") return;
  // A scale that cannot be read must not keep the boom open for the next one; the longer wait makes up for it.
  const left = exitSeen && (!site.weighbridge || occupancy.scale !== "loaded" || turn.passage.deckLeft);
  if (left) {
    // Without a PASS it went through a boom that somebody else had opened: for the record it did not pass.
    turn.update({ result: passedResult(turn.passage) });
    if (turn.passage.result === "UNVERIFIED_PASSAGE")
      turn.alarm("UNVERIFIED_PASSAGE", `${turn.passage.id} went through without a PASS`);
    return startClearing(turn, "the vehicle has passed the boom");
  }
  if (exitSeen) return;
  turn.record("vehicle.seen", { what: "reversed" });
  startClearing(turn, "the vehicle backed off");
}

/** The boom is up and nobody has come under it yet. An open boom must not wait for whoever comes next. */
function beforeTheBoom(turn: Turn): void {
  const { boom, occupancy } = turn.state;
  watchLeaving(turn);
  if (boom === "closed" && occupancy.underBoom === "clear") {
    startClearing(turn, "the boom was closed before the vehicle drove on");
  }
}

/**
 * Somebody comes on to the exit loop whom nothing has seen under the boom: loop and curtain may be dead. What became of
 * the vehicle is open, and the zone counts as occupied until the exit loop is clear again.
 */
export function exitTaken(turn: Turn, before: LaneState): void {
  const { passage, occupancy } = turn.state;
  if (passage?.phase !== "crossing" || passage.underSeen || passage.result !== "ABANDONED") return;
  const unseen = before.occupancy.exit === "clear" && occupancy.exit === "occupied" && occupancy.underBoom === "clear";
  if (unseen) turn.update({ result: "UNCERTAIN", careful: true });
}

const mayBeUnder = ({ state, passage }: Turn): boolean =>
  passage.result === "UNCERTAIN" && !passage.underSeen && state.occupancy.exit === "occupied";

function watchLeaving(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (!mayBeUnder(turn) && laneIsEmpty(occupancy, site.weighbridge))
    turn.keepTimer("vacated", turn.policy.timers.vacatedMs);
  else turn.cancelTimer("vacated");
}

/**
 * The boom is or was up, and the vehicle with the PASS has left the lane backwards. The PASS ends with it: whoever comes
 * under the boom now comes without one.
 */
export function leftBackwards(turn: Turn): void {
  const { decision, phase, result, deckLeft } = turn.passage;
  // It was seen to leave forwards: whoever came and went behind it is another.
  if (deckLeft) return;
  if (result === "ABANDONED" && decision?.verdict === "PASS") revoke(turn, "the vehicle left the lane backwards");
  if (phase === "crossing") startClearing(turn, "the vehicle left the lane backwards");
}

export function startClearing(turn: Turn, why: string): void {
  turn.exitLight("red");
  turn.cancelTimer("vacated");
  turn.enter("clearing", null, why);
  behindTheBoom(turn);
}

export function behindTheBoom(turn: Turn): void {
  const { boom, mode, occupancy } = turn.state;
  if (boom === "closed") return finish(turn);
  if (turn.passage.result === "ABANDONED") watchLeaving(turn);
  if (occupancy.underBoom === "occupied" && turn.passage.result === "ABANDONED") return drivesOnAfterAll(turn);
  const { recoveryClearMs, underClearMs } = turn.policy.timers;
  // Out of automatic, people or the fire input are in charge of the boom.
  if (occupancy.underBoom === "clear" && mode.service === "auto" && !mayBeUnder(turn)) {
    turn.keepTimer("under-clear", turn.passage.careful ? recoveryClearMs : underClearMs);
  } else {
    turn.cancelTimer("under-clear");
  }
}

/** It has a PASS and the boom is not down: it is watched across like any other, or its clearance could be used twice. */
function drivesOnAfterAll(turn: Turn): void {
  turn.cancelTimer("under-clear");
  turn.enter("crossing", turn.policy.timers.crossingMs, "the vehicle drives on after all");
  underTheBoom(turn);
}

/** The zone under the boom has been clear long enough. */
export function underClear(turn: Turn): void {
  const { mode, occupancy } = turn.state;
  if (turn.passage.phase !== "clearing" || occupancy.underBoom !== "clear" || mode.service !== "auto") return;
  turn.update({ closeTries: turn.passage.closeTries + 1 });
  turn.moveBoom("lower-boom", "the zone under the boom is clear");
  turn.enter("closing", turn.policy.timers.closingMs, "the boom was asked to close");
}

export function whenClosed(turn: Turn): void {
  if (turn.state.occupancy.underBoom === "occupied") {
    turn.settleIntent("not done", "something came under the boom while it closed");
    turn.enter("clearing", null, "something came under the boom while it closed");
    return behindTheBoom(turn);
  }
  if (turn.passage.result === "ABANDONED") watchLeaving(turn);
  if (turn.state.boom !== "closed") return;
  turn.settleIntent("done", "the boom reports closed");
  finish(turn);
}

/** The boom is down. A vehicle that did not cross and is still there stays held; otherwise the passage is over. */
function finish(turn: Turn): void {
  const { passage, state } = turn;
  // Whoever is in the lane has come after it: it was not seen to leave on either side.
  if (passage.result === "ABANDONED" && passage.deckLeft) return closePassage(turn, "UNCERTAIN", "the boom is closed");
  if (passage.result === "ABANDONED" && passage.weightFault === LEFT_DECK)
    return closePassage(turn, "ABANDONED", "the vehicle backed off");
  if (passage.result === "ABANDONED" && !laneIsEmpty(state.occupancy, state.site.weighbridge)) {
    revoke(turn, "the boom was open and the vehicle did not drive out");
    holdForOfficer(turn, "NOT_CROSSED");
    turn.update({ underSeen: false, exitSeen: false });
    return enterHold(turn, "the vehicle did not cross");
  }
  closePassage(turn, passage.result, "the boom is closed");
}
