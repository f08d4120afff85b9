import type { GateInputs } from "#contract/device";

/**
 * Why somebody may have their hands in the gate, so that nothing is moved and no vehicle is decided on; null when nobody
 * has. Whoever opens a cabinet without being asked to is treated like a technician at work, and raises an alarm besides.
 */
export function atWork({ modeAuto, cabinetClosed }: GateInputs): string | null {
  if (!modeAuto) return "the key switch stands on manual";
  return cabinetClosed ? null : "the cabinet of the gate is open";
}
