import type { GateInputs } from "#contract/device";
import type { Boom } from "./model.ts";

/** Machine 2. The boom is where its limit switches say, never where a command sent it. */
export function boomFrom(inputs: GateInputs | null): Boom {
  if (inputs === null) return "unknown";
  if (inputs.boomBroken || inputs.motorFault) return "fault";
  if (inputs.boomOpen && inputs.boomClosed) return "fault";
  if (inputs.boomOpen) return "open";
  return inputs.boomClosed ? "closed" : "moving";
}
