import type { TextReading } from "#contract/reading";
import type { LaneCamera, LaneEffect } from "#lanes/passage/model";
import { LANE } from "../../twin/geometry.ts";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { LaneInput } from "../shell/lane-input.ts";
import { type Condition, Recognition } from "./recognition.ts";
import type { Body, Road } from "./road.ts";
import type { Vehicle } from "./vehicle.ts";

type Capture = Extract<LaneEffect, { type: "capture" }>;
type Trouble = "down" | "stale" | "slow";

export interface CamerasOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly road: Road;
  readonly cameras: readonly LaneCamera[];
  readonly misread: () => number;
  readonly utc: () => number;
  readonly answer: (input: LaneInput) => void;
  readonly health: (camera: string, up: boolean) => void;
  readonly misled: (camera: string, vehicle: Vehicle, text: string) => void;
}

const MODEL_HASH = "a".repeat(64);
const TIMEOUT_MS = 8000;
/** Share of frozen cameras whose old frames come re-encoded, so that the driver cannot tell them from new ones. */
const UNSEEN_STALE = 0.5;

interface Look {
  readonly plate: Condition;
  readonly trailer: Condition;
  readonly container: Condition;
}

/** Cameras and the recognition behind them: what is in view, what is made of it, and what a camera in trouble shows. */
export class Cameras {
  readonly #options: CamerasOptions;
  readonly #recognition: Recognition;
  readonly #looks = new Map<string, Look>();
  readonly #trouble = new Map<string, Trouble>();
  /** What each camera saw last, for one that has frozen. */
  readonly #last = new Map<string, Vehicle>();
  readonly #frozen = new Map<string, Vehicle>();
  /** Pictures that somebody still waits for. */
  readonly #pending = new Set<Capture>();
  #pictures = 0;

  constructor(options: CamerasOptions) {
    this.#options = options;
    this.#recognition = new Recognition(options.dice, options.misread);
  }

  fail(camera: string, trouble: Trouble | null): void {
    const before = this.#trouble.get(camera);
    const last = this.#last.get(camera);
    if (trouble === null) this.#trouble.delete(camera);
    else this.#trouble.set(camera, trouble);
    if (trouble === "stale" && last !== undefined) this.#frozen.set(camera, last);
    else this.#frozen.delete(camera);
    if (trouble === "down") this.#options.health(camera, false);
    if (before === "down" && trouble !== "down") this.#options.health(camera, true);
  }

  /** The process that takes the pictures starts anew and has forgotten what it was asked for. */
  forget(): void {
    this.#pending.clear();
  }

  take(capture: Capture): void {
    this.#pending.add(capture);
    const { clockwork, dice } = this.#options;
    const trouble = this.#trouble.get(capture.camera);
    if (trouble === "down") {
      clockwork.after(dice.between(5, TIMEOUT_MS), () =>
        this.#failed(capture, "OFFLINE", "the camera cannot be reached"),
      );
      return;
    }
    clockwork.after(dice.between(40, 250), () => {
      if (trouble === "stale") return this.#stale(capture);
      const seen = this.#inView(capture.camera);
      if (seen !== undefined) this.#last.set(capture.camera, seen);
      if (trouble === "slow" && dice.chance(0.5)) {
        clockwork.after(TIMEOUT_MS, () => this.#failed(capture, "TIMEOUT", "no picture in time"));
        return;
      }
      const workMs = trouble === "slow" ? dice.between(2000, 40_000) : dice.between(200, 1200);
      clockwork.after(workMs, () => this.#answer(capture, seen));
    });
  }

  /** The front camera recognises plates by itself and says what it saw as a vehicle drives up. */
  drivesUp(vehicle: Vehicle): void {
    const { clockwork, dice, answer } = this.#options;
    clockwork.after(dice.between(2500, 9000), () => {
      const [reading] = this.#recognition.plate(vehicle.plate, this.#lookOf(vehicle).plate);
      if (reading === undefined) return;
      const confidence = dice.chance(0.3) ? undefined : reading.confidence;
      answer({ type: "plate-seen", device: "front", plate: reading.text, confidence });
    });
  }

  #stale(capture: Capture): void {
    const { dice } = this.#options;
    const old = this.#frozen.get(capture.camera);
    if (old === undefined || !dice.chance(UNSEEN_STALE)) {
      return this.#failed(capture, "IMAGE_INVALID", "the camera sent the same picture again");
    }
    this.#answer(capture, old);
  }

  #failed(capture: Capture, code: string, detail: string): void {
    if (!this.#pending.delete(capture)) return;
    const { captureId, passage, camera } = capture;
    this.#options.answer({ type: "capture-failed", captureId, passage, camera, code, detail });
  }

  #answer(capture: Capture, seen: Vehicle | undefined): void {
    if (!this.#pending.delete(capture)) return;
    const { captureId, passage, camera, task } = capture;
    this.#pictures += 1;
    const sha256 = this.#pictures.toString(16).padStart(64, "0");
    const evidence = { sha256, bytes: 200_000, takenAt: this.#options.utc() };
    const readings = seen === undefined ? [] : this.#read(camera, task, seen);
    for (const { text } of readings) {
      if (seen !== undefined && ![seen.plate, seen.trailer, seen.container].includes(text)) {
        this.#options.misled(camera, seen, text);
      }
    }
    this.#options.answer({
      type: "capture-result",
      captureId,
      passage,
      camera,
      evidence,
      readings,
      modelHash: MODEL_HASH,
      elapsedMs: 400,
    });
  }

  #read(camera: string, task: LaneCamera["task"], seen: Vehicle): TextReading[] {
    const look = this.#lookOf(seen);
    if (task === "container") return this.#recognition.container(seen.container, look.container);
    return camera === "rear"
      ? this.#recognition.plate(seen.trailer, look.trailer)
      : this.#recognition.plate(seen.plate, look.plate);
  }

  #lookOf(vehicle: Vehicle): Look {
    const known = this.#looks.get(vehicle.id);
    if (known !== undefined) return known;
    const look = {
      plate: this.#recognition.conditionOf(vehicle.plate),
      trailer: this.#recognition.conditionOf(vehicle.trailer),
      container: this.#recognition.conditionOf(vehicle.container),
    };
    this.#looks.set(vehicle.id, look);
    return look;
  }

  #inView(camera: string): Vehicle | undefined {
    if (camera === "rear") return this.#behind()?.vehicle;
    return (camera === "side" ? this.#beside() : this.#before())?.vehicle;
  }

  /** The nearest face before the front camera; a vehicle that drives past it hides whatever follows. */
  #before(): Body | undefined {
    const { road } = this.#options;
    const nearest = road.bodies.find((body) => road.tailOf(body) < LANE.frontCamera);
    if (nearest === undefined) return undefined;
    const nose = road.noseOf(nearest);
    return nose >= 0 && nose <= LANE.boom ? nearest : undefined;
  }

  /** The foremost load between the portal and the end of the deck. */
  #beside(): Body | undefined {
    const { road } = this.#options;
    return road.bodies.find((body) => {
      const cargoFront = road.noseOf(body) - 4;
      return cargoFront > LANE.portal.from && road.tailOf(body) < LANE.scaleDeck.to;
    });
  }

  #behind(): Body | undefined {
    const { road } = this.#options;
    return road.bodies.findLast((body) => {
      const tail = road.tailOf(body);
      return tail >= LANE.portal.to && tail <= LANE.boom;
    });
  }
}
