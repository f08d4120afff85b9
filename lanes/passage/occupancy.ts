import type { GateInputs } from "#contract/device";
import type { Occupancy, Zone } from "./model.ts";

const zone = (active: boolean): Zone => (active ? "occupied" : "clear");

/** Machine 1. Loops and photo-eyes as zones; the weighbridge load is kept as it was. */
export function occupancyFrom(inputs: GateInputs | null, before: Occupancy): Occupancy {
  if (inputs === null) {
    return {
      ...before,
      arrival: "unknown",
      entryEye: "unknown",
      exitEye: "unknown",
      underBoom: "unknown",
      exit: "unknown",
    };
  }
  return {
    arrival: zone(inputs.loopArrival),
    entryEye: zone(inputs.eyeScaleFront),
    exitEye: zone(inputs.eyeScaleRear),
    underBoom: zone(inputs.loopUnder || inputs.curtain),
    exit: zone(inputs.loopExit),
    scale: before.scale,
  };
}

/** Nothing stands anywhere between the arrival loop and the exit loop. Unknown is not empty. */
export function laneIsEmpty(occupancy: Occupancy, weighbridge: boolean): boolean {
  return (
    occupancy.arrival === "clear" &&
    occupancy.entryEye === "clear" &&
    occupancy.exitEye === "clear" &&
    occupancy.underBoom === "clear" &&
    (!weighbridge || occupancy.scale === "empty")
  );
}

/** Nobody is between the arrival loop and the exit end of the weighbridge: the next vehicle has room. */
export function entryIsClear(occupancy: Occupancy, weighbridge: boolean): boolean {
  return laneIsEmpty({ ...occupancy, underBoom: "clear" }, weighbridge);
}

/** Somebody is there whom the lane has to know: come over the arrival loop, or unseen on to the deck. */
export function somebodyIsThere({ arrival, scale }: Occupancy, weighbridge: boolean): boolean {
  return arrival === "occupied" || (weighbridge && scale === "loaded");
}

/** The whole vehicle stands on the deck: load on it and neither photo-eye broken. */
export function fullyOnScale(occupancy: Occupancy): boolean {
  return occupancy.scale === "loaded" && occupancy.entryEye === "clear" && occupancy.exitEye === "clear";
}

/** False when the sensors contradict each other: a beam at both ends is broken while the deck carries nothing. */
export function occupancyConsistent(occupancy: Occupancy): boolean {
  return !(occupancy.scale === "empty" && occupancy.entryEye === "occupied" && occupancy.exitEye === "occupied");
}

/** Zones that are occupied, by name, for people. */
export function occupiedZones(occupancy: Occupancy): string[] {
  const names: string[] = [];
  if (occupancy.arrival === "occupied") names.push("arrival");
  if (occupancy.entryEye === "occupied") names.push("scale entry");
  if (occupancy.scale === "loaded") names.push("scale");
  if (occupancy.exitEye === "occupied") names.push("scale exit");
  if (occupancy.underBoom === "occupied") names.push("under boom");
  if (occupancy.exit === "occupied") names.push("exit");
  return names;
}
