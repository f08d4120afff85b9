import { LANE } from "../../twin/geometry.ts";
import type { Appointment, Clockwork } from "../clockwork.ts";
import { AXLES, type Vehicle } from "./vehicle.ts";

/** A vehicle in the lane: where it is, and where it drives. Metres from the entry, metres a second. */
export interface Body {
  readonly vehicle: Vehicle;
  noseM: number;
  /** Signed; 0 when it stands. */
  speed: number;
  targetM: number;
  since: number;
  next: Appointment | undefined;
}

/** What the sensors stand before, in truth. */
export interface Presence {
  readonly loopArrival: boolean;
  readonly loopUnder: boolean;
  readonly loopExit: boolean;
  readonly eyeScaleFront: boolean;
  readonly eyeScaleRear: boolean;
  readonly curtain: boolean;
}

export interface RoadEvents {
  /** Something a sensor can see has changed. */
  moved(): void;
  /** The body has reached its target. */
  stopped(body: Body): void;
  /** The tail has passed the boom forwards. */
  crossed(body: Body): void;
  /** The body has left the lane, forwards or back. */
  left(body: Body, forwards: boolean): void;
}

/** Beyond a boundary rather than on it. */
const STEP_M = 0.001;
const { arrivalLoop, boomLoop, exitLoop, scaleDeck } = LANE;

/** Where something changes for a vehicle of this length, as positions of its nose, ascending. */
function boundariesOf(lengthM: number): readonly number[] {
  const stretches = [arrivalLoop, boomLoop, exitLoop].flatMap(({ from, to }) => [from, to + lengthM]);
  const lines = [LANE.entryEye, LANE.exitEye, LANE.boom].flatMap((x) => [x, x + lengthM]);
  const axles = AXLES.flatMap(({ behindNoseM }) => [scaleDeck.from + behindNoseM, scaleDeck.to + behindNoseM]);
  return [...new Set([...stretches, ...lines, ...axles, LANE.end + lengthM])].sort((a, b) => a - b);
}

/** Vehicles that move along the lane. Costs one appointment for each thing a sensor could notice, none for the way between. */
export class Road {
  /** Foremost first. */
  readonly bodies: Body[] = [];
  readonly #clockwork: Clockwork;
  readonly #events: RoadEvents;
  readonly #boundaries = new Map<number, readonly number[]>();

  constructor(clockwork: Clockwork, events: RoadEvents) {
    this.#clockwork = clockwork;
    this.#events = events;
  }

  enter(vehicle: Vehicle): Body {
    const noseM = LANE.entrance;
    const since = this.#clockwork.now;
    const body: Body = { vehicle, noseM, speed: 0, targetM: noseM, since, next: undefined };
    this.bodies.push(body);
    return body;
  }

  /** Drives to a position of the nose, forwards or back. */
  drive(body: Body, targetM: number, metresPerSecond: number): void {
    this.#settle(body);
    body.targetM = targetM;
    const distance = targetM - body.noseM;
    body.speed = Math.abs(distance) < STEP_M ? 0 : Math.sign(distance) * metresPerSecond;
    this.#plan(body);
  }

  halt(body: Body): void {
    this.#settle(body);
    body.speed = 0;
    body.targetM = body.noseM;
    this.#plan(body);
  }

  tailOf(body: Body): number {
    return this.noseOf(body) - body.vehicle.lengthM;
  }

  noseOf(body: Body): number {
    return body.noseM + (body.speed * (this.#clockwork.now - body.since)) / 1000;
  }

  ahead(body: Body): Body | undefined {
    return this.bodies[this.bodies.indexOf(body) - 1];
  }

  behind(body: Body): Body | undefined {
    return this.bodies[this.bodies.indexOf(body) + 1];
  }

  presence(): Presence {
    const bodies = this.bodies;
    const over = (from: number, to: number) =>
      bodies.some((body) => this.noseOf(body) > from && this.tailOf(body) < to);
    return {
      loopArrival: over(arrivalLoop.from, arrivalLoop.to),
      loopUnder: over(boomLoop.from, boomLoop.to),
      loopExit: over(exitLoop.from, exitLoop.to),
      eyeScaleFront: over(LANE.entryEye, LANE.entryEye),
      eyeScaleRear: over(LANE.exitEye, LANE.exitEye),
      curtain: over(LANE.boom, LANE.boom),
    };
  }

  /** Weight on the deck that this body brings, kilograms. */
  weightOnDeck(body: Body): number {
    const nose = this.noseOf(body);
    let share = 0;
    for (const axle of AXLES) {
      const x = nose - axle.behindNoseM;
      if (x > scaleDeck.from && x < scaleDeck.to) share += axle.share;
    }
    return share * body.vehicle.grossKg;
  }

  /** Everything that weighs on the deck, kilograms. */
  get loadKg(): number {
    return this.bodies.reduce((sum, body) => sum + this.weightOnDeck(body), 0);
  }

  /** The vehicle that is being weighed and judged: the one with the most of its weight on the deck. */
  onDeck(): Body | undefined {
    let heaviest: Body | undefined;
    let most = 0;
    for (const body of this.bodies) {
      const kg = this.weightOnDeck(body);
      if (kg > most) {
        most = kg;
        heaviest = body;
      }
    }
    return heaviest;
  }

  #settle(body: Body): void {
    body.noseM = this.noseOf(body);
    body.since = this.#clockwork.now;
    this.#clockwork.cancel(body.next);
    body.next = undefined;
  }

  #plan(body: Body): void {
    if (body.speed === 0) {
      body.next = this.#clockwork.after(0, () => this.#events.stopped(body));
      return;
    }
    const boundary = this.#nextBoundary(body);
    const distance = Math.abs((boundary ?? body.targetM) - body.noseM);
    body.next = this.#clockwork.after((distance / Math.abs(body.speed)) * 1000, () => this.#reached(body, boundary));
  }

  #nextBoundary(body: Body): number | undefined {
    const { lengthM } = body.vehicle;
    let boundaries = this.#boundaries.get(lengthM);
    if (boundaries === undefined) {
      boundaries = boundariesOf(lengthM);
      this.#boundaries.set(lengthM, boundaries);
    }
    const { noseM, targetM } = body;
    return body.speed > 0
      ? boundaries.find((x) => x > noseM && x < targetM)
      : boundaries.findLast((x) => x < noseM && x > targetM);
  }

  #reached(body: Body, boundary: number | undefined): void {
    const forwards = body.speed > 0;
    body.next = undefined;
    body.since = this.#clockwork.now;
    body.noseM = boundary === undefined ? body.targetM : boundary + (forwards ? STEP_M : -STEP_M);
    const tail = body.noseM - body.vehicle.lengthM;
    if (forwards ? tail >= LANE.end : body.noseM <= LANE.entrance + STEP_M) return this.#leave(body, forwards);
    if (boundary === undefined) body.speed = 0;
    else this.#plan(body);
    if (forwards && boundary !== undefined && Math.abs(tail - LANE.boom) < 2 * STEP_M) this.#events.crossed(body);
    this.#events.moved();
    if (boundary === undefined) this.#events.stopped(body);
  }

  #leave(body: Body, forwards: boolean): void {
    this.bodies.splice(this.bodies.indexOf(body), 1);
    this.#events.moved();
    this.#events.left(body, forwards);
  }
}
