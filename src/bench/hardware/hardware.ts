import { CameraSimulator } from "#devices/camera/onvif/simulator";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type { CameraView } from "../scene/scene.ts";
import type { Truck } from "../twin/truck.ts";
import { LaneMotion, type MotionOptions } from "./motion.ts";
import type { VehiclePictures } from "./pictures.ts";

export const CAMERA_VIEWS: readonly CameraView[] = ["front", "rear", "side"];

export interface HardwareOptions extends MotionOptions {
  readonly cameraUser: string;
  readonly cameraPassword: string;
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

/** The hardware of the standard lane (Modbus TCP and ONVIF), simulated on its real wires and moved together. */
export class Hardware {
  readonly gate: GatePlcSimulator;
  readonly weighbridge: WeighbridgeSimulator;
  readonly cameras: Readonly<Record<CameraView, CameraSimulator>>;
  readonly #options: HardwareOptions;
  readonly #motion: LaneMotion;

  constructor(options: HardwareOptions) {
    this.#options = options;
    const { speed } = options;
    this.gate = new GatePlcSimulator({ speed });
    this.weighbridge = new WeighbridgeSimulator({ speed });
    this.#motion = new LaneMotion(options);
    this.cameras = { front: this.#camera("front"), rear: this.#camera("rear"), side: this.#camera("side") };
  }

  async start(): Promise<HardwarePorts> {
    await this.gate.start();
    await this.weighbridge.start();
    for (const view of CAMERA_VIEWS) await this.cameras[view].start();
    const { gate, weighbridge: scale, cameras } = this;
    this.#motion.start({
      gate: {
        get boomOpen() {
          return gate.inputs.boomOpen;
        },
        get lights() {
          return gate.lights;
        },
        setInputs: (inputs) => gate.setInputs(inputs),
      },
      scale,
      emitPlate: (read) => void cameras.front.emitPlate(read),
    });
    return {
      gate: gate.port,
      weighbridge: scale.port,
      cameras: { front: cameras.front.port, rear: cameras.rear.port, side: cameras.side.port },
    };
  }

  async stop(): Promise<void> {
    this.#motion.stop();
    for (const view of CAMERA_VIEWS) await this.cameras[view].stop();
    await this.weighbridge.stop();
    await this.gate.stop();
  }

  /** A vehicle joins the queue outside; the cameras will show these pictures of it. */
  admit(truck: Truck, pictures: VehiclePictures): void {
    this.#motion.admit(truck, pictures);
  }

  /** Tells whoever stands before the boom to leave the lane backwards. */
  backOut(): void {
    this.#motion.backOut();
  }

  get boom(): BoomCounters {
    const { raise, lower } = this.gate.counters;
    return { raised: raise, lowered: lower };
  }

  #camera(view: CameraView): CameraSimulator {
    const { cameraUser: username, cameraPassword: password } = this.#options;
    return new CameraSimulator({ username, password, picture: () => this.#motion.picture(view) });
  }
}
