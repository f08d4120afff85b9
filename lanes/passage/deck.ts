import { leftBackwards } from "./crossing.ts";
import { revoke } from "./judge.ts";
import type { LaneState, Phase, ScaleLoad } from "./model.ts";
import { UNIDENTIFIED } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/** Why a vehicle has no weight any more although it was on the deck. */
export const LEFT_DECK = "the vehicle has left the weighbridge";
const MOVING: readonly Phase[] = ["opening", "crossing", "clearing", "closing"];
const ON_THE_DECK: readonly Phase[] = ["position", "weigh", "seal", "decide", "armed"];
const UNREADABLE = "the weighbridge cannot be read";

/**
 * The weighbridge load is the one sign that a vehicle is still the same: a loop or a photo-eye that is stuck hides that
 * one has left and another has come. So whatever was read and weighed counts only while the deck stays loaded.
 */
export function scaleLoad(turn: Turn, scale: ScaleLoad): void {
  const before = turn.state.occupancy.scale;
  turn.set({ occupancy: { ...turn.state.occupancy, scale } });
  if (turn.state.passage === null) return;
  if (scale === "unknown") {
    if (before !== "unknown" || turn.passage.decision?.officer === undefined) unreadable(turn);
  } else if (before === "unknown" && turn.passage.phase === "position")
    identifyAnew(turn, "the weighbridge is read again");
  else if (scale === "empty" && before !== "empty") leftDeck(turn);
}

function unreadable(turn: Turn): void {
  const { phase } = turn.passage;
  if (phase === "position") return identifyAnew(turn, UNREADABLE);
  if (MOVING.includes(phase)) return turn.update({ careful: true });
  if (phase === "armed") {
    revoke(turn, UNREADABLE);
    turn.enter("decide", null, UNREADABLE);
  } else if (phase !== "weigh" && phase !== "seal" && phase !== "decide" && phase !== "hold") return;
  turn.update({ weight: null, weightFault: UNREADABLE });
}

function leftDeck(turn: Turn): void {
  const { phase } = turn.passage;
  if (phase === "hold") return turn.update({ weight: null, weightFault: LEFT_DECK });
  if (phase === "opening" || phase === "crossing") return backedOffTheDeck(turn);
  if (!ON_THE_DECK.includes(phase)) return;
  if (phase === "armed") revoke(turn, LEFT_DECK);
  identifyAnew(turn, LEFT_DECK);
}

/**
 * Without a weighbridge the entry beam has to tell: whoever breaks it now, with nobody at the exit end, backs off or has
 * come after somebody who did.
 */
export function entryBroken(turn: Turn, before: LaneState): void {
  const { state } = turn;
  if (state.site.weighbridge || before.occupancy.entryEye !== "clear" || state.occupancy.entryEye !== "occupied")
    return;
  const phase = state.passage?.phase;
  if (phase === "opening" || phase === "crossing") backedOffTheDeck(turn);
  // Held vehicles wait, lose patience and back out while the next one already comes: what was read is of neither for sure.
  if (phase === "hold" && !turn.passage.needsOfficer && nobodyAhead(turn)) identifyAnew(turn, LEFT_DECK);
}

/** Nothing of a vehicle is at the exit end or under the boom. */
function nobodyAhead(turn: Turn): boolean {
  const { exitEye, underBoom } = turn.state.occupancy;
  return exitEye === "clear" && underBoom === "clear";
}

/**
 * The boom goes up or is up, the deck is empty, and nothing of the vehicle is at the exit end or under the boom: it has
 * backed off, and whoever comes next must not drive out on its PASS. Forwards it breaks the exit beam until its last axle
 * is off the deck.
 */
function backedOffTheDeck(turn: Turn): void {
  if (turn.passage.underSeen || !nobodyAhead(turn)) return;
  turn.update({ weight: null, weightFault: LEFT_DECK });
  leftBackwards(turn);
}

function identifyAnew(turn: Turn, why: string): void {
  turn.effect({ type: "stop-weighing" });
  turn.cancelAllTimers();
  turn.update(UNIDENTIFIED);
  turn.enter("identify", null, why);
}
