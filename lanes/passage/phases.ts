import { camerasExhausted, capture, captureAll, identityComplete, lookUp } from "./identify.ts";
import { holdForOfficer, judge, revoke } from "./judge.ts";
import { fullyOnScale, laneIsEmpty } from "./occupancy.ts";
import { closePassage, openPassage } from "./open-close.ts";
import type { Turn } from "./turn.ts";

/** Moves the passage on as far as the facts allow. Called after every event; each phase looks only at facts. */
export function advance(turn: Turn): void {
  if (turn.state.passage === null) return awaitArrival(turn);
  watchVacated(turn);
  switch (turn.passage.phase) {
    case "identify":
      return onTheWay(turn);
    case "position":
      return onToScale(turn);
    case "weigh":
      return afterWeighing(turn);
    case "decide":
      return whenIdentified(turn);
    case "opening":
      return whenOpen(turn);
    case "crossing":
      return underTheBoom(turn);
    case "clearing":
      return behindTheBoom(turn);
    case "closing":
      return whenClosed(turn);
    case "recovering":
      return recover(turn);
    case "hold":
      return lookAgain(turn);
    case "armed":
      return;
  }
}

function awaitArrival(turn: Turn): void {
  const { occupancy, mode, site, boom } = turn.state;
  const fit = mode.service === "auto" && boom === "closed";
  if (fit && laneIsEmpty(occupancy, site.weighbridge)) turn.entryLight("green");
  else if (!fit) turn.entryLight("red");
  turn.exitLight("red");
  if (fit && occupancy.arrival === "occupied") {
    turn.keepTimer("arrival", turn.policy.timers.arrivalDebounceMs);
  } else {
    turn.cancelTimer("arrival");
  }
}

/** The arrival loop has been on long enough. */
export function arrivalConfirmed(turn: Turn): void {
  const { passage, occupancy, mode, boom } = turn.state;
  if (passage === null && occupancy.arrival === "occupied" && mode.service === "auto" && boom === "closed") {
    openPassage(turn);
  }
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
  turn.update({ weighAttempts: turn.passage.weighAttempts + 1 });
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
  if (identityComplete(turn) || passage.identityClosed || camerasExhausted(turn)) judge(turn);
}

/** A held vehicle is judged again when something about it changed. */
function lookAgain(turn: Turn): void {
  const { passage, event } = turn;
  const news = event.type === "capture-result" || event.type === "plate-seen" || event.type === "gate-inputs";
  if (news && !passage.needsOfficer && passage.candidates !== null) judge(turn);
}

/** The PASS is on the disk: look at the cheap vetoes once more, then form the intent to open. */
export function decisionDurable(turn: Turn): void {
  const { passage, state, policy, event } = turn;
  if (passage.phase !== "armed" || passage.decision?.verdict !== "PASS") return;
  turn.update({ decision: { ...passage.decision, durable: true } });
  // The clearances changed meanwhile and the cache has not answered yet: its answer comes back here.
  if (passage.candidates === null) return;
  const stillThere = !state.site.weighbridge || fullyOnScale(state.occupancy);
  const fit = state.mode.service === "auto" && state.boom === "closed";
  if (!stillThere) {
    revoke(turn, "the vehicle has moved");
    turn.update({ weight: null, weightFault: null });
    return turn.enter("position", policy.timers.positionMs, "the vehicle has moved and must be weighed again");
  }
  if (!fit || event.at - passage.decision.at > policy.timers.armedMs) {
    revoke(turn, fit ? "the PASS is too old" : "the lane is not fit to open");
    return turn.enter("decide", null, "vetoed before the boom moved");
  }
  turn.moveBoom("raise-boom", `PASS of ${passage.id}`);
  turn.enter("opening", policy.timers.openingMs, "the boom was asked to open");
}

function whenOpen(turn: Turn): void {
  if (turn.state.boom !== "open") return;
  settleIntent(turn, "the boom reports open");
  turn.exitLight("green");
  turn.enter("crossing", turn.policy.timers.crossingMs, "the boom is open");
}

function underTheBoom(turn: Turn): void {
  const { occupancy } = turn.state;
  if (occupancy.underBoom === "occupied" && !turn.passage.underSeen) turn.update({ underSeen: true });
  if (occupancy.exit === "occupied" && turn.passage.underSeen && !turn.passage.exitSeen)
    turn.update({ exitSeen: true });
  const { underSeen, exitSeen } = turn.passage;
  if (!underSeen || occupancy.underBoom !== "clear") return;
  const left = exitSeen && (!turn.state.site.weighbridge || occupancy.scale === "empty");
  if (left) return startClearing(turn, "PASSED", "the vehicle has passed the boom");
  if (exitSeen) return;
  startClearing(turn, "ABANDONED", "the vehicle backed off");
}

function startClearing(turn: Turn, result: "PASSED" | "ABANDONED" | "UNCERTAIN", why: string): void {
  turn.exitLight("red");
  turn.update({ result });
  turn.enter("clearing", null, why);
  behindTheBoom(turn);
}

function behindTheBoom(turn: Turn): void {
  const clear = turn.state.occupancy.underBoom === "clear";
  if (turn.state.boom === "closed") return finish(turn);
  const afterMs =
    turn.passage.result === "UNCERTAIN" ? turn.policy.timers.recoveryClearMs : turn.policy.timers.underClearMs;
  if (clear) turn.keepTimer("under-clear", afterMs);
  else turn.cancelTimer("under-clear");
}

