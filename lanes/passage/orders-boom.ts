import type { Order } from "#contract/order";
import { atWork } from "../interlock/at-work.ts";
import { OVERRIDE_TIMER } from "./lane-timers.ts";
import { type Heard, overrideMade, refused, waitFor } from "./order-answers.ts";
import { REFUSALS } from "./refusals.ts";
import type { Turn } from "./turn.ts";

/** Opens the boom for nobody in particular: only while no vehicle has a passage, and through the interlock. */
export function openOrder(turn: Turn, order: Order): Heard {
  const { passage, boom, override } = turn.state;
  const reason = notReady(turn);
  if (reason !== null) return refused("LANE_NOT_READY", reason);
  if (passage !== null) return refused("IN_USE", passage.id);
  if (override !== null || boom !== "closed") return refused("BOOM_NOT_CLOSED");
  overrideMade(turn, order);
  turn.moveBoomByOrder("raise-boom", order.id, `order of ${order.by.role}`);
  turn.startTimer(OVERRIDE_TIMER, turn.policy.timers.openingMs);
  return waitFor(turn, order, null);
}

/** Lowers a boom that stands open with nobody under it and no vehicle on its way through. */
export function closeOrder(turn: Turn, order: Order): Heard {
  const { passage, boom, occupancy, override } = turn.state;
  const reason = notReady(turn);
  if (reason !== null) return refused("LANE_NOT_READY", reason);
  if (passage !== null && passage.phase !== "hold") return refused("IN_USE", passage.id);
  if (boom === "closed") return refused("BOOM_CLOSED");
  if (override !== null) return refused("BOOM_NOT_CLOSED", "the boom is moving on the order of a person");
  if (occupancy.underBoom !== "clear") return refused("ZONE_NOT_CLEAR");
  overrideMade(turn, order);
  turn.moveBoomByOrder("lower-boom", order.id, `order of ${order.by.role}`);
  turn.startTimer(OVERRIDE_TIMER, turn.policy.timers.closingMs);
  return waitFor(turn, order, null);
}

/** What keeps also a person from moving the boom through this computer; null when nothing does. */
function notReady({ state }: Turn): string | null {
  const { inputs, standing } = state;
  if (inputs === null) return "the gate PLC cannot be read";
  if (!inputs.estopOk) return "the emergency stop is pressed";
  if (inputs.fireOpen || standing.emergency !== null) return "an emergency holds the boom open";
  const working = atWork(inputs);
  if (working !== null) return working;
  if (inputs.oppositeBoomClosed === false) return "the boom of the other direction is not closed";
  if (inputs.boomBroken || inputs.motorFault) return "the boom reports a fault";
  return standing.mode?.mode === "out-of-service" ? "the lane is out of service" : null;
}

/** The boom command of a person has reached its end, or the gate was read again after a restart. */
export function watchOverride(turn: Turn): void {
  const { override, boom, inputs } = turn.state;
  if (override === null || inputs === null) return;
  const wanted = override.command === "raise-boom" ? "open" : "closed";
  if (boom === wanted) {
    turn.set({ openedBy: wanted === "open" ? override.order : null });
    return turn.settleOverride("done", `the boom reports ${wanted}`);
  }
  // Its time went on in the process that died: whatever the boom does now, nobody waits for it any more.
  const forgotten = turn.state.timers[OVERRIDE_TIMER] === undefined;
  if (forgotten && boom !== "moving" && boom !== "unknown")
    turn.settleOverride("not done", "read back after a restart");
}

export function overrideExpired(turn: Turn): void {
  const { override, boom } = turn.state;
  if (override === null) return;
  const code = override.command === "raise-boom" ? "DID_NOT_OPEN" : "DID_NOT_CLOSE";
  turn.record("barrier.fault", { code, boom });
  turn.settleOverride("not done", REFUSALS[override.command === "raise-boom" ? "NOT_OPENED" : "NOT_CLOSED"]);
}
