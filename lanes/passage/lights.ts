import { mayEnter } from "./arrival.ts";
import { LIGHTS_TIMER } from "./lane-timers.ts";
import type { Turn } from "./turn.ts";

/** Long enough for a PLC that is busy, short enough that nobody waits long before a light that is wrong. */
const AGAIN_MS = 3000;

/** The PLC is back: whatever its lights show, they are told again what they should. */
export function tellLightsAgain(turn: Turn): void {
  const { entryLight, exitLight } = turn.state;
  turn.set({ entryLight: null, exitLight: null });
  turn.entryLight(entryLight ?? "red");
  turn.exitLight(exitLight ?? "red");
}

/**
 * A light did not take its command, or nobody knows. It is told again: a light shows what it was told last, so telling it
 * twice does no harm, which of a boom command cannot be said.
 */
export function lightMissed(turn: Turn): void {
  turn.keepTimer(LIGHTS_TIMER, AGAIN_MS);
}

/** Time to tell the lights again. A green that is not true at this moment has to wait. */
export function lightsDue(turn: Turn): void {
  const { inputs, entryLight, exitLight, passage, boom } = turn.state;
  // A gate that cannot be read is told everything again once it can.
  if (inputs === null) return;
  const enter = mayEnter(turn.state);
  const drive = passage?.phase === "crossing" && boom === "open";
  if ((entryLight === "green" && !enter) || (exitLight === "green" && !drive)) return lightMissed(turn);
  tellLightsAgain(turn);
}
