import type { LaneEffect } from "#lanes/passage/model";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { LaneClock } from "../shell/lane-clock.ts";
import type { FaultName, Swarm } from "../swarm.ts";
import { BadNews } from "./bad-news.ts";
import type { Cameras } from "./cameras.ts";
import { Caretakers } from "./caretakers.ts";
import type { GatePlc } from "./gate-plc.ts";
import { Officer } from "./officer.ts";
import type { Operations } from "./operations.ts";
import { Desk, type PeopleOptions } from "./people.ts";
import type { Platform } from "./platform.ts";
import type { Road } from "./road.ts";
import { Technician } from "./technician.ts";
import { Trouble } from "./trouble.ts";
import type { Vehicle } from "./vehicle.ts";
import { WorstMoment } from "./worst-moment.ts";

export interface MishapsOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly plc: GatePlc;
  readonly platform: Platform;
  readonly cameras: Cameras;
  readonly cameraIds: readonly string[];
  readonly operations: Operations;
  readonly road: Road;
  readonly clock: LaneClock;
  readonly crash: (fault: FaultName) => void;
  readonly slowDisk: (factor: number) => void;
  readonly happened: (fault: FaultName, what: string) => void;
  readonly tell: (what: string) => void;
  readonly people: Pick<PeopleOptions, "state" | "seen" | "crossed" | "order">;
}

/** Everything that goes wrong in one run, and the technician who sets some of it right. */
export class Mishaps {
  readonly #trouble: Trouble;
  readonly #badNews: BadNews;
  readonly #worstMoment: WorstMoment;
  readonly #technician: Technician;
  readonly #officer: Officer;
  readonly #caretakers: Caretakers;

  constructor(options: MishapsOptions) {
    const { dice, cameraIds, clock } = options;
    const [first = "front", ...rest] = cameraIds;
    this.#trouble = new Trouble({
      ...options,
      dice: dice.stream("trouble"),
      cameraIds: [first, ...rest],
      setClock: (offsetMs) => clock.set(offsetMs),
    });
    this.#badNews = new BadNews({ ...options, dice: dice.stream("news") });
    this.#worstMoment = new WorstMoment({ ...options, dice: dice.stream("moment") });
    this.#technician = new Technician({ ...options, dice: dice.stream("technician") });
    const people = { ...options, ...options.people, clockIsRight: () => clock.wrongByMs === 0 };
    const desk = new Desk({ ...people, dice: dice.stream("desk") });
    this.#officer = new Officer({ ...people, dice: dice.stream("officer") }, desk);
    this.#caretakers = new Caretakers({ ...people, dice: dice.stream("caretakers") }, desk);
  }

  start(): void {
    this.#trouble.start();
    this.#technician.start();
    this.#caretakers.start();
  }

  /** Everything is repaired and nothing breaks any more. */
  end(): void {
    this.#trouble.end();
    this.#caretakers.calm();
  }

  onDeck(vehicle: Vehicle): void {
    this.#badNews.onDeck(vehicle);
  }

  onEffect(effect: LaneEffect): void {
    this.#badNews.onRecord(effect);
    this.#worstMoment.onEffect(effect);
    this.#officer.onEffect(effect);
  }
}
