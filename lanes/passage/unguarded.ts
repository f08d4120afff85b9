import type { GateInputs } from "#contract/device";
import { conductOf } from "../decision/conduct-policy.ts";
import { revoke } from "./judge.ts";
import type { PassageResult, Phase } from "./model.ts";
import { laneIsEmpty } from "./occupancy.ts";
import { closePassage, openPassage, passedResult, UNIDENTIFIED } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/**
 * Vehicles that go under the boom without a PASS: while it stands open in an emergency, by hand, on the order of a
 * person or by a fault of its own, or close behind another. Nothing stops them here; that they went is on record.
 */

const BEFORE_THE_BOOM: readonly Phase[] = ["identify", "position", "weigh", "seal", "decide", "armed", "hold"];

/** A vehicle, as against a person: the loop feels metal; without it the body must reach over a sensor beside. */
export function vehicleUnder({ loopUnder, curtain, eyeScaleRear, loopExit }: GateInputs): boolean {
  return loopUnder || (curtain && (eyeScaleRear || loopExit));
}

/** Somebody is under a boom that is not down and has no PASS for it. */
export function watchUnguarded(turn: Turn): void {
  const { boom, inputs, passage } = turn.state;
  if (inputs === null || boom === "closed" || boom === "unknown" || !vehicleUnder(inputs)) return;
  // The arm is there and down, whatever its motor reports: a nose on the loop is no vehicle that goes through.
  if (inputs.boomClosed && !inputs.boomOpen && !inputs.boomBroken) return;
  if (passage !== null && !BEFORE_THE_BOOM.includes(passage.phase)) return;
  // What became of the one before is settled; this is another.
  if (passage !== null && passage.result !== "ABANDONED") closePassage(turn, passage.result, "another vehicle came");
  if (turn.state.passage === null) openPassage(turn);
  if (turn.passage.decision?.verdict === "PASS")
    revoke(turn, "the vehicle went under a boom that it was not opened for");
  turn.effect({ type: "stop-weighing" });
  turn.cancelAllTimers();
  turn.update({ underSeen: true, exitSeen: false });
  turn.enter("watched", null, "a vehicle without a PASS is under the open boom");
}

export function whileWatched(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (occupancy.exit === "occupied" && !turn.passage.exitSeen) turn.update({ exitSeen: true });
  if (occupancy.underBoom !== "clear") return;
  if (turn.passage.exitSeen) return wentThrough(turn);
  if (laneIsEmpty(occupancy, site.weighbridge)) {
    return closePassage(turn, "ABANDONED", "the vehicle left the open boom backwards");
  }
  turn.update({ ...UNIDENTIFIED, underSeen: false });
  turn.enter("identify", null, "the vehicle backed off from the open boom");
}

function wentThrough(turn: Turn): void {
  const result = resultWithoutPass(turn);
  turn.record("vehicle.seen", { what: "went through the open boom", result, mode: turn.state.mode.service });
  if (result === "UNVERIFIED_PASSAGE") turn.alarm(result, `${turn.passage.id} went through without a PASS`);
  closePassage(turn, result, "the vehicle went through the open boom");
}

/**
 * Somebody is in charge of the boom: by the key switch, by the mode or by an order to open it. A cabinet that is open puts
 * nobody in charge.
 */
function resultWithoutPass({ state }: Turn): PassageResult {
  const { service } = state.mode;
  const broken = state.inputs?.cabinetClosed === false && state.standing.mode === null;
  const byHand = ((service === "manual" || service === "maintenance") && !broken) || state.openedBy !== null;
  return byHand && state.standing.emergency === null ? "MANUAL" : "UNVERIFIED_PASSAGE";
}

const DRIVING_OUT: readonly Phase[] = ["crossing", "clearing", "closing"];

/**
 * A gap at the boom behind a vehicle with its nose over the exit loop, and then somebody again, with a body on the deck
 * side: another vehicle follows it (domain guide, 5.2, tailgating). True when that was found now.
 */
export function followed(turn: Turn): boolean {
  const { passage, state, event } = turn;
  const { inputs } = state;
  if (inputs === null || state.boom === "closed" || !DRIVING_OUT.includes(passage.phase)) return false;
  if (inputs.curtain && !passage.curtainSeen) turn.update({ curtainSeen: true });
  const gone = passage.phase === "crossing" || passage.result !== "ABANDONED";
  if (!passage.exitSeen || !gone) return false;
  const gap = !inputs.curtain && (passage.curtainSeen || !inputs.loopUnder);
  if (gap) {
    if (passage.gapAt === null) turn.update({ gapAt: event.at });
    return false;
  }
  if (passage.gapAt === null) return false;
  const wide = event.at - passage.gapAt >= conductOf(turn.policy).faults.gapMs;
  turn.update({ gapAt: null });
  if (!wide || !somebodyBehind(turn)) return false;
  tailgate(turn);
  return true;
}

function somebodyBehind({ state: { occupancy, site } }: Turn): boolean {
  return occupancy.exitEye === "occupied" || (site.weighbridge && occupancy.scale === "loaded");
}

/** The first has passed on its own PASS; the second has a passage of its own, without one, and the boom stays up for it. */
function tailgate(turn: Turn): void {
  const { passage } = turn;
  turn.record("vehicle.seen", { what: "tailgate", behind: passage.id });
  const first = passage.phase === "crossing" ? passedResult(passage) : passage.result;
  if (turn.state.passage?.result !== first) turn.update({ result: first });
  closePassage(turn, first, "another vehicle follows it under the boom");
  if (turn.state.next === null) openPassage(turn);
  else turn.moveUp();
  turn.alarm("TAILGATE", `${turn.passage.id} followed ${passage.id} under the boom`);
  turn.exitLight("red");
  turn.cancelAllTimers();
  // It is between two others: the exit loop says nothing about it alone, and a further gap is that behind it.
  // What was not watched of the zone under the first was not watched for this one either.
  const { careful } = passage;
  turn.update({ underSeen: true, exitSeen: true, careful, result: "UNVERIFIED_PASSAGE" });
  turn.enter("clearing", null, "it follows another vehicle without a PASS");
}
