import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "#contract/errors";
import { VisionProcess } from "#edge/vision/process";
import type { LaneDevices, Wiring } from "../fittings/fitting.ts";
import { type Carried, LaneHardware } from "../fittings/lane-hardware.ts";
import type { CameraView } from "../scene/scene.ts";
import type { Truck, TruckPhase } from "../twin/truck.ts";
import type { BoomCounters } from "./hardware.ts";
import type { OnboardRead } from "./motion.ts";
import type { VehiclePictures } from "./pictures.ts";

/** Entry of the process that plays the lane's hardware: nothing else may delay its wires. */
export type ToHardware =
  | {
      readonly type: "start";
      readonly speed: number;
      /** Devices of the lane file. */
      readonly devices: LaneDevices;
      /** The password of every device that asks for one. */
      readonly password: string;
      readonly emptyLane: Readonly<Record<CameraView, Uint8Array>>;
      /** The front camera recognises plates by itself. */
      readonly onboard: boolean;
    }
  | { readonly type: "admit"; readonly truck: Truck; readonly pictures: VehiclePictures; readonly carried?: Carried }
  | { readonly type: "back-out" }
  | { readonly type: "stop" };

export type FromHardware =
  | { readonly type: "started"; readonly wirings: Readonly<Record<string, Wiring>> }
  | { readonly type: "failed"; readonly detail: string }
  | { readonly type: "truck"; readonly truck: string; readonly phase: TruckPhase; readonly boom: BoomCounters };

const tell = (message: FromHardware) => process.send?.(message);

let hardware: LaneHardware | undefined;
let recogniser: OnboardRecogniser | undefined;

/** The recognition that a camera with its own plate reader carries: it sees its picture, like ours, and nothing else. */
class OnboardRecogniser {
  readonly #vision = new VisionProcess();
  #directory = "";

  async start(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), "gatelane-camera-"));
    await this.#vision.start();
  }

  async read(jpeg: Uint8Array): Promise<OnboardRead[]> {
    const sha256 = createHash("sha256").update(jpeg).digest("hex");
    const jpegPath = join(this.#directory, `${sha256}.jpg`);
    await writeFile(jpegPath, jpeg);
    const { readings } = await this.#vision.read({ jpegPath, sha256, task: "plate" });
    await rm(jpegPath, { force: true });
    return readings.flatMap((one) =>
      one.kind === "plate" ? [{ plate: one.text, likelihood: one.confidence, country: one.country }] : [],
    );
  }

  async stop(): Promise<void> {
    await this.#vision.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function start(message: Extract<ToHardware, { type: "start" }>): Promise<void> {
  const { speed, devices, password, emptyLane, onboard } = message;
  if (onboard) {
    recogniser = new OnboardRecogniser();
    await recogniser.start();
  }
  const reader = recogniser;
  const started = new LaneHardware({
    speed,
    devices,
    password,
    emptyLane,
    ...(reader === undefined ? {} : { onboard: (jpeg: Uint8Array) => reader.read(jpeg) }),
    onTruck: (truck, phase) => tell({ type: "truck", truck, phase, boom: started.boom }),
  });
  hardware = started;
  try {
    tell({ type: "started", wirings: await started.start() });
  } catch (error) {
    tell({ type: "failed", detail: messageOf(error) });
  }
}

async function stop(): Promise<void> {
  await hardware?.stop();
  await recogniser?.stop();
  process.exit(0);
}

process.on("message", (message: ToHardware) => {
  if (message.type === "start") void start(message);
  else if (message.type === "admit") void hardware?.admit(message.truck, message.pictures, message.carried);
  else if (message.type === "back-out") hardware?.backOut();
  else void stop();
});
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(1));
