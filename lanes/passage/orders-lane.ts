import type { Order, OrderMode, Wish } from "#contract/order";
import { confirmClock } from "./clock.ts";
import { revoke } from "./judge.ts";
import { setService } from "./mode.ts";
import type { AlarmCode } from "./model.ts";
import { UNIDENTIFIED } from "./open-close.ts";
import { done, type Heard, overrideMade, refused } from "./order-answers.ts";
import type { Turn } from "./turn.ts";

/** Sets the mode of the lane; it stays over restarts until it is changed. Inputs of the gate can only make it stricter. */
export function modeOrder(turn: Turn, order: Order, mode: OrderMode): Heard {
  overrideMade(turn, order);
  const because = `${order.by.role} ${order.by.subject}: ${order.reason}`;
  turn.set({ standing: { ...turn.state.standing, mode: mode === "auto" ? null : { mode, because } } });
  setService(turn);
  const { service } = turn.state.mode;
  return done(
    service === mode ? `the lane is in ${mode}` : `${mode} is set; the lane is ${service}: ${turn.state.mode.because}`,
  );
}

/** A person has looked after what the lane complained of. What is still there is complained of again. */
export function clearFaultOrder(turn: Turn, order: Order): Heard {
  const { standing, alarms } = turn.state;
  const codes = (Object.keys(alarms) as AlarmCode[]).filter((code) => code !== "EMERGENCY");
  const faults = [...Object.keys(standing.faults), ...standing.stuck];
  if (codes.length === 0 && faults.length === 0) return refused("NOTHING_TO_CLEAR");
  overrideMade(turn, order, { faults, alarms: codes });
  turn.set({ standing: { ...standing, faults: {}, stuck: [] } });
  for (const code of codes) turn.endAlarm(code, `${order.by.role} has looked after it`);
  setService(turn);
  confirmClock(turn);
  return done(`cleared: ${[...new Set([...faults, ...codes])].join(", ")}`);
}

/** Two persons end an emergency (domain guide, 5.1, EMERGENCY_OPEN), once its cause is gone. */
export function resetEmergencyOrder(turn: Turn, order: Order): Heard {
  const { standing, inputs } = turn.state;
  if (standing.emergency === null) return refused("NOTHING_TO_CLEAR", "there is no emergency");
  if (inputs === null || inputs.fireOpen || !inputs.estopOk) return refused("STILL_ACTIVE", standing.emergency.because);
  overrideMade(turn, order);
  turn.set({ standing: { ...standing, emergency: null } });
  turn.record("gate.emergency", { active: false, by: order.by, secondBy: order.secondBy });
  turn.endAlarm("EMERGENCY", "reset by two persons");
  setService(turn);
  return done("the emergency is over");
}

/** What became of a vehicle that nobody saw to the end: its clearance is used up, or free again. */
export function resolveOrder(turn: Turn, order: Order, wish: Extract<Wish, { name: "resolve" }>): Heard {
  const { standing, passage } = turn.state;
  const isIt = (one: { readonly passage: string; readonly clearance: string }) =>
    one.passage === wish.passage && one.clearance === wish.clearance;
  const open = passage?.id === wish.passage && passage.result === "UNCERTAIN" && passage.phase === "hold";
  const own = open && passage.decision?.verdict === "PASS" && passage.decision.clearance === wish.clearance;
  if (!own && !standing.uncertain.some(isIt)) return refused("UNKNOWN_CLEARANCE");
  overrideMade(turn, order);
  const { clearance, crossed } = wish;
  if (own && !crossed) revoke(turn, "resolved: it did not cross");
  else settleClearance(turn, wish.passage, clearance, crossed);
  if (open) startsAnew(turn);
  if (!own) turn.set({ standing: { ...standing, uncertain: standing.uncertain.filter((one) => !isIt(one)) } });
  return done(crossed ? `${clearance} is used up` : `${clearance} is free again`);
}

function settleClearance(turn: Turn, passage: string, clearance: string, crossed: boolean): void {
  if (!crossed) {
    turn.recordOf(passage, "clearance.released", { clearance, reason: "resolved: it did not cross" });
    return turn.effect({ type: "consumption", clearance, consumption: "none", passage });
  }
  turn.recordOf(passage, "clearance.consumed", { clearance });
  turn.effect({ type: "consumption", clearance, consumption: "consumed", passage });
  const dueBy = turn.event.utc + turn.policy.reportDueMs;
  turn.recordOf(passage, "report.due", { form: 21, clearance, dueBy });
}

/** Whoever stands in the lane now is identified from the beginning, and held until somebody releases it. */
function startsAnew(turn: Turn): void {
  turn.update({ ...UNIDENTIFIED, result: "ABANDONED", careful: false, underSeen: false, exitSeen: false });
  turn.cancelAllTimers();
  turn.enter("identify", null, "its past is resolved, it is identified anew");
}
