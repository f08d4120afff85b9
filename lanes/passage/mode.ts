import type { GateInputs } from "#contract/device";
import { atWork } from "../interlock/at-work.ts";
import type { Mode, Standing } from "./model.ts";
import type { Turn } from "./turn.ts";

type Service = Pick<Mode, "service" | "because">;

/**
 * Machine 3, the service half: why the lane may not work by itself, worst reason first. What stands - an emergency, a
 * fault, a mode set by a person - and what the gate says can only make it stricter.
 */
export function serviceFrom(inputs: GateInputs | null, standing: Standing): Service {
  if (inputs === null) return outOfService("the gate PLC cannot be read");
  if (inputs.boomBroken) return outOfService("the boom arm is off");
  if (inputs.motorFault) return outOfService("the boom motor reports a fault");
  if (!inputs.estopOk) return outOfService("the emergency stop is pressed");
  if (inputs.fireOpen) return outOfService("the fire input holds the boom open");
  if (!inputs.mainsOk && inputs.upsLow) return outOfService("the mains are off and the battery of the gate is low");
  const { emergency, faults, stuck, mode } = standing;
  if (emergency !== null) return outOfService("an emergency has not been reset by two persons");
  if (faults.BOOM_FAULT !== undefined) return outOfService(faults.BOOM_FAULT);
  if (mode?.mode === "out-of-service") return outOfService(mode.because);
  if (mode?.mode === "maintenance") return { service: "maintenance", because: mode.because };
  const working = atWork(inputs);
  if (working !== null) return { service: "manual", because: working };
  if (mode !== null) return { service: "manual", because: mode.because };
  if (stuck.length > 0) return { service: "manual", because: "a sensor is stuck: the boom is left as it is" };
  return { service: "auto", because: "" };
}

const outOfService = (because: string): Service => ({ service: "out-of-service", because });

/** Works the mode out anew and puts a change on record. */
export function setService(turn: Turn): void {
  const { inputs, standing, mode } = turn.state;
  const service = serviceFrom(inputs, standing);
  if (service.service === mode.service && service.because === mode.because) return;
  turn.set({ mode: { ...mode, ...service } });
  turn.record("lane.mode", service);
}
