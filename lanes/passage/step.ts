import { unreachable } from "#contract/errors";
import type { LanePolicy } from "../decision/policy.ts";
import { restOfLoad, suspensionOf } from "../decision/records.ts";
import { arrivalConfirmed, nextVacated } from "./arrival.ts";
import { boomFrom } from "./boom.ts";
import { watchClock } from "./clock.ts";
import { exitTaken, underClear } from "./crossing.ts";
import { entryBroken, scaleLoad } from "./deck.ts";
import { addReads, captureEnded, clearancesFound, lookUp, readOfPlateSeen, readsOf } from "./identify.ts";
import { idSeen, introduce, sealHeard, tagBeforeArrival } from "./identity-news.ts";
import { passStands, revoke } from "./judge.ts";
import { LIGHTS_TIMER, NEXT, OVERRIDE_TIMER } from "./lane-timers.ts";
import { lightMissed, lightsDue, tellLightsAgain } from "./lights.ts";
import { setService } from "./mode.ts";
import type { LaneEvent, LaneState, Step } from "./model.ts";
import { occupancyFrom } from "./occupancy.ts";
import { NOT_MOVED, UNIDENTIFIED } from "./open-close.ts";
import { answerPending, orderGiven } from "./orders.ts";
import { overrideExpired, watchOverride } from "./orders-boom.ts";
import { advance, decisionDurable, judgeAgain, recapture, useDurablePass, vacated } from "./phases.ts";
import { loseSight } from "./recovery.ts";
import { signOf } from "./sign.ts";
import { SILENCE_TIMER, SIREN_TIMER, sirenDue, sirenMissed, still, tellSirenAgain, watchSiren } from "./siren.ts";
import { phaseExpired } from "./timeouts.ts";
import { Turn } from "./turn.ts";
import { vehicleNews } from "./vehicles.ts";
import { durationOver, watchInputs } from "./watch.ts";

/**
 * The only way a lane changes. Pure: the same state, event and policy give the same result. Never throws on input; an
 * InvariantError out of here is a defect.
 */
export function step(state: LaneState, event: LaneEvent, policy: LanePolicy): Step {
  const turn = new Turn(state, event, policy);
  watchClock(turn);
  take(turn);
  watchOverride(turn);
  advance(turn);
  answerPending(turn);
  watchSiren(turn, state.alarms);
  showSign(turn);
  return turn.result();
}

function showSign(turn: Turn): void {
  const sign = signOf(turn.state);
  if (sign === turn.state.sign) return;
  turn.set({ sign });
  turn.record("signal.changed", { sign });
}

/** The facts an event carries. What they lead to is decided by the phases. */
function take(turn: Turn): void {
  const { event } = turn;
  switch (event.type) {
    case "started":
      return started(turn, event.boot, event.site);
    case "gate-inputs":
      return gateInputs(turn, event.inputs);
    case "scale-load":
      return scaleLoad(turn, event.load);
    case "weight-settled":
      return whileWeighing(turn, event.passage, () =>
        turn.update({
          weight: { grossKg: event.grossKg, spreadKg: event.spreadKg, zeroSeen: event.zeroSeen },
          weightFault: null,
        }),
      );
    case "weight-refused":
      return whileWeighing(turn, event.passage, () => turn.update({ weightFault: event.reason }));
    case "capture-result":
      return ofPassage(turn, event.passage, () => captureEnded(turn, event, readsOf(event)));
    case "capture-failed":
      return ofPassage(turn, event.passage, () => captureEnded(turn, event, []));
    case "plate-seen":
      return ofWhoIsRead(turn, () => addReads(turn, readOfPlateSeen(event)));
    case "id-seen":
      if (turn.state.passage === null) return tagBeforeArrival(turn, event);
      return ofWhoIsRead(turn, () => idSeen(turn, event));
    case "seal-read":
      return sealHeard(turn, event);
    case "vehicle-requested":
    case "vehicle-entered":
    case "vehicle-left":
    case "vehicle-lost":
      return vehicleNews(turn, event);
    case "clearances-found":
      return ofPassage(turn, event.passage, () => {
        if (!clearancesFound(turn, event)) return;
        introduce(turn);
        // With a new identity the cache was asked again; its answer comes back here.
        if (turn.passage.lookup === null) reconsider(turn);
      });
    case "clearances-changed":
      if (turn.state.next !== null) turn.forNext(() => lookUp(turn, true));
      return turn.state.passage === null ? undefined : lookUp(turn, true);
    case "device-health":
      return deviceHealth(turn, event);
    case "link":
      return turn.set({ mode: { ...turn.state.mode, link: event.up ? "online" : "offline" } });
    case "decision-durable":
      return ofPassage(turn, event.passage, () => decisionDurable(turn, event.question));
    case "command-outcome":
      return commandOutcome(turn, event.commandId, event.ok, event.detail);
    case "timer-expired":
      return timerExpired(turn, event.timer);
    case "order":
      return orderGiven(turn, event.order);
    default:
      return unreachable(event);
  }
}

/** Late answers for a passage that is over change nothing, and neither do pictures that are of none. */
function ofPassage(turn: Turn, passage: string | null, act: () => void): void {
  if (passage === null) return;
  if (turn.state.passage?.id === passage) act();
  else if (turn.state.next?.id === passage) turn.forNext(act);
}

