/** Timers that belong to the lane and not to a passage: they go on when a passage ends. */

/** A light, the sign or the siren that missed its command is told again. */
export const LIGHTS_TIMER = "lights";
/** The boom command of a person has come to its limit. */
export const OVERRIDE_TIMER = "override";

/** Before the name of a timer of the vehicle behind. */
export const NEXT = "next:";

const NAMES: readonly string[] = [LIGHTS_TIMER, OVERRIDE_TIMER];

export const isLaneTimer = (timer: string): boolean => NAMES.includes(timer) || timer.startsWith("lane:");
