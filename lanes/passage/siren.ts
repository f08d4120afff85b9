import { conductOf } from "../decision/conduct-policy.ts";
import type { AlarmCode } from "./model.ts";
import type { Turn } from "./turn.ts";

/** Sounded at once, and for a while only: it warns who is in the lane, it does not call the technician. */
const LOUD: readonly AlarmCode[] = ["TAILGATE", "WRONG_WAY", "EMERGENCY", "UNVERIFIED_PASSAGE"];

export const SILENCE_TIMER = "lane:silence";
export const SIREN_TIMER = "lane:siren";
/** A siren that did not take its command is told again after this time, and not more than twice. */
const AGAIN_MS = 3000;
const TRIES = 3;

/** Called after every event: a new alarm of the loud kind sounds the siren, the end of the last one stills it. */
export function watchSiren(turn: Turn, alarmsBefore: Turn["state"]["alarms"]): void {
  const { alarms, siren } = turn.state;
  const isNew = LOUD.some((code) => alarms[code] !== undefined && alarms[code] !== alarmsBefore[code]);
  if (isNew) {
    turn.startTimer(SILENCE_TIMER, conductOf(turn.policy).faults.sirenMs);
    if (!siren.on) tell(turn, true);
  } else if (siren.on && !LOUD.some((code) => alarms[code] !== undefined)) still(turn);
}

export function still(turn: Turn): void {
  turn.cancelTimer(SILENCE_TIMER);
  if (turn.state.siren.on) tell(turn, false);
}

/** The PLC is back, or the daemon: nobody knows what the siren does, and its time is over. */
export function tellSirenAgain(turn: Turn): void {
  if (turn.state.siren.on && turn.state.timers[SILENCE_TIMER] === undefined) tell(turn, false);
}

/** The command was not taken, or nobody knows. True when it was the siren's. */
export function sirenMissed(turn: Turn, commandId: string): boolean {
  const { siren } = turn.state;
  if (siren.commandId !== commandId) return false;
  if (siren.tries < TRIES) turn.startTimer(SIREN_TIMER, AGAIN_MS);
  return true;
}

export function sirenDue(turn: Turn): void {
  const { on, tries } = turn.state.siren;
  tell(turn, on, tries + 1);
}

function tell(turn: Turn, on: boolean, tries = 1): void {
  turn.cancelTimer(SIREN_TIMER);
  const commandId = turn.signal({ type: "siren", on });
  turn.set({ siren: { on, commandId, tries } });
}
