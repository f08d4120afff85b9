import { conductOf } from "../decision/conduct-policy.ts";
import { NOT_IN_POSITION } from "../decision/match-rules.ts";
import { ANSWER_MS } from "../decision/quality-rules.ts";
import { awaitArrival, awaitNext } from "./arrival.ts";
import { behindTheBoom, leftBackwards, underTheBoom, whenClosed, whenOpen } from "./crossing.ts";
import { LEFT_DECK } from "./deck.ts";
import { camerasExhausted, capture, captureAll, identityComplete, lookUp } from "./identify.ts";
import { awaitsSeal } from "./identity-news.ts";
import { judge, passStands, revoke } from "./judge.ts";
import { fullyOnScale, laneIsEmpty } from "./occupancy.ts";
import { closePassage, NOT_MOVED, UNIDENTIFIED } from "./open-close.ts";
import { recover } from "./recovery.ts";
import type { Turn } from "./turn.ts";
import { followed, watchUnguarded, whileWatched } from "./unguarded.ts";
import { grantLane } from "./vehicles.ts";
import { isPerson, watchDurations } from "./watch.ts";

/** Moves the lane on as far as the facts allow. Called after every event; each phase looks only at facts. */
export function advance(turn: Turn): void {
  if (turn.state.passage?.phase === "recovering") recover(turn);
  watchUnguarded(turn);
  if (turn.state.passage !== null) advancePassage(turn);
  if (turn.state.passage === null && turn.state.next !== null) {
    turn.moveUp();
    advancePassage(turn);
  }
  // Also right after a passage has ended: the next vehicle may stand there already, and nothing else may happen.
  if (turn.state.passage === null) awaitArrival(turn);
  else awaitNext(turn);
  watchDurations(turn);
}

function advancePassage(turn: Turn): void {
  watchVacated(turn);
  if (followed(turn)) return;
  switch (turn.passage.phase) {
    case "identify":
      return onTheWay(turn);
    case "position":
      return onToScale(turn);
    case "weigh":
      return afterWeighing(turn);
    case "seal":
      return whenSealHeard(turn);
    case "decide":
      return whenIdentified(turn);
    case "opening":
      whenOpen(turn);
      return letIn(turn);
    case "crossing":
      underTheBoom(turn);
      return letIn(turn);
    case "clearing":
      return behindTheBoom(turn);
    case "closing":
      return whenClosed(turn);
    case "hold":
      return lookAgain(turn);
    case "watched":
      return whileWatched(turn);
    case "armed":
      return useDurablePass(turn);
    case "recovering":
      return;
  }
}

/** The crossing may be over in the same step. */
function letIn(turn: Turn): void {
  if (turn.state.passage !== null) grantLane(turn);
}

function onTheWay(turn: Turn): void {
  const { occupancy, site } = turn.state;
  if (!site.weighbridge) {
    if (occupancy.arrival === "clear" || turn.passage.identityClosed) startDeciding(turn);
    return;
  }
  if (occupancy.entryEye === "occupied" || occupancy.scale === "loaded") {
    turn.enter("position", turn.policy.timers.positionMs, "the vehicle drives on to the weighbridge");
    onToScale(turn);
  }
}

function onToScale(turn: Turn): void {
  if (fullyOnScale(turn.state.occupancy) && turn.state.occupancy.arrival !== "unknown") startWeighing(turn);
}

function startWeighing(turn: Turn): void {
  turn.enter("weigh", turn.policy.timers.weighMs, "the whole vehicle stands on the deck");
  turn.update({ weighAttempts: turn.passage.weighAttempts + 1, weight: null, weightFault: null });
  turn.effect({ type: "weigh", passage: turn.passage.id });
  turn.startTimer("identity", turn.policy.identity.limitMs);
  captureAll(turn, "scale");
}

function afterWeighing(turn: Turn): void {
  const { passage, state } = turn;
  if (passage.weight !== null || passage.weightFault !== null) return startDeciding(turn);
  if (!fullyOnScale(state.occupancy)) {
    turn.effect({ type: "stop-weighing" });
    turn.enter("position", turn.policy.timers.positionMs, "a photo-eye is broken, the weighing is void");
  }
}

function startDeciding(turn: Turn): void {
  turn.enter("decide", null, turn.passage.weight === null ? "no weight" : `weighed ${turn.passage.weight.grossKg} kg`);
  if (!turn.state.site.weighbridge) {
    turn.startTimer("identity", turn.policy.identity.limitMs);
    captureAll(turn, "scale");
  }
  whenIdentified(turn);
}

function whenIdentified(turn: Turn): void {
  const { passage } = turn;
  // An answer of the cache is under way; the decision waits for it, not the other way round.
  if (passage.candidatesFor !== "" && passage.candidates === null) return;
  if (identityComplete(turn) || passage.identityClosed || camerasExhausted(turn)) {
    if (!awaitsSeal(turn)) return judge(turn);
    turn.enter("seal", conductOf(turn.policy).sealMs, "the clearance names an electronic seal");
  }
}

/** Everything else is known; the decision waits a little for the seal. */
function whenSealHeard(turn: Turn): void {
  if (!awaitsSeal(turn)) judge(turn);
}

const NEWS: readonly string[] = ["capture-result", "plate-seen", "id-seen", "seal-read", "gate-inputs"];

