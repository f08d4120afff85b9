import type { GateInputName, GateInputs } from "#contract/device";

/**
 * The I/O between the lane and its gate PLC (domain guide, section 4): its names, and the addresses of the map `generic`,
 * as on the wire, counted from 0. Other maps are profiles.
 */

/** Every input. In the map `generic` discrete inputs 0..16, in this order; 1 = active. */
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

/** An input that is wired in lanes of one kind only: where two directions share the lane. */
export const TIDAL_INPUT = "oppositeBoomClosed" as const satisfies keyof GateInputs;

/** Every input that a map has, the tidal one last. */
export function inputsIn(map: Readonly<Partial<Record<keyof GateInputs, unknown>>>): readonly (keyof GateInputs)[] {
  return map[TIDAL_INPUT] === undefined ? DISCRETE_INPUTS : [...DISCRETE_INPUTS, TIDAL_INPUT];
}

/** Address of the discrete input behind a name. */
export function discreteInputAddress(name: GateInputName): number {
  return DISCRETE_INPUTS.indexOf(name);
}

/** Every output. In the map `generic` these are the coils' addresses. */
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

export type CoilName = keyof typeof COIL;
export const COIL_NAMES = Object.keys(COIL) as readonly CoilName[];
export const COIL_COUNT = COIL_NAMES.length;

/** Input register that the PLC's program counts up, modulo 65536, at least ten times a second. */
export const HEARTBEAT_REGISTER = 0;

/** Longest time that the heartbeat register may stand still, milliseconds. */
export const HEARTBEAT_LIMIT_MS = 500;

/** Watchdog silence after which the PLC inhibits new opens, milliseconds. */
export const WATCHDOG_LIMIT_MS = 2000;

export function sameInputs(one: GateInputs, other: GateInputs): boolean {
  return one[TIDAL_INPUT] === other[TIDAL_INPUT] && DISCRETE_INPUTS.every((name) => one[name] === other[name]);
}
