import { CameraSimulator } from "#devices/camera/onvif/simulator";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type { CameraView } from "../scene/scene.ts";
import { LaneTwin } from "../twin/lane-twin.ts";
import type { Truck, TruckPhase } from "../twin/truck.ts";
import { PictureBook, type VehiclePictures } from "./pictures.ts";

export const CAMERA_VIEWS: readonly CameraView[] = ["front", "rear", "side"];

/** A plate that a camera has read by itself. */
export interface OnboardRead {
  readonly plate: string;
  readonly likelihood: number;
  readonly country: string;
}

export interface HardwareOptions {
  /** How many times faster than in reality vehicles, boom and platform move. */
  readonly speed: number;
  readonly cameraUser: string;
  readonly cameraPassword: string;
  readonly emptyLane: Readonly<Record<CameraView, Uint8Array>>;
  /** The recognition inside the front camera; it gets its picture and nothing else. Absent: a camera without one. */
  readonly onboard?: (jpeg: Uint8Array) => Promise<readonly OnboardRead[]>;
  readonly onTruck?: (truck: string, phase: TruckPhase) => void;
}

/** Where the simulated devices listen. */
export interface HardwarePorts {
  readonly gate: number;
  readonly weighbridge: number;
  readonly cameras: Readonly<Record<CameraView, number>>;
}

export interface BoomCounters {
  readonly raised: number;
  readonly lowered: number;
}

/** How often the lane's physics are worked out and shown to the devices, milliseconds. */
const TICK_MS = 20;

/** The hardware of one lane, simulated on its real wires and moved together by the twin. */
export class Hardware {
  readonly gate: GatePlcSimulator;
  readonly weighbridge: WeighbridgeSimulator;
  readonly cameras: Readonly<Record<CameraView, CameraSimulator>>;
  readonly #options: HardwareOptions;
  readonly #twin: LaneTwin;
  readonly #pictures: PictureBook;
  readonly #phases = new Map<string, TruckPhase>();
  #ticker: NodeJS.Timeout | undefined;
  #tickedAt = 0;
  #inFront: string | null = null;

  constructor(options: HardwareOptions) {
    this.#options = options;
    const { speed, emptyLane } = options;
    this.gate = new GatePlcSimulator({ speed });
    this.weighbridge = new WeighbridgeSimulator({ speed });
    this.#twin = new LaneTwin({ speed });
    this.#pictures = new PictureBook(emptyLane);
    this.cameras = { front: this.#camera("front"), rear: this.#camera("rear"), side: this.#camera("side") };
  }

  async start(): Promise<HardwarePorts> {
    await this.gate.start();
    await this.weighbridge.start();
    for (const view of CAMERA_VIEWS) await this.cameras[view].start();
    this.#tickedAt = performance.now();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    return {
      gate: this.gate.port,
      weighbridge: this.weighbridge.port,
      cameras: { front: this.cameras.front.port, rear: this.cameras.rear.port, side: this.cameras.side.port },
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    for (const view of CAMERA_VIEWS) await this.cameras[view].stop();
    await this.weighbridge.stop();
    await this.gate.stop();
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

  get boom(): BoomCounters {
    const { raise, lower } = this.gate.counters;
    return { raised: raise, lowered: lower };
  }

  #camera(view: CameraView): CameraSimulator {
    const { cameraUser: username, cameraPassword: password } = this.#options;
    const picture = () => this.#pictures.take(view, this.#twin.state().view[view]);
    return new CameraSimulator({ username, password, picture });
  }

  #tick(): void {
    const now = performance.now();
    const { lights } = this.gate;
    const observed = {
      boomOpen: this.gate.inputs.boomOpen,
      entryLight: lights.entry === "green" ? "green" : "red",
      exitLight: lights.exit === "green" ? "green" : "red",
    } as const;
    const state = this.#twin.tick(Math.min(now - this.#tickedAt, 1000), observed);
    this.#tickedAt = now;
    this.gate.setInputs(state.inputs);
    this.weighbridge.setLoad(state.loadKg);
    for (const { id, phase } of state.trucks) this.#noticePhase(id, phase);
    this.#noticeFront(state.view.front);
  }

  #noticePhase(id: string, phase: TruckPhase): void {
    if (this.#phases.get(id) === phase) return;
    this.#phases.set(id, phase);
    if (phase === "passed" || phase === "turned-back") this.#pictures.remove(id);
    this.#options.onTruck?.(id, phase);
  }

  #noticeFront(vehicle: string | null): void {
    if (vehicle === this.#inFront) return;
    this.#inFront = vehicle;
    const { onboard } = this.#options;
    const jpeg = vehicle === null ? undefined : this.#pictures.look("front", vehicle);
    if (onboard === undefined || jpeg === undefined) return;
    onboard(jpeg).then(
      (reads) => {
        for (const read of reads) this.cameras.front.emitPlate(read);
      },
      // A camera whose recognition fails says nothing; so do real ones.
      () => undefined,
    );
  }
}
