import { driven, type ObservedGate } from "./driver.ts";
import { LANE } from "./geometry.ts";
import { type CameraViews, cameraViews, deckLoadKg, type PresenceInputs, presenceInputs } from "./sensors.ts";
import { type MovingTruck, type Truck, type TruckPhase, tailOf } from "./truck.ts";

export interface LaneTwinOptions {
  /** How many times faster than in reality vehicles and drivers are; 1 when absent. */
  readonly speed?: number;
  /** Vehicles waiting outside, first come first served. */
  readonly trucks?: readonly Truck[];
}

/** Where one vehicle is. Positions are null while it is not in the lane. */
export interface TruckPosition {
  readonly id: string;
  readonly phase: TruckPhase;
  /** Metres from the entry of the lane. */
  readonly noseM: number | null;
  readonly tailM: number | null;
}

/** Everything that can be known of the lane at one instant. */
export interface LaneTwinState {
  readonly inputs: PresenceInputs;
  /** What the weighbridge carries, kilograms. */
  readonly loadKg: number;
  readonly view: CameraViews;
  readonly trucks: readonly TruckPosition[];
}

/** Longest single step of movement, milliseconds: longer ticks are cut up, so a loop cannot be jumped over. */
const STEP_MS = 20;

/** Longest tick, milliseconds. */
const TICK_LIMIT_MS = 60_000;

/** Vehicles that have left are reported for a while only. */
const LEFT_KEPT = 50;

/** A tailgater comes in as soon as the vehicle ahead leaves this much room behind it, metres. */
const ENTRY_GAP_M = 1;

/**
 * A lane with trucks in it, as physics and drivers would have it. It knows nothing of the software under test: drivers
 * see the lights and the boom, sensors follow from positions. No clock and no chance: the same ticks give the same lane.
 */
export class LaneTwin {
  readonly #speed: number;
  #waiting: readonly Truck[];
  /** The foremost first. */
  #inLane: readonly MovingTruck[] = [];
  #left: readonly { readonly id: string; readonly phase: "passed" | "turned-back" }[] = [];

  /** Throws RangeError unless the speed is above 0. */
  constructor(options: LaneTwinOptions = {}) {
    this.#speed = options.speed ?? 1;
    if (!(this.#speed > 0 && Number.isFinite(this.#speed)))
      throw new RangeError(`speed is above 0, not ${options.speed}`);
    this.#waiting = options.trucks ?? [];
  }

  /** Puts a vehicle at the end of the queue outside. */
  enqueue(truck: Truck): void {
    this.#waiting = [...this.#waiting, truck];
  }

  /**
   * Tells every driver who has not reached the boom to reverse out of the lane, the last one first. Returns their ids;
   * whoever is under the boom or past it drives on.
   */
  backOut(): readonly string[] {
    const told = this.#inLane.filter((moving) => moving.noseM <= LANE.boomLoop.from);
    this.#inLane = this.#inLane.map((moving) => (told.includes(moving) ? { ...moving, phase: "reversing" } : moving));
    return told.map(({ truck }) => truck.id);
  }

  /** Lets `dtMs` milliseconds pass during which the gate looks as observed. Throws RangeError outside 0..60000. */
  tick(dtMs: number, observed: ObservedGate): LaneTwinState {
    if (!(dtMs >= 0 && dtMs <= TICK_LIMIT_MS)) throw new RangeError(`a tick lasts 0..${TICK_LIMIT_MS} ms, not ${dtMs}`);
    const totalMs = dtMs * this.#speed;
    const steps = Math.ceil(totalMs / STEP_MS);
    for (let step = 0; step < steps; step++) this.#step(totalMs / steps, observed);
    return this.state();
  }

  state(): LaneTwinState {
    return {
      inputs: presenceInputs(this.#inLane),
      loadKg: deckLoadKg(this.#inLane),
      view: cameraViews(this.#inLane),
      trucks: [
        ...this.#left.map(({ id, phase }) => ({ id, phase, noseM: null, tailM: null })),
        ...this.#inLane.map((moving) => ({
          id: moving.truck.id,
          phase: moving.phase,
          noseM: moving.noseM,
          tailM: tailOf(moving),
        })),
        ...this.#waiting.map(({ id }) => ({ id, phase: "waiting" as const, noseM: null, tailM: null })),
      ],
    };
  }

  #step(ms: number, observed: ObservedGate): void {
    this.#admit(observed);
    const moved: MovingTruck[] = [];
    for (const [index, moving] of this.#inLane.entries()) {
      const neighbours = { ahead: moved.at(-1) ?? null, behind: this.#inLane[index + 1] ?? null };
      moved.push(driven(moving, ms, observed, neighbours));
    }
    const ended = moved.flatMap((moving) => {
      const phase = endOf(moving);
      return phase === null ? [] : [{ id: moving.truck.id, phase }];
    });
    this.#left = [...this.#left, ...ended].slice(-LEFT_KEPT);
    this.#inLane = moved.filter((moving) => endOf(moving) === null);
  }

  /** Lets the next vehicle in when its driver would drive in. */
  #admit(observed: ObservedGate): void {
    const [next, ...others] = this.#waiting;
    if (next === undefined) return;
    const last = this.#inLane.at(-1);
    const following = next.tailgates === true && last !== undefined && follows(last);
    const invited = observed.entryLight === "green" && (last === undefined || tailOf(last) > LANE.scaleDeck.to);
    if (!following && !invited) return;
    this.#waiting = others;
    this.#inLane = [...this.#inLane, entered(next, following)];
  }
}

/** How a vehicle's way through the lane has ended, or null while it is in it. */
function endOf(moving: MovingTruck): "passed" | "turned-back" | null {
  if (tailOf(moving) > LANE.end) return "passed";
  return moving.phase === "reversing" && moving.noseM < LANE.entrance ? "turned-back" : null;
}

function follows(last: MovingTruck): boolean {
  return last.phase !== "reversing" && tailOf(last) >= LANE.entrance + ENTRY_GAP_M;
}

function entered(truck: Truck, following: boolean): MovingTruck {
  return {
    truck,
    phase: "approaching",
    noseM: LANE.entrance,
    speedMps: 0,
    following,
    freeForMs: 0,
    stalledForMs: 0,
  };
}