/** What a camera sees by itself is of the vehicle that is being read: the one behind, once the one before drives out. */
function ofWhoIsRead(turn: Turn, act: () => void): void {
  if (turn.state.next !== null) turn.forNext(act);
  else if (turn.state.passage !== null) act();
}

/** A weighing that was stopped in between is void, also when its result is already on the way. */
function whileWeighing(turn: Turn, passage: string, act: () => void): void {
  ofPassage(turn, passage, () => {
    if (turn.passage.phase === "weigh") act();
  });
}

function started(turn: Turn, boot: string, site: LaneState["site"]): void {
  turn.set({ boot, site, inputs: null, boom: "unknown", entryLight: null, exitLight: null, devices: {} });
  turn.set({ occupancy: { ...occupancyFrom(null, turn.state.occupancy), scale: "unknown" } });
  const mode = { service: "starting", because: "the gate has not been read yet", link: "offline" } as const;
  // Timers and open questions died with the process that would have answered them.
  turn.set({ mode, timers: {}, vehicles: [], sealsHeard: {}, tagsHeard: [] });
  if (turn.state.passage === null) return;
  // Of an earlier version something may be missing.
  turn.update({ ...UNIDENTIFIED, ...NOT_MOVED, ...turn.passage, lookup: null, confirm: null });
  loseSight(turn, "the daemon was restarted");
}

function gateInputs(turn: Turn, inputs: LaneState["inputs"]): void {
  const before = turn.state;
  turn.set({ inputs, boom: boomFrom(inputs), occupancy: occupancyFrom(inputs, before.occupancy) });
  if (before.inputs === null && inputs !== null) {
    tellLightsAgain(turn);
    tellSirenAgain(turn);
  }
  setService(turn);
  watchInputs(turn, before);
  entryBroken(turn, before);
  exitTaken(turn, before);
  const { passage } = turn.state;
  if (inputs === null && passage !== null && passage.phase !== "recovering") {
    loseSight(turn, "the gate cannot be read");
  }
}

function deviceHealth(turn: Turn, event: Extract<LaneEvent, { type: "device-health" }>): void {
  turn.set({ devices: { ...turn.state.devices, [event.device]: event.health.state } });
  if (event.health.state !== "down") return;
  if (event.class === "gate") gateInputs(turn, null);
  if (event.class === "weighbridge") scaleLoad(turn, "unknown");
}

/** New facts about clearances: a PASS that no longer stands is taken back, a held vehicle is looked at again. */
function reconsider(turn: Turn): void {
  const { phase, decision } = turn.passage;
  if (phase === "hold") return judgeAgain(turn);
  if (phase === "armed") {
    if (passStands(turn)) return useDurablePass(turn);
    revoke(turn, "the clearance was suspended, withdrawn or changed before the boom moved");
    return turn.enter("decide", null, "the clearance changed");
  }
  if ((phase !== "opening" && phase !== "crossing") || decision?.verdict !== "PASS") return;
  const candidates = turn.passage.candidates ?? [];
  const own = candidates.find((one) => one.clearance.id === decision.clearance);
  const stands = own !== undefined && own.clearance.status !== "REVOKED";
  if (stands && ![own, ...restOfLoad(own, candidates)].some(suspensionOf)) return;
  turn.record("decision.revoked", { reason: "the clearance was suspended after the boom was opened", verdict: "PASS" });
  turn.alarm("BLOCKED", `${turn.passage.id}: suspended or withdrawn after the boom was opened`);
}

/** A command that was not sent, or that the PLC did not take: read the boom back, do not repeat it. */
function commandOutcome(turn: Turn, commandId: string, ok: boolean, detail: string): void {
  if (ok) return;
  if (turn.state.override?.commandId === commandId) return turn.settleOverride("refused or unknown", detail);
  const intent = turn.state.passage?.intent ?? null;
  if (intent?.commandId !== commandId) {
    turn.record("signal.changed", { commandId, outcome: "refused or unknown", how: detail });
    return sirenMissed(turn, commandId) ? undefined : lightMissed(turn);
  }
  turn.record("barrier.outcome", { commandId, command: intent.command, outcome: "refused or unknown", how: detail });
  turn.update({ intent: { ...intent, missed: true } });
  // The limit switches and the phase timer decide what follows; see timeouts.
}

function timerExpired(turn: Turn, timer: string): void {
  if (!turn.timerIsDue(timer)) return;
  if (timer === "lane:arrival") return arrivalConfirmed(turn);
  if (timer === LIGHTS_TIMER) return lightsDue(turn);
  if (timer === OVERRIDE_TIMER) return overrideExpired(turn);
  if (timer === SILENCE_TIMER) return still(turn);
  if (timer === SIREN_TIMER) return sirenDue(turn);
  if (timer.startsWith("lane:")) return durationOver(turn, timer);
  if (timer.startsWith(NEXT)) return turn.forNext(() => timerOfNext(turn, timer.slice(NEXT.length)));
  if (turn.state.passage === null) return;
  if (timer === "phase") return phaseExpired(turn);
  if (timer === "lease") return;
  if (timer === "identity") return turn.update({ identityClosed: true });
  if (timer === "vacated") return vacated(turn);
  if (timer === "under-clear") return underClear(turn);
  if (timer.startsWith("recapture:")) return recapture(turn, timer.slice("recapture:".length));
}

function timerOfNext(turn: Turn, timer: string): void {
  if (timer === "vacated") return nextVacated(turn);
  if (timer.startsWith("recapture:")) return recapture(turn, timer.slice("recapture:".length));
}
