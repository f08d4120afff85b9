/** One axle: how far behind the nose, metres, and its share of the gross weight. */
export interface Axle {
  readonly behindNoseM: number;
  readonly share: number;
}

/** How a kind of vehicle is built. Shares add up to 1. */
export interface TruckBuild {
  readonly lengthM: number;
  /** How far behind the nose the load begins: what the side camera waits for. */
  readonly cargoBehindNoseM: number;
  readonly axles: readonly Axle[];
}

/** A tractor with a three-axle semi-trailer, and the tractor alone. */
export const TRUCK_BUILDS = {
  "semi-trailer": {
    lengthM: 16.5,
    cargoBehindNoseM: 2.6,
    axles: [
      { behindNoseM: 1.4, share: 0.16 },
      { behindNoseM: 5, share: 0.18 },
      { behindNoseM: 6.35, share: 0.18 },
      { behindNoseM: 11.9, share: 0.16 },
      { behindNoseM: 13.2, share: 0.16 },
      { behindNoseM: 14.5, share: 0.16 },
    ],
  },
  bobtail: {
    lengthM: 7,
    cargoBehindNoseM: 0,
    axles: [
      { behindNoseM: 1.4, share: 0.56 },
      { behindNoseM: 5, share: 0.22 },
      { behindNoseM: 6.35, share: 0.22 },
    ],
  },
} as const satisfies Record<string, TruckBuild>;

export type TruckKind = keyof typeof TRUCK_BUILDS;

/** A vehicle that wants to pass. */
export interface Truck {
  readonly id: string;
  readonly kind: TruckKind;
  readonly grossKg: number;
  /** Comes in close behind the vehicle ahead without waiting for lights, and does not stop on the scale. */
  readonly tailgates?: boolean;
  /** Stops, once, when its nose reaches this point, metres from the entry. */
  readonly stallAtM?: number;
  /** How long it stalls, milliseconds of its own time; for good when absent. */
  readonly stallForMs?: number;
}

/**
 * `waiting` outside, `approaching` the stop line on the scale, `standing` there, `leaving`, `reversing` out of the lane;
 * `passed` and `turned-back` are out of it again.
 */
export type TruckPhase = "waiting" | "approaching" | "standing" | "leaving" | "reversing" | "passed" | "turned-back";

/** A vehicle inside the lane. */
export interface MovingTruck {
  readonly truck: Truck;
  readonly phase: "approaching" | "standing" | "leaving" | "reversing";
  /** Metres from the entry. */
  readonly noseM: number;
  /** Metres per second, negative while it reverses. */
  readonly speedMps: number;
  /** Comes in behind another vehicle and drives as that one does. */
  readonly following: boolean;
  /** How long the driver has been seeing the way out free, milliseconds. */
  readonly freeForMs: number;
  readonly stalledForMs: number;
}

export const buildOf = (moving: { readonly truck: Truck }): TruckBuild => TRUCK_BUILDS[moving.truck.kind];
export const tailOf = (moving: MovingTruck): number => moving.noseM - buildOf(moving).lengthM;
