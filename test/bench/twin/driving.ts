import type { ObservedGate } from "#bench/twin/driver";
import { LaneTwin, type LaneTwinState, type TruckPosition } from "#bench/twin/lane-twin";
import type { Truck } from "#bench/twin/truck";

export const SEMI: Truck = { id: "semi", kind: "semi-trailer", grossKg: 38_000 };
export const BOBTAIL: Truck = { id: "bobtail", kind: "bobtail", grossKg: 8_200 };

export const INVITING: ObservedGate = { boomOpen: false, entryLight: "green", exitLight: "red" };
export const SHUT: ObservedGate = { boomOpen: false, entryLight: "red", exitLight: "red" };
export const FREE: ObservedGate = { boomOpen: true, entryLight: "red", exitLight: "green" };

/** Ticks of 100 ms until the condition holds; fails after ten minutes of lane time. */
export function driveUntil(
  twin: LaneTwin,
  gate: ObservedGate,
  reached: (state: LaneTwinState) => boolean,
): LaneTwinState {
  for (let tick = 0; tick < 6000; tick++) {
    const state = twin.tick(100, gate);
    if (reached(state)) return state;
  }
  throw new Error(`never reached; the lane stands at ${JSON.stringify(twin.state())}`);
}

export function driveFor(twin: LaneTwin, gate: ObservedGate, seconds: number): LaneTwinState {
  for (let tick = 0; tick < seconds * 10; tick++) twin.tick(100, gate);
  return twin.state();
}

export function truckIn(state: LaneTwinState, id: string): TruckPosition {
  const found = state.trucks.find((truck) => truck.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

export const noseOf = (state: LaneTwinState, id: string): number => truckIn(state, id).noseM ?? Number.NaN;
export const phaseOf = (state: LaneTwinState, id: string): string => truckIn(state, id).phase;

/** A lane in which the truck stands on the scale. */
export function standing(truck: Truck, others: readonly Truck[] = []): LaneTwin {
  const twin = new LaneTwin({ trucks: [truck, ...others] });
  driveUntil(twin, INVITING, (state) => phaseOf(state, truck.id) === "standing");
  return twin;
}
