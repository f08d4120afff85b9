import { LANE } from "../../twin/geometry.ts";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import { Driver, type GateView } from "./driver.ts";
import { type Body, Road } from "./road.ts";
import type { Vehicle } from "./vehicle.ts";

export interface TrafficOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly gate: GateView & { entryIsGreen(): boolean };
  readonly weighbridge: boolean;
  readonly moved: () => void;
  readonly crossed: (vehicle: Vehicle) => void;
  readonly left: (vehicle: Vehicle, forwards: boolean) => void;
  /** A vehicle has come to a stop on the deck. */
  readonly standsOnDeck: (vehicle: Vehicle) => void;
  /** A vehicle drives into the lane. */
  readonly entered: (vehicle: Vehicle) => void;
  readonly tell: (vehicle: Vehicle, what: string) => void;
}

/** Longest that somebody waits at the entry light before giving up, milliseconds. */
const QUEUE_PATIENCE_MS = 3_600_000;

/** The queue before the lane and everybody in it. */
export class Traffic {
  readonly road: Road;
  readonly #options: TrafficOptions;
  readonly #queue: { readonly vehicle: Vehicle; readonly since: number }[] = [];
  readonly #drivers = new Map<Body, Driver>();
  #entering = false;
  #closed = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.road = new Road(options.clockwork, {
      moved: () => {
        options.moved();
        this.look();
      },
      stopped: (body) => this.#stopped(body),
      crossed: (body) => options.crossed(body.vehicle),
      left: (body, forwards) => this.#left(body, forwards),
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get isEmpty(): boolean {
    return this.road.bodies.length === 0;
  }

  /** The vehicle the lane judges now: the one on the deck; without a weighbridge the foremost before the boom. */
  judged(): Vehicle | undefined {
    const { road } = this;
    if (this.#options.weighbridge) return road.onDeck()?.vehicle;
    return road.bodies.find((body) => road.tailOf(body) < LANE.boom)?.vehicle;
  }

  arrive(vehicle: Vehicle): void {
    if (this.#closed) return;
    this.#queue.push({ vehicle, since: this.#options.clockwork.now });
    this.look();
  }

  /** Whoever waits drives home; whoever is in the lane goes on. */
  sendQueueHome(): void {
    this.#queue.length = 0;
  }

  /** Nobody more comes. */
  close(): void {
    this.#closed = true;
    this.sendQueueHome();
  }

  /** Lights or boom may have changed, or somebody has moved. */
  look(): void {
    for (const driver of [...this.#drivers.values()]) driver.look();
    this.#lookAtEntry();
  }

  #lookAtEntry(): void {
    const first = this.#queue[0];
    if (this.#entering || first === undefined || !this.#entryIsFree()) return;
    const { clockwork, dice, gate } = this.#options;
    const bold = first.vehicle.act === "ignoresLights";
    if (!gate.entryIsGreen() && !bold) return this.#giveUp();
    this.#entering = true;
    clockwork.after(dice.between(800, 5000), () => {
      this.#entering = false;
      if (this.#queue[0] !== first || !this.#entryIsFree()) return;
      if (!gate.entryIsGreen() && !bold) return;
      this.#queue.shift();
      this.#enter(first.vehicle, false);
    });
  }

  #giveUp(): void {
    const first = this.#queue[0];
    if (first !== undefined && this.#options.clockwork.now - first.since > QUEUE_PATIENCE_MS) this.#queue.shift();
  }

  #entryIsFree(): boolean {
    const last = this.road.bodies.at(-1);
    return last === undefined || this.road.tailOf(last) > LANE.arrivalLoop.to + 1;
  }

  #enter(vehicle: Vehicle, follows: boolean): void {
    const { clockwork, dice, gate, tell } = this.#options;
    const driver = new Driver(vehicle, follows, {
      clockwork,
      dice,
      road: this.road,
      gate,
      stopLineM: this.#options.weighbridge ? LANE.stopLine : LANE.boomStopLine - 0.1,
      ignoresLights: vehicle.act === "ignoresLights",
      tell: (what) => tell(vehicle, what),
      swapNow: () => this.#swap(vehicle),
    });
    this.#drivers.set(driver.body, driver);
    tell(vehicle, follows ? "follows close behind" : "enters the lane");
    driver.start();
    this.#options.entered(vehicle);
    const { accomplice } = vehicle;
    if (vehicle.act === "tailgate" && accomplice !== undefined) {
      clockwork.after(dice.between(13_000, 20_000), () => {
        if (this.#drivers.has(driver.body) && this.#entryIsFree()) this.#enter(accomplice, true);
      });
    }
  }

  /** Drives in as soon as the other has backed out, before the boom is down. */
  #swap(vehicle: Vehicle): void {
    const { accomplice } = vehicle;
    if (accomplice === undefined) return;
    const tryNow = () => {
      if (this.#closed) return;
      if (this.road.bodies.length > 0) this.#options.clockwork.after(500, tryNow);
      else this.#enter(accomplice, false);
    };
    this.#options.clockwork.after(1000, tryNow);
  }

  #stopped(body: Body): void {
    const driver = this.#drivers.get(body);
    if (driver === undefined) return;
    driver.stopped();
    if (this.road.noseOf(body) > LANE.stopLine - 3) this.#options.standsOnDeck(body.vehicle);
    this.look();
  }

  #left(body: Body, forwards: boolean): void {
    this.#drivers.get(body)?.gone();
    this.#drivers.delete(body);
    this.#options.tell(body.vehicle, forwards ? "has left the lane" : "has backed out of the lane");
    this.#options.left(body.vehicle, forwards);
    this.look();
  }
}
