import type { BoomCounters } from "../hardware/hardware.ts";
import { LaneMotion, type MotionOptions } from "../hardware/motion.ts";
import type { VehiclePictures } from "../hardware/pictures.ts";
import type { CameraView } from "../scene/scene.ts";
import type { Truck, TruckPhase } from "../twin/truck.ts";
import { CAMERA_DRIVER, cameraFitting, viewOf } from "./cameras.ts";
import type {
  CameraFitting,
  DeviceEntry,
  Fitting,
  FittingContext,
  GateFitting,
  LaneDevices,
  ReaderFitting,
  ScaleFitting,
  Wiring,
} from "./fitting.ts";
import { FLEET_DRIVER, Fleet } from "./fleet.ts";
import { GATE_FITTINGS } from "./gates.ts";
import { OpcUaPlants } from "./opcua-plants.ts";
import { READER_FITTINGS } from "./readers.ts";
import { SCALE_FITTINGS } from "./scales.ts";
import { SerialPlant } from "./serial-plant.ts";

export interface LaneHardwareOptions extends MotionOptions {
  readonly devices: LaneDevices;
  /** The password of every device that asks for one. */
  readonly password: string;
}

/** What a vehicle carries besides what is painted on it. */
export interface Carried {
  /** Held before the lane's readers while it is in the lane, by what they read: tag, code, seal. */
  readonly held: Readonly<Record<string, readonly string[]>>;
  /** Serial number of an unmanned vehicle, which asks for the lane before it comes. */
  readonly serial: string | null;
}

/** The hardware that a lane file names, each device a simulator on the wire of its driver, all moved together. */
export class LaneHardware {
  readonly #options: LaneHardwareOptions;
  readonly #context: FittingContext;
  readonly #motion: LaneMotion;
  readonly #fittings: Fitting[] = [];
  readonly #readers: ReaderFitting[] = [];
  readonly #carried = new Map<string, Carried>();
  #gate: GateFitting | undefined;
  #fleet: Fleet | undefined;
  /** The vehicle that stands before the boom. */
  #atBoom: string | null = null;

  constructor(options: LaneHardwareOptions) {
    this.#options = options;
    const { speed, password } = options;
    this.#context = { speed, password, serial: new SerialPlant(), opcua: new OpcUaPlants(password) };
    const onTruck = (truck: string, phase: TruckPhase) => {
      this.#follow(truck, phase);
      options.onTruck?.(truck, phase);
    };
    this.#motion = new LaneMotion({ ...options, onTruck });
  }

  /**
   * Resolves with what must change in the lane file, by device. Rejects with an Error for a driver that nobody plays, a
   * lane without a gate, and serial ports without socat.
   */
  async start(): Promise<Readonly<Record<string, Wiring>>> {
    const made = new Map<string, Fitting>();
    let scale: ScaleFitting | null = null;
    const plates: CameraFitting[] = [];
    for (const [id, entry] of Object.entries(this.#options.devices)) {
      const gate = await GATE_FITTINGS[entry.driver]?.(entry, this.#context);
      const weighbridge = await SCALE_FITTINGS[entry.driver]?.(entry, this.#context);
      const camera = this.#camera(id, entry);
      const reader = await READER_FITTINGS[entry.driver]?.(entry, this.#context);
      const fleet = entry.driver === FLEET_DRIVER ? new Fleet(entry, this.#options.password) : undefined;
      const fitting = gate ?? weighbridge ?? camera ?? reader ?? fleet;
      if (fitting === undefined) throw new Error(`${id}: there is no simulator for the driver ${entry.driver}`);
      made.set(id, fitting);
      if (reader !== undefined) this.#readers.push(reader);
      if (fleet !== undefined) this.#fleet = fleet;
      if (gate !== undefined) this.#gate = gate;
      scale = weighbridge ?? scale;
      if (camera !== undefined && viewOf(id, entry) === "front") plates.push(camera);
    }
    const gate = this.#gate;
    if (gate === undefined) throw new Error("the lane file names no gate");
    const wirings = await this.#startAll(made);
    const emitPlate: CameraFitting["emitPlate"] = (read) => {
      for (const camera of plates) camera.emitPlate(read);
    };
    this.#motion.start({ gate: this.#seenBy(gate), scale, emitPlate });
    return wirings;
  }

  /** Safe to call twice, also after a start that failed. */
  async stop(): Promise<void> {
    this.#motion.stop();
    for (const fitting of this.#fittings.splice(0).reverse()) await fitting.stop();
    await this.#context.serial.stop();
    await this.#context.opcua.stop();
  }

  /** A vehicle joins the queue outside; the cameras will show these pictures of it. An unmanned one asks first. */
  async admit(truck: Truck, pictures: VehiclePictures, carried?: Carried): Promise<void> {
    if (carried !== undefined) this.#carried.set(truck.id, carried);
    if (carried?.serial != null) await this.#fleet?.request(truck.id, carried.serial);
    this.#motion.admit(truck, pictures);
  }

  /** Tells whoever stands before the boom to leave the lane backwards. */
  backOut(): void {
    this.#motion.backOut();
  }

  get boom(): BoomCounters {
    return this.#gate?.boom ?? { raised: 0, lowered: 0 };
  }

  /** An unmanned vehicle stays where it is while it has no permission, however open the boom is. */
  #seenBy(gate: GateFitting) {
    const mayDrive = () => this.#atBoom === null || (this.#fleet?.mayDrive(this.#atBoom) ?? true);
    return {
      get boomOpen() {
        return gate.boomOpen && mayDrive();
      },
      get lights() {
        return gate.lights;
      },
      setInputs: (inputs: Parameters<GateFitting["setInputs"]>[0]) => gate.setInputs(inputs),
    };
  }

  /** What a vehicle carries is before the readers while it is in the lane. */
  #follow(truck: string, phase: TruckPhase): void {
    if (phase === "standing") this.#atBoom = truck;
    else if (this.#atBoom === truck) this.#atBoom = null;
    const carried = this.#carried.get(truck);
    if (carried === undefined) return;
    const out = phase === "passed" || phase === "turned-back";
    for (const reader of this.#readers) {
      if (phase === "standing") reader.hold(...(carried.held[reader.reads] ?? []));
      else if (out) reader.hold();
    }
    if (!out) return;
    this.#carried.delete(truck);
    if (carried.serial !== null) void this.#fleet?.leave(truck);
  }

  #camera(id: string, entry: DeviceEntry): CameraFitting | undefined {
    if (entry.driver !== CAMERA_DRIVER) return undefined;
    const view: CameraView = viewOf(id, entry);
    return cameraFitting(entry, this.#options.password, () => this.#motion.picture(view));
  }

  async #startAll(made: ReadonlyMap<string, Fitting>): Promise<Record<string, Wiring>> {
    await this.#context.serial.start();
    const wirings: Record<string, Wiring> = {};
    for (const [id, fitting] of made) {
      this.#fittings.push(fitting);
      wirings[id] = await fitting.start();
    }
    return wirings;
  }
}
