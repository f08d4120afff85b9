/** What a vehicle is up to. The names stand in stories and in the report. */
export const ACTS = [
  "honest",
  "late",
  "stopsBadly",
  "backsOut",
  "stopsUnderBoom",
  "ignoresLights",
  "paperwork",
  "overload",
  "swappedPlate",
  "sisterTractor",
  "sisterContainer",
  "clonedPlate",
  "swappedContainers",
  "openedSeal",
  "spentClearance",
  "spentElsewhere",
  "tailgate",
  "reverseAfterPass",
  "swapAfterPass",
  "driveAwayWhileWeighing",
] as const;
export type Act = (typeof ACTS)[number];

/** Acts of somebody who wants goods past the gate that may not pass. */
export const HOSTILE: ReadonlySet<Act> = new Set<Act>([
  "swappedPlate",
  "sisterTractor",
  "sisterContainer",
  "clonedPlate",
  "swappedContainers",
  "openedSeal",
  "spentClearance",
  "spentElsewhere",
  "tailgate",
  "reverseAfterPass",
  "swapAfterPass",
  "driveAwayWhileWeighing",
]);

/** Of them, those that differ in one character from what the record names. */
export const SISTERS: ReadonlySet<Act> = new Set<Act>(["sisterTractor", "sisterContainer"]);

/** A vehicle as it truly is. The lane never sees this. */
export interface Vehicle {
  readonly id: string;
  readonly act: Act;
  /** What is painted on it. */
  readonly plate: string;
  readonly trailer: string;
  readonly container: string;
  /** The plate that its transponder carries, and the declaration number on the papers in the cab. */
  readonly tag?: string | undefined;
  readonly code?: string | undefined;
  /** The electronic seal on its container. */
  readonly seal?: { readonly number: string; readonly opened: boolean } | undefined;
  /** Serial number of an unmanned vehicle, which has no plate. */
  readonly serial?: string | undefined;
  readonly grossKg: number;
  readonly lengthM: number;
  /** The clearance that truly covers this vehicle with this load, whatever is painted on it. */
  readonly entitledTo: string | null;
  /** The vehicle that follows it nose to tail, or that takes its place. */
  readonly accomplice?: Vehicle;
  /** Visits to the lane before this one. */
  readonly visits: number;
}

/** Axles, metres behind the nose, with their share of the weight: steering axle, drive axle, bogie of the trailer. */
export const AXLES = [
  { behindNoseM: 1.4, share: 0.18 },
  { behindNoseM: 5, share: 0.34 },
  { behindNoseM: 13.2, share: 0.48 },
] as const;
