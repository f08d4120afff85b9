import { setTimeout as wait } from "node:timers/promises";
import { clearanceOf } from "../demo/clearances.ts";
import { containerNumber, vietnamesePlate } from "../demo/numbers.ts";
import type { VehiclePictures } from "../hardware/pictures.ts";
import { createRandom } from "../scene/random.ts";
import { renderScene } from "../scene/scene.ts";
import type { ChaosLane } from "./chaos-lane.ts";

interface Painted {
  readonly plate: string;
  readonly container: string;
  readonly pictures: VehiclePictures;
}

/** What became of the trucks. */
export interface TrafficFigures {
  readonly admitted: number;
  readonly passed: number;
  readonly turnedBack: number;
}

const TRACTOR_TARE_KG = 14_500;
const CONTAINER_TARE_KG = 2_300;
const LOAD_KG = 18_000;
/** Different trucks; each comes again and again, every time with a clearance of its own. */
const TRUCKS = 4;
/** A driver who is not let out turns back after this, milliseconds. */
const PATIENCE_MS = 12_000;
const LOOK_MS = 50;
/** Room between two trucks, milliseconds. */
const HEADWAY_MS = 600;

/** Trucks that drive through the lane without end, each with a fresh clearance, whatever else happens. */
export class Traffic {
  readonly #lane: ChaosLane;
  readonly #trucks: readonly Painted[];
  readonly #phases = new Map<string, string>();
  #admitted = 0;
  #passed = 0;
  #turnedBack = 0;
  #stopping = false;
  #running: Promise<void> | undefined;
  #lastClearance: string | undefined;

  private constructor(lane: ChaosLane, trucks: readonly Painted[]) {
    this.#lane = lane;
    this.#trucks = trucks;
  }

  /** Paints the trucks; takes a moment, during which nothing else in this process runs. */
  static async paint(lane: ChaosLane, seed: number): Promise<Traffic> {
    const random = createRandom(seed);
    const trucks: Painted[] = [];
    for (let count = 0; count < TRUCKS; count++) {
      const [plate, container] = [vietnamesePlate(random), containerNumber(random)];
      const front = await renderScene({ plate, container, seed: 11, view: "front" });
      const side = await renderScene({ container, seed: 11, view: "side" });
      trucks.push({ plate, container, pictures: { front: [front], rear: [], side: [side] } });
    }
    return new Traffic(lane, trucks);
  }

  get figures(): TrafficFigures {
    return { admitted: this.#admitted, passed: this.#passed, turnedBack: this.#turnedBack };
  }

  noticed(truck: string, phase: string): void {
    this.#phases.set(truck, phase);
  }

  /** Trucks come one after the other until `stop`. */
  start(): void {
    this.#running ??= this.#drive();
  }

  /** The truck that is in the lane drives out first. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** One truck; true when it passed. */
  async send(): Promise<boolean> {
    const number = this.#admitted + 1;
    this.#admitted = number;
    const painted = this.#trucks[number % this.#trucks.length];
    if (painted === undefined) return false;
    await this.#announce(number, painted);
    const id = `truck-${number}`;
    this.#lane.hardware.admit({ id, kind: "semi-trailer", grossKg: TRACTOR_TARE_KG + LOAD_KG }, painted.pictures);
    const end = await this.#gone(id);
    this.#phases.delete(id);
    if (end === "passed") this.#passed += 1;
    else this.#turnedBack += 1;
    return end === "passed";
  }

  /** The clearance of the truck before is taken off the list: a lane must not mix up two visits of one truck. */
  async #announce(number: number, { plate, container }: Painted): Promise<void> {
    const id = `CL-${number}`;
    const clearance = clearanceOf({
      id,
      plate,
      container,
      declaredGrossKg: LOAD_KG,
      tractorTareKg: TRACTOR_TARE_KG,
      containerTareKg: CONTAINER_TARE_KG,
      nowUtc: Date.now(),
    });
    const before = this.#lastClearance;
    this.#lastClearance = id;
    // Without a broker it stays in the client and goes out with the next connection.
    const publishing = this.#lane.operations.publishDelta([clearance], before === undefined ? [] : [before]);
    publishing.catch(() => undefined);
    await Promise.race([publishing.catch(() => undefined), wait(1_000)]);
  }

  async #gone(id: string): Promise<string> {
    let askedAt = performance.now();
    for (;;) {
      const phase = this.#phases.get(id) ?? "";
      if (phase === "passed" || phase === "turned-back") return phase;
      if (performance.now() - askedAt > PATIENCE_MS && phase !== "waiting" && phase !== "") {
        this.#lane.hardware.backOut();
        askedAt = performance.now();
      }
      await wait(LOOK_MS);
    }
  }

  async #drive(): Promise<void> {
    while (!this.#stopping) {
      await this.send();
      await wait(HEADWAY_MS);
    }
  }
}
