import type { CameraView } from "../scene/scene.ts";
import { LaneTwin } from "../twin/lane-twin.ts";
import type { PresenceInputs } from "../twin/sensors.ts";
import type { Truck, TruckPhase } from "../twin/truck.ts";
import { PictureBook, type VehiclePictures } from "./pictures.ts";

/** A plate that a camera has read by itself. */
export interface OnboardRead {
  readonly plate: string;
  readonly likelihood: number;
  readonly country: string;
}

/** The devices that feel what moves in the lane. */
export interface MovedDevices {
  readonly gate: {
    readonly boomOpen: boolean;
    readonly lights: { readonly entry: string; readonly exit: string };
    setInputs(inputs: PresenceInputs): void;
  };
  /** Null in a lane that does not weigh. */
  readonly scale: { setLoad(kg: number): void } | null;
  /** The front camera has recognised a plate by itself. */
  emitPlate(read: OnboardRead): void;
}

export interface MotionOptions {
  /** How many times faster than in reality vehicles move. */
  readonly speed: number;
  readonly emptyLane: Readonly<Record<CameraView, Uint8Array>>;
  /** The recognition inside the front camera; it gets its picture and nothing else. Absent: a camera without one. */
  readonly onboard?: (jpeg: Uint8Array) => Promise<readonly OnboardRead[]>;
  readonly onTruck?: (truck: string, phase: TruckPhase) => void;
}

/** How often the lane's physics are worked out and shown to the devices, milliseconds. */
const TICK_MS = 20;

/** The lane's physics: vehicles move as lights and boom allow, and the devices are shown what they would feel of it. */
export class LaneMotion {
  readonly #options: MotionOptions;
  readonly #twin: LaneTwin;
  readonly #pictures: PictureBook;
  readonly #phases = new Map<string, TruckPhase>();
  #ticker: NodeJS.Timeout | undefined;
  #tickedAt = 0;
  #inFront: string | null = null;

  constructor(options: MotionOptions) {
    this.#options = options;
    this.#twin = new LaneTwin({ speed: options.speed });
    this.#pictures = new PictureBook(options.emptyLane);
  }

  start(devices: MovedDevices): void {
    this.#tickedAt = performance.now();
    this.#ticker = setInterval(() => this.#tick(devices), TICK_MS);
  }

  /** Safe to call twice. */
  stop(): void {
    clearInterval(this.#ticker);
  }

  /** A vehicle joins the queue outside; the cameras will show these pictures of it. */
  admit(truck: Truck, pictures: VehiclePictures): void {
    this.#pictures.add(truck.id, pictures);
    this.#twin.enqueue(truck);
  }

  /** Tells whoever stands before the boom to leave the lane backwards. */
  backOut(): void {
    this.#twin.backOut();
  }

  /** What a camera with this view sees now. */
  picture(view: CameraView): Uint8Array {
    return this.#pictures.take(view, this.#twin.state().view[view]);
  }

  #tick(devices: MovedDevices): void {
    const now = performance.now();
    const { boomOpen, lights } = devices.gate;
    const observed = {
      boomOpen,
      entryLight: lights.entry === "green" ? "green" : "red",
      exitLight: lights.exit === "green" ? "green" : "red",
    } as const;
    const state = this.#twin.tick(Math.min(now - this.#tickedAt, 1000), observed);
    this.#tickedAt = now;
    devices.gate.setInputs(state.inputs);
    devices.scale?.setLoad(state.loadKg);
    for (const { id, phase } of state.trucks) this.#noticePhase(id, phase);
    this.#noticeFront(state.view.front, devices);
  }

  #noticePhase(id: string, phase: TruckPhase): void {
    if (this.#phases.get(id) === phase) return;
    this.#phases.set(id, phase);
    if (phase === "passed" || phase === "turned-back") this.#pictures.remove(id);
    this.#options.onTruck?.(id, phase);
  }

  #noticeFront(vehicle: string | null, devices: MovedDevices): void {
    if (vehicle === this.#inFront) return;
    this.#inFront = vehicle;
    const { onboard } = this.#options;
    const jpeg = vehicle === null ? undefined : this.#pictures.look("front", vehicle);
    if (onboard === undefined || jpeg === undefined) return;
    onboard(jpeg).then(
      (reads) => {
        for (const read of reads) devices.emitPlate(read);
      },
      // A camera whose recognition fails says nothing; so do real ones.
      () => undefined,
    );
  }
}
