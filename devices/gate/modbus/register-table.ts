import type { GateInputName, GateInputs } from "#contract/device";

/**
 * The I/O map between the lane and its gate PLC (domain guide, section 4). Addresses are as on the wire, counted from 0.
 */

/** Discrete inputs 0..16, in this order; 1 = active. */
export const DISCRETE_INPUTS = [
  "boomOpen",
  "boomClosed",
  "boomBroken",
  "motorFault",
  "estopOk",
  "modeAuto",
  "loopArrival",
  "loopUnder",
  "loopExit",
  "eyeScaleFront",
  "eyeScaleRear",
  "curtain",
  "cabinetClosed",
  "mainsOk",
  "upsLow",
  "manualOpenButton",
  "fireOpen",
] as const satisfies readonly GateInputName[];

/** Address of the discrete input behind a name. */
export function discreteInputAddress(name: GateInputName): number {
  return DISCRETE_INPUTS.indexOf(name);
}

export const COIL = {
  /** Pulse: writing 1 asks the PLC to raise the boom; the PLC clears it. */
  cmdOpen: 0,
  /** Pulse: writing 1 asks the PLC to lower the boom; the PLC clears it. */
  cmdClose: 1,
  /** Level: while 1 the PLC starts no lowering. */
  inhibitClose: 2,
  /** The two lamps of one light are neighbours, so that one request switches both. */
  lightEntryRed: 3,
  lightEntryGreen: 4,
  lightExitRed: 5,
  lightExitGreen: 6,
  siren: 7,
  /** Inverted by the lane at least twice a second; standing still for 2 s inhibits new opens. */
  watchdogToggle: 8,
} as const;

export const COIL_COUNT = 9;

/** Input register that the PLC's program counts up, modulo 65536, at least ten times a second. */
export const HEARTBEAT_REGISTER = 0;

/** Longest time that the heartbeat register may stand still, milliseconds. */
export const HEARTBEAT_LIMIT_MS = 500;

/** Watchdog silence after which the PLC inhibits new opens, milliseconds. */
export const WATCHDOG_LIMIT_MS = 2000;

/** The inputs behind the bits of one read of all discrete inputs. */
export function inputsFromBits(bits: readonly boolean[]): GateInputs {
  const named = (name: GateInputName): boolean => bits[discreteInputAddress(name)] === true;
  return {
    boomOpen: named("boomOpen"),
    boomClosed: named("boomClosed"),
    boomBroken: named("boomBroken"),
    motorFault: named("motorFault"),
    estopOk: named("estopOk"),
    modeAuto: named("modeAuto"),
    loopArrival: named("loopArrival"),
    loopUnder: named("loopUnder"),
    loopExit: named("loopExit"),
    eyeScaleFront: named("eyeScaleFront"),
    eyeScaleRear: named("eyeScaleRear"),
    curtain: named("curtain"),
    cabinetClosed: named("cabinetClosed"),
    mainsOk: named("mainsOk"),
    upsLow: named("upsLow"),
    manualOpenButton: named("manualOpenButton"),
    fireOpen: named("fireOpen"),
  };
}

export function sameInputs(one: GateInputs, other: GateInputs): boolean {
  return DISCRETE_INPUTS.every((name) => one[name] === other[name]);
}
