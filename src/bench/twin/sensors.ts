import type { GateInputs } from "#contract/device";
import { LANE, type Stretch } from "./geometry.ts";
import { buildOf, type MovingTruck, tailOf } from "./truck.ts";

/** The field inputs that follow from where the vehicles are. */
export type PresenceInputs = Pick<
  GateInputs,
  "loopArrival" | "loopUnder" | "loopExit" | "eyeScaleFront" | "eyeScaleRear" | "curtain"
>;

/** The vehicle each camera sees well enough to read it, or null. */
export interface CameraViews {
  readonly front: string | null;
  readonly rear: string | null;
  readonly side: string | null;
}

export function presenceInputs(trucks: readonly MovingTruck[]): PresenceInputs {
  const over = (stretch: Stretch) => trucks.some((truck) => truck.noseM > stretch.from && tailOf(truck) < stretch.to);
  const across = (x: number) => trucks.some((truck) => covers(truck, x));
  return {
    loopArrival: over(LANE.arrivalLoop),
    loopUnder: over(LANE.boomLoop),
    loopExit: over(LANE.exitLoop),
    eyeScaleFront: across(LANE.entryEye),
    eyeScaleRear: across(LANE.exitEye),
    curtain: across(LANE.boom),
  };
}

/** Half the length over which a wheel rolls from the road on to the deck, metres. */
const WHEEL_CONTACT_M = 0.2;

/** What the deck carries, kilograms: each axle counts as soon as it has rolled on. */
export function deckLoadKg(trucks: readonly MovingTruck[]): number {
  const load = trucks.reduce((sum, moving) => {
    const shares = buildOf(moving).axles.map((axle) => axle.share * shareOnDeck(moving.noseM - axle.behindNoseM));
    return sum + moving.truck.grossKg * shares.reduce((total, share) => total + share, 0);
  }, 0);
  return Math.round(load);
}

function shareOnDeck(x: number): number {
  const { from, to } = LANE.scaleDeck;
  const inside = Math.min(x - from, to - x) + WHEEL_CONTACT_M;
  return Math.min(1, Math.max(0, inside / (2 * WHEEL_CONTACT_M)));
}

/** `trucks` in the order in which they drive, the foremost first. */
export function cameraViews(trucks: readonly MovingTruck[]): CameraViews {
  return { front: seenInFront(trucks), rear: seenBehind(trucks), side: seenBeside(trucks) };
}

/** The nearest face; a vehicle that drives past the camera hides whatever follows. */
function seenInFront(trucks: readonly MovingTruck[]): string | null {
  const nearest = trucks.find((truck) => tailOf(truck) < LANE.frontCamera);
  if (nearest === undefined || nearest.noseM > LANE.boom || nearest.noseM < LANE.arrivalLoop.from) return null;
  return nearest.truck.id;
}

/** The nearest rear past the portal; a vehicle under the portal hides it. */
function seenBehind(trucks: readonly MovingTruck[]): string | null {
  if (trucks.some((truck) => covers(truck, LANE.portal.to))) return null;
  const nearest = trucks.findLast((truck) => tailOf(truck) >= LANE.portal.to);
  return nearest !== undefined && tailOf(nearest) <= LANE.boom ? nearest.truck.id : null;
}

/** The foremost load between the portal and the end of the scale. */
function seenBeside(trucks: readonly MovingTruck[]): string | null {
  const seen = trucks.find((truck) => {
    const cargoFront = truck.noseM - buildOf(truck).cargoBehindNoseM;
    return cargoFront > LANE.portal.from && tailOf(truck) < LANE.scaleDeck.to;
  });
  return seen?.truck.id ?? null;
}

function covers(truck: MovingTruck, x: number): boolean {
  return tailOf(truck) < x && truck.noseM > x;
}
