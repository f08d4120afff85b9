import { InvariantError, messageOf } from "#contract/errors";
import type { LanePolicy } from "#lanes/decision/policy";
import { utcOf } from "#lanes/decision/time";
import type { LaneEvent } from "#lanes/passage/model";
import type { Violation } from "./check/always.ts";
import type { Tally } from "./check/pass-watch.ts";
import { Dice } from "./dice.ts";
import { openPassages } from "./lane-view.ts";
import { LaneWorld } from "./lane-world.ts";
import { drawVariant, type LaneVariant } from "./setup.ts";
import { drawSwarm, isGoodDay, type Swarm } from "./swarm.ts";
import { type Appearance, Cast } from "./world/cast.ts";
import { HOSTILE, SISTERS, type Vehicle } from "./world/vehicle.ts";

export interface LaneDayOptions {
  readonly seed: number;
  readonly days: number;
  /** Vehicles a day; fewer than `density` make the day shorter in proportion. */
  readonly vehicles: number;
  /** How close they follow: so many come in 24 hours. Default BUSIEST_LANE. */
  readonly density?: number;
  readonly policy: LanePolicy;
  readonly told?: boolean;
  /** Replays a sample of the journal instead of all of it. Every other promise is checked after every step. */
  readonly fast?: boolean;
  /** Hears every event that is on the disk, in order. */
  readonly recorded?: (event: LaneEvent) => void;
  /** Instead of what the seed draws. */
  readonly swarm?: Swarm;
  readonly variant?: LaneVariant;
}

export interface DayReport {
  readonly seed: number;
  readonly events: number;
  readonly replayed: number;
  readonly simulatedMs: number;
  readonly violations: readonly Violation[];
  readonly reached: readonly string[];
  readonly tally: Readonly<Tally>;
  readonly vehicles: number;
  readonly hostile: number;
  /** Hostile vehicles that differ in one character from the one of the record. */
  readonly sisters: number;
  /** Nothing was broken on this day; recognition erred as measured. */
  readonly goodDay: boolean;
  /**
   * Honest vehicles on their first visit whose papers were good and stayed so, and those of them that passed then.
   */
  readonly entitled: number;
  readonly straight: number;
  readonly story: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FIRST_DAY = utcOf("2026-10-10T00:00:00Z");

/** Vehicles a day of the busiest lane of 2030 (domain guide, section 8). */
export const BUSIEST_LANE = 437;

/** One lane for a day or more: first with every fault the seed has drawn, then without any. */
export class LaneDay {
  readonly #options: LaneDayOptions;
  readonly #world: LaneWorld;
  readonly #cast: Cast;
  readonly #dice: Dice;
  readonly #demanding: boolean;
  readonly #goodDay: boolean;
  readonly #passedOf = new Map<string, boolean>();
  /** The last part: nobody who was sent away comes again. */
  #calm = false;
  #vehicles = 0;
  #hostile = 0;
  #sisters = 0;
  #entitled = 0;
  #straight = 0;

