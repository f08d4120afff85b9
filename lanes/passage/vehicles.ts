import { normaliseIdentifier } from "#contract/identifiers";
import { conductOf } from "../decision/conduct-policy.ts";
import { startClearing } from "./crossing.ts";
import { introduce } from "./identity-news.ts";
import { enterHold, holdForOfficer, revoke } from "./judge.ts";
import type { LaneEvent, LinkedVehicle, Passage } from "./model.ts";
import type { Turn } from "./turn.ts";

/**
 * Unmanned vehicles (domain guide, 5.4). A vehicle asks and waits. Once the boom is open for its own PASS it is granted
 * the lane for a short lease, renewed while it is inside. A lease that is lost before it has entered closes the boom;
 * inside, the boom stays open as long as the loops see it.
 */

type VehicleEvent = Extract<
  LaneEvent,
  { type: "vehicle-requested" | "vehicle-entered" | "vehicle-left" | "vehicle-lost" }
>;

const LEASE_TIMER = "lease";
/** Vehicles that may wait at one lane; more are told to wait by their link and ask again. */
const WAITING_LIMIT = 8;

export function vehicleNews(turn: Turn, event: VehicleEvent): void {
  switch (event.type) {
    case "vehicle-requested":
      return requested(turn, event);
    case "vehicle-entered":
      return change(turn, event, { entered: true });
    case "vehicle-left":
      return gone(turn, event, "the vehicle has withdrawn its request");
    case "vehicle-lost":
      return gone(turn, event, `the vehicle was lost: ${event.detail}`);
  }
}

function requested(turn: Turn, { device, vehicle, request }: VehicleEvent): void {
  const others = turn.state.vehicles.filter((one) => one.vehicle !== vehicle);
  if (others.length >= WAITING_LIMIT) return;
  // `<manufacturer>/<serial>`; clearances name the serial where others name a plate.
  const serial = normaliseIdentifier(vehicle.slice(vehicle.indexOf("/") + 1));
  const one: LinkedVehicle = { device, vehicle, request, serial, granted: false, entered: false };
  turn.set({ vehicles: [...others, one] });
  if (turn.state.passage !== null) introduce(turn);
}

const isIt =
  ({ vehicle, request }: VehicleEvent) =>
  (one: LinkedVehicle) =>
    one.vehicle === vehicle && one.request === request;

function change(turn: Turn, event: VehicleEvent, patch: Partial<LinkedVehicle>): void {
  turn.set({ vehicles: turn.state.vehicles.map((one) => (isIt(event)(one) ? { ...one, ...patch } : one)) });
}

/** It left or was lost. Before it has come under the boom the permission ends; inside, the loops say when it is out. */
function gone(turn: Turn, event: VehicleEvent, why: string): void {
  const one = turn.state.vehicles.find(isIt(event));
  turn.set({ vehicles: turn.state.vehicles.filter((other) => !isIt(event)(other)) });
  const { passage } = turn.state;
  if (one === undefined || passage === null || passage.underSeen) return;
  const wasFor = isFor(passage, one);
  // Its certificate vouches for nobody any more.
  turn.update({
    reads: passage.reads.filter(({ kind, text }) => kind !== "client" || normaliseIdentifier(text) !== one.serial),
  });
  if (!wasFor) return;
  if (passage.phase === "armed") {
    revoke(turn, why);
    // It stands there without wanting to pass, or nobody can tell it anything: whatever else speaks for it, a person looks.
    holdForOfficer(turn, "OFFICER_DECIDES");
    return enterHold(turn, why);
  }
  // The boom is on its way up and cannot be called back: once it is up it comes down again (`whenOpen`).
  if (passage.phase === "opening") return revoke(turn, why);
  if (passage.phase === "crossing") startClearing(turn, why);
}

/** The passage rests on this vehicle's certificate. */
function isFor({ reads, decision }: Passage, { serial }: LinkedVehicle): boolean {
  return (
    decision?.verdict === "PASS" &&
    reads.some(({ kind, text }) => kind === "client" && normaliseIdentifier(text) === serial)
  );
}

/** The boom is open for an unmanned vehicle: it is let in, and its lease goes on while it is inside. */
export function grantLane(turn: Turn): void {
  const { passage, state } = turn;
  if (passage.phase !== "crossing" || state.boom !== "open") return;
  const one = state.vehicles.find((vehicle) => isFor(passage, vehicle));
  if (one === undefined || state.timers[LEASE_TIMER] !== undefined) return;
  const { leaseMs, renewMs } = conductOf(turn.policy).vehicles;
  const { device, vehicle, request } = one;
  turn.set({ vehicles: state.vehicles.map((other) => (other === one ? { ...other, granted: true } : other)) });
  if (!one.granted) turn.record("vehicle.link", { answer: "granted", device, vehicle, request, leaseMs });
  turn.effect({ type: "grant", device, vehicle, request, leaseMs });
  turn.startTimer(LEASE_TIMER, renewMs);
}

/** The vehicle is sent away: an officer refuses it, or it has to go to the bay. */
export function refuseVehicle(turn: Turn): void {
  const { passage } = turn;
  const serials = passage.reads.flatMap(({ kind, text }) => (kind === "client" ? [normaliseIdentifier(text)] : []));
  for (const { device, vehicle, request, serial } of turn.state.vehicles) {
    if (!serials.includes(serial)) continue;
    turn.record("vehicle.link", { answer: "refused", device, vehicle, request });
    turn.effect({ type: "refuse", device, vehicle, request });
  }
  turn.set({ vehicles: turn.state.vehicles.filter(({ serial }) => !serials.includes(serial)) });
}
