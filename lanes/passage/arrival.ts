import { conductOf } from "../decision/conduct-policy.ts";
import type { LaneState } from "./model.ts";
import { entryIsClear, laneIsEmpty, somebodyIsThere } from "./occupancy.ts";
import { closePassage, openPassage } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/** Who may come in, and who has come. */

/** Whether a green entry light tells the truth: the lane is empty, or the one in it is on the way out with room behind. */
export function mayEnter({ passage, next, occupancy, site, boom, mode, inputs }: LaneState): boolean {
  if (mode.service !== "auto" || next !== null || inputs?.oppositeBoomClosed === false) return false;
  if (passage === null) return boom === "closed" && laneIsEmpty(occupancy, site.weighbridge);
  return drivesOut(passage) && entryIsClear(occupancy, site.weighbridge);
}

/** The foremost vehicle has the deck behind it and its nose over the exit loop: it will not be back before the scale. */
function drivesOut({ phase, exitSeen, deckLeft, result }: NonNullable<LaneState["passage"]>): boolean {
  if (!exitSeen || !deckLeft) return false;
  return phase === "crossing" || ((phase === "clearing" || phase === "closing") && result !== "ABANDONED");
}

/** Nobody has a passage: the lights ask the next vehicle in when the lane is fit for it, and it is waited for. */
export function awaitArrival(turn: Turn): void {
  const { state } = turn;
  const fit = state.mode.service === "auto" && state.boom === "closed";
  if (mayEnter(state)) turn.entryLight("green");
  else if (!fit) turn.entryLight("red");
  turn.exitLight("red");
  watchArrival(turn, fit);
}

/** The next vehicle is asked in while the one before it drives out, where the policy says so. */
export function awaitNext(turn: Turn): void {
  const { state } = turn;
  if (state.passage === null) return;
  if (state.next !== null) return turn.forNext(() => watchNextLeaving(turn));
  const pipelined = conductOf(turn.policy).pipelined && state.mode.service === "auto" && drivesOut(state.passage);
  if (pipelined && mayEnter(state)) turn.entryLight("green");
  else if (!pipelined) turn.entryLight("red");
  watchArrival(turn, pipelined);
}

function watchArrival(turn: Turn, expected: boolean): void {
  const { occupancy, site } = turn.state;
  const there = somebodyIsThere(occupancy, site.weighbridge);
  if (expected && there) turn.keepTimer("lane:arrival", turn.policy.timers.arrivalDebounceMs);
  else turn.cancelTimer("lane:arrival");
}

/** Somebody has been there long enough. */
export function arrivalConfirmed(turn: Turn): void {
  const { passage, next, occupancy, mode, boom, site } = turn.state;
  if (mode.service !== "auto" || !somebodyIsThere(occupancy, site.weighbridge)) return;
  if (passage === null) {
    if (boom === "closed") openPassage(turn);
  } else if (next === null && conductOf(turn.policy).pipelined && drivesOut(passage)) {
    turn.forNext(() => openPassage(turn));
  }
}

function watchNextLeaving(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (entryIsClear({ ...occupancy, exitEye: "clear" }, site.weighbridge)) {
    turn.keepTimer("vacated", turn.policy.timers.vacatedMs);
  } else turn.cancelTimer("vacated");
}

/** The vehicle behind has gone back out of the lane before it was its turn. */
export function nextVacated(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (entryIsClear({ ...occupancy, exitEye: "clear" }, site.weighbridge)) {
    closePassage(turn, "ABANDONED", "the vehicle left the lane backwards");
  }
}