/** The zone under the boom has been clear long enough. */
export function underClear(turn: Turn): void {
  if (turn.passage.phase !== "clearing" || turn.state.occupancy.underBoom !== "clear") return;
  turn.update({ closeTries: turn.passage.closeTries + 1 });
  turn.moveBoom("lower-boom", "the zone under the boom is clear");
  turn.enter("closing", turn.policy.timers.closingMs, "the boom was asked to close");
}

function whenClosed(turn: Turn): void {
  if (turn.state.occupancy.underBoom === "occupied") {
    turn.enter("clearing", null, "something came under the boom while it closed");
    return behindTheBoom(turn);
  }
  if (turn.state.boom !== "closed") return;
  settleIntent(turn, "the boom reports closed");
  finish(turn);
}

/** The boom is down. A vehicle that did not cross and is still there stays held; otherwise the passage is over. */
function finish(turn: Turn): void {
  const { passage, state } = turn;
  if (passage.result === "ABANDONED" && !laneIsEmpty(state.occupancy, state.site.weighbridge)) {
    revoke(turn, "the boom was open and the vehicle did not drive out");
    holdForOfficer(turn, "NOT_CROSSED");
    return turn.enter("hold", null, "the vehicle did not cross");
  }
  closePassage(turn, passage.result, "the boom is closed");
}

export function settleIntent(turn: Turn, how: string): void {
  const intent = turn.passage.intent;
  if (intent === null) return;
  turn.record("barrier.outcome", { commandId: intent.commandId, command: intent.command, outcome: "done", how });
  turn.update({ intent: null });
}

/**
 * After a restart, once the gate has been read: the unresolved intent is settled by looking, never by repeating
 * (domain guide, 5.3).
 */
function recover(turn: Turn): void {
  const { state, passage, policy } = turn;
  if (state.inputs === null || state.boom === "unknown" || state.boom === "moving") return;
  if (state.site.weighbridge && state.occupancy.scale === "unknown") return;
  turn.record("lane.recovered", { boom: state.boom, occupancy: state.occupancy, intent: passage.intent });
  if (passage.intent !== null) {
    const outcome = state.boom === (passage.intent.command === "raise-boom" ? "open" : "closed") ? "done" : "not done";
    turn.record("barrier.outcome", { ...passage.intent, outcome, how: "read back after a restart" });
    turn.update({ intent: null });
  }
  if (state.boom === "closed") return recoverClosed(turn);
  if (state.occupancy.underBoom === "occupied" || !laneIsEmpty(state.occupancy, state.site.weighbridge)) {
    turn.update({ underSeen: passage.underSeen || state.occupancy.underBoom === "occupied" });
    return turn.enter("crossing", policy.timers.crossingMs, "restarted while the vehicle was crossing");
  }
  turn.update({ result: passage.exitSeen ? "PASSED" : "UNCERTAIN" });
  if (policy.recovery.lowerWhenClear)
    return startClearing(turn, "UNCERTAIN", "restarted with the boom open and nobody there");
  turn.update({ needsOfficer: true });
  turn.enter("hold", null, "restarted with the boom open: an officer has to look");
}

function recoverClosed(turn: Turn): void {
  const { passage, state } = turn;
  const present = !laneIsEmpty(state.occupancy, state.site.weighbridge);
  if (passage.exitSeen && !present) return closePassage(turn, "PASSED", "restarted after the vehicle had left");
  const result = passage.underSeen || passage.decision?.verdict === "PASS" ? "UNCERTAIN" : "ABANDONED";
  if (!present) return closePassage(turn, result, "restarted and the vehicle is gone");
  if (passage.decision !== null) revoke(turn, "a PASS does not outlive a restart");
  turn.update({
    identityClosed: false,
    weight: null,
    weightFault: null,
    weighAttempts: 0,
    cameras: {},
    needsOfficer: false,
  });
  turn.enter("identify", null, "restarted with the vehicle in the lane");
  lookUp(turn, true);
  onTheWay(turn);
}

function watchVacated(turn: Turn): void {
  const before = turn.passage.phase;
  const waiting = before === "identify" || before === "position" || before === "weigh" || before === "decide";
  if (!waiting && before !== "hold" && before !== "armed") return;
  const { occupancy, site } = turn.state;
  if (laneIsEmpty(occupancy, site.weighbridge)) {
    turn.keepTimer("vacated", turn.policy.timers.vacatedMs);
  } else {
    turn.cancelTimer("vacated");
  }
}

/** The lane has been empty long enough: whoever was held or waiting has gone back. */
export function vacated(turn: Turn): void {
  const { passage, state } = turn;
  if (!laneIsEmpty(state.occupancy, state.site.weighbridge)) return;
  if (!["identify", "position", "weigh", "decide", "hold", "armed"].includes(passage.phase)) return;
  if (state.boom !== "closed") return;
  if (passage.decision?.verdict === "DIVERT") return closePassage(turn, "DIVERTED", "the vehicle left for the bay");
  const refused = passage.decision !== null && passage.decision.verdict !== "PASS";
  closePassage(turn, refused ? "REFUSED" : "ABANDONED", "the vehicle left the lane backwards");
}

/** Timer of one camera: another picture may help. */
export function recapture(turn: Turn, cameraId: string): void {
  const camera = turn.state.site.cameras.find((one) => one.id === cameraId);
  if (camera !== undefined) capture(turn, camera);
}