  constructor(options: LaneDayOptions) {
    this.#options = options;
    const { seed, days, vehicles, policy } = options;
    const dice = new Dice(seed * 2_654_435_761);
    this.#dice = dice.stream("day");
    const swarm = options.swarm ?? drawSwarm(dice.stream("swarm"));
    const variant = options.variant ?? drawVariant(dice.stream("variant"), policy);
    this.#demanding = variant.demanding;
    this.#goodDay = isGoodDay(swarm);
    this.#world = new LaneWorld({
      dice,
      swarm,
      variant,
      utcAtZero: FIRST_DAY,
      told: options.told ?? false,
      fast: options.fast ?? false,
      recorded: options.recorded,
      left: (vehicle, passed) => this.#left(vehicle, passed),
    });
    this.#cast = new Cast({
      dice: dice.stream("cast"),
      swarm,
      vehicles: vehicles * days,
      durationMs: this.#durationMs,
      utcAtZero: FIRST_DAY,
      readers: variant.readers,
    });
  }

  run(): DayReport {
    const world = this.#world;
    try {
      world.start();
      for (const appearance of this.#cast.all()) this.#expect(appearance);
      world.clockwork.runUntil(this.#durationMs, () => world.always.violations.length > 0);
      if (world.always.violations.length === 0) this.#convergence();
    } catch (error) {
      // A defect of the core, or of the simulator: either way this seed tells how to get there again.
      const kind = error instanceof InvariantError ? "the core keeps its own invariants" : "nothing is thrown";
      world.always.fail(kind, error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error));
    }
    return this.#report();
  }

  get #durationMs(): number {
    const { days, vehicles, density = BUSIEST_LANE } = this.#options;
    return days * DAY_MS * Math.min(1, vehicles / density);
  }

  #expect(appearance: Appearance): void {
    const { clockwork, operations, traffic } = this.#world;
    const { vehicle, arrivesAt, clearance, second, leadMs } = appearance;
    if (clearance !== null) {
      const late = leadMs < 0;
      clockwork.after(arrivesAt - leadMs - clockwork.now, () => {
        if (late) this.#world.happened("lateClearance", clearance.id);
        if (second !== undefined) operations.publish(second, false);
        // What was due before the day began is on the list when it begins.
        operations.publish(clearance, late || leadMs < 10 * MINUTE_MS || leadMs > arrivesAt);
      });
    }
    const { spentElsewhereAt } = appearance;
    if (spentElsewhereAt !== undefined && clearance !== null) {
      clockwork.after(spentElsewhereAt - clockwork.now, () => this.#world.neighbour.pass(clearance.id));
    }
    clockwork.after(arrivesAt - clockwork.now, () => {
      this.#count(vehicle);
      traffic.arrive(vehicle);
    });
  }

  #count(vehicle: Vehicle): void {
    if (vehicle.visits > 0 && vehicle.act !== "spentClearance") return;
    this.#vehicles += 1;
    if (HOSTILE.has(vehicle.act)) this.#hostile += 1;
    if (SISTERS.has(vehicle.act)) this.#sisters += 1;
    if (vehicle.act !== "honest") this.#world.happened(vehicle.act, `${vehicle.id} arrives`);
  }

  #left(vehicle: Vehicle, passed: boolean): void {
    const { clockwork, operations, traffic } = this.#world;
    const { entitledTo } = vehicle;
    const goodPapers = entitledTo !== null && !operations.isSpoilt(entitledTo);
    if (vehicle.act === "honest" && goodPapers && vehicle.visits === 0 && !this.#demanding) {
      this.#entitled += 1;
      if (passed) this.#straight += 1;
    }
    this.#passedOf.set(vehicle.id, passed);
    if (entitledTo === null) return;
    if (passed) {
      clockwork.after(this.#dice.between(30 * MINUTE_MS, 3 * HOUR_MS), () => operations.retire(entitledTo));
    } else if (!this.#calm && vehicle.visits < 2 && this.#dice.chance(0.6)) {
      const again = { ...vehicle, visits: vehicle.visits + 1 };
      clockwork.after(this.#dice.between(5 * MINUTE_MS, 20 * MINUTE_MS), () => traffic.arrive(again));
    }
  }

  /** Without faults the lane must come back by itself, and honest vehicles must pass. */
  #convergence(): void {
    const world = this.#world;
    const { clockwork, traffic, always } = world;
    world.calm();
    this.#calm = true;
    traffic.sendQueueHome();
    const quiet = () => traffic.isEmpty && world.boomIsDown && openPassages(world.shell.state).length === 0;
    clockwork.runUntil(clockwork.now + 3 * HOUR_MS, () => quiet() || always.violations.length > 0);
    if (always.violations.length > 0) return;
    const promise = "without faults the lane comes to rest, in automatic or with a named fault";
    if (!quiet()) return always.fail(promise, this.#standing());
    const { service, because } = world.shell.state.mode;
    if (service !== "auto" && because === "") always.fail(promise, this.#standing());
    if (service === "auto") this.#honestVehicles();
    traffic.close();
    clockwork.runUntil(clockwork.now + HOUR_MS, quiet);
    // What was asked of the disk last is on it by then.
    clockwork.runUntil(clockwork.now + MINUTE_MS);
    for (const passage of always.openPassages) always.fail("every passage ends", passage);
  }

  #honestVehicles(): void {
    const world = this.#world;
    const { clockwork, traffic, always } = world;
    const start = clockwork.now + 15 * MINUTE_MS;
    const last = [0, 1, 2].map((place) => this.#cast.honest(start + place * 4 * MINUTE_MS));
    traffic.sendQueueHome();
    for (const one of last) this.#expect({ ...one, leadMs: 12 * MINUTE_MS });
    const done = () => last.every(({ vehicle }) => this.#passedOf.has(vehicle.id)) && traffic.isEmpty;
    clockwork.runUntil(start + HOUR_MS, () => done() || always.violations.length > 0);
    for (const { vehicle } of last) {
      if (this.#demanding && this.#passedOf.has(vehicle.id)) continue;
      if (this.#passedOf.get(vehicle.id) === true) continue;
      always.fail("an honest vehicle passes when nothing is broken", `${vehicle.id}, ${this.#standing()}`);
    }
  }

  #standing(): string {
    const { shell, traffic, boomIsDown } = this.#world;
    const passages = openPassages(shell.state).map(({ id, phase, decision }) => `${id} ${phase} ${decision?.reason}`);
    const { service, because } = shell.state.mode;
    const vehicles = traffic.road.bodies.map(({ vehicle }) => vehicle.id);
    return JSON.stringify({ service, because, passages, vehicles, waiting: traffic.waiting, boomIsDown });
  }

  #report(): DayReport {
    const { always, sometimes, replay, clockwork, story } = this.#world;
    return {
      seed: this.#options.seed,
      events: replay.rows,
      replayed: replay.replayed,
      simulatedMs: clockwork.now,
      violations: always.violations,
      reached: [...sometimes.reached],
      tally: always.tally,
      vehicles: this.#vehicles,
      hostile: this.#hostile,
      sisters: this.#sisters,
      goodDay: this.#goodDay,
      entitled: this.#entitled,
      straight: this.#straight,
      story: story.lines,
    };
  }
}
