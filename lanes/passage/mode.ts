import type { GateInputs } from "#contract/device";
import type { Mode } from "./model.ts";

/** Machine 3, the service half: why the lane may not work by itself, worst reason first. */
export function serviceFrom(inputs: GateInputs | null): Pick<Mode, "service" | "because"> {
  if (inputs === null) return { service: "out-of-service", because: "the gate PLC cannot be read" };
  if (inputs.boomBroken) return { service: "out-of-service", because: "the boom arm is off" };
  if (inputs.motorFault) return { service: "out-of-service", because: "the boom motor reports a fault" };
  if (!inputs.estopOk) return { service: "out-of-service", because: "the emergency stop is pressed" };
  if (inputs.fireOpen) return { service: "out-of-service", because: "the fire input holds the boom open" };
  if (!inputs.modeAuto) return { service: "manual", because: "the key switch stands on manual" };
  return { service: "auto", because: "" };
}