/** A held vehicle is judged again when something about it changed, and weighed when it stands on the deck after all. */
function lookAgain(turn: Turn): void {
  const { passage, event, state } = turn;
  // It had gone before the restart, and now the boom is down behind it: whoever is there is another.
  const known = passage.result !== "ABANDONED" && passage.result !== "UNCERTAIN";
  if (known && state.boom === "closed") return closePassage(turn, passage.result, "the boom is closed");
  if (passage.needsOfficer) return;
  const offDeck = passage.weightFault === LEFT_DECK || passage.weightFault === NOT_IN_POSITION;
  if (offDeck && fullyOnScale(state.occupancy)) {
    turn.update(UNIDENTIFIED);
    return startWeighing(turn);
  }
  if (!NEWS.includes(event.type) || passage.candidates === null) return;
  // How old the list is, is known since the cache answered; over a line that stands operations may have spoken since.
  const asked = event.at - passage.cacheAt;
  if (state.mode.link === "online" && asked > ANSWER_MS) return lookUp(turn, true);
  judgeAgain(turn);
}

/** Of a vehicle that has driven off the deck nothing new is to be said; it is weighed and read again or it leaves. */
export function judgeAgain(turn: Turn): void {
  const { needsOfficer, weightFault } = turn.passage;
  if (!needsOfficer && weightFault !== LEFT_DECK) judge(turn);
}

/** The disk has what it was asked to confirm. An answer to an older question is about an older PASS. */
export function decisionDurable(turn: Turn, question: number): void {
  if (turn.passage.confirm !== question) return;
  turn.update({ confirm: null });
  const { phase, decision } = turn.passage;
  if (phase !== "armed" || decision?.verdict !== "PASS") return;
  turn.update({ decision: { ...decision, durable: true } });
  useDurablePass(turn);
}

/** A PASS on the disk: every rule is looked at once more on the facts of this moment, then the intent to open is formed. */
export function useDurablePass(turn: Turn): void {
  const { passage, state, policy, event } = turn;
  if (passage.decision?.durable !== true) return;
  // The clearances changed meanwhile and the cache has not answered yet: its answer comes back here.
  if (passage.candidates === null) return;
  // An officer may pass a vehicle that cannot be weighed; whether it is still there is watched all the same.
  const byOfficer = passage.decision.officer !== undefined;
  if (!byOfficer && state.site.weighbridge && !fullyOnScale(state.occupancy)) {
    revoke(turn, "the vehicle has moved");
    turn.update({ weight: null, weightFault: null });
    return turn.enter("position", policy.timers.positionMs, "the vehicle has moved and must be weighed again");
  }
  const tooOld = event.at - passage.decision.at > policy.timers.armedMs;
  if (tooOld || !passStands(turn)) {
    revoke(turn, tooOld ? "the PASS is too old" : "the PASS does not stand any more");
    return turn.enter("decide", null, "vetoed before the boom moved");
  }
  // Somebody on foot at the boom: nothing moves until he is away, as long as the PASS lasts.
  if (state.inputs !== null && isPerson(state.inputs)) return;
  turn.update({ ...NOT_MOVED, raiseTries: passage.raiseTries + 1 });
  turn.moveBoom("raise-boom", `PASS of ${passage.id}`);
  turn.enter("opening", policy.timers.openingMs, "the boom was asked to open");
}

function watchVacated(turn: Turn): void {
  const before = turn.passage.phase;
  const waiting =
    before === "identify" || before === "position" || before === "weigh" || before === "seal" || before === "decide";
  if (!waiting && before !== "hold" && before !== "armed") return;
  const { boom, occupancy } = turn.state;
  // Opened by hand or by its own fault: what went under it now went without a PASS.
  if (boom !== "closed" && occupancy.underBoom === "occupied") turn.update({ underSeen: true });
  if (hasLeft(turn)) {
    turn.keepTimer("vacated", turn.policy.timers.vacatedMs);
  } else {
    turn.cancelTimer("vacated");
  }
}

/**
 * Nobody is before the boom. Nobody can be under one that is down, so something there hides nothing; and a vehicle that
 * has not come to the weighbridge yet is not on one that cannot be read.
 */
function hasLeft({ state, passage }: Turn): boolean {
  const underBoom = state.boom === "closed" ? "clear" : state.occupancy.underBoom;
  const { scale } = state.occupancy;
  const load = passage.phase === "identify" && scale === "unknown" ? "empty" : scale;
  return laneIsEmpty({ ...state.occupancy, underBoom, scale: load }, state.site.weighbridge);
}

/** The lane has been empty long enough: whoever was held or waiting has gone back. */
export function vacated(turn: Turn): void {
  const { passage, state } = turn;
  if (!hasLeft(turn)) return;
  if (["crossing", "clearing", "closing"].includes(passage.phase)) return leftBackwards(turn);
  if (!["identify", "position", "weigh", "seal", "decide", "hold", "armed"].includes(passage.phase)) return;
  if (passage.needsOfficer && state.boom !== "closed") return;
  if (passage.result !== "ABANDONED") return closePassage(turn, passage.result, "the boom is closed");
  // The passage ends all the same: the next vehicle must not be taken for this one.
  if (passage.underSeen || state.boom !== "closed") {
    return closePassage(turn, "UNCERTAIN", "the vehicle left while the boom was not closed");
  }
  if (passage.decision?.verdict === "DIVERT") return closePassage(turn, "DIVERTED", "the vehicle left for the bay");
  const refused = passage.decision !== null && passage.decision.verdict !== "PASS";
  closePassage(turn, refused ? "REFUSED" : "ABANDONED", "the vehicle left the lane backwards");
}

/** Timer of one camera: another picture may help. */
export function recapture(turn: Turn, cameraId: string): void {
  const camera = turn.state.site.cameras.find((one) => one.id === cameraId);
  if (camera !== undefined) capture(turn, camera);
}
