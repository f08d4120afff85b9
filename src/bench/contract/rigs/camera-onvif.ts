import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { OnvifCamera } from "#devices/camera/onvif/driver";
import type { OnvifCameraOptions } from "#devices/camera/onvif/options";
import { CameraSimulator, type CameraSimulatorOptions } from "#devices/camera/onvif/simulator";
import type { CameraTuning } from "#devices/camera/onvif/tuning";
import type { CameraPlant, CameraRig } from "../checks/camera.ts";
import { Recorder } from "../recorder.ts";

export const PASSWORD = 'gate "7" & <more>';
const drawing = sharp({ create: { width: 640, height: 360, channels: 3, background: "#345" } })
  .jpeg()
  .toBuffer();

/** The driver's paces, fast enough for a bench. */
export const FAST: CameraTuning = { backoffMinMs: 20, backoffMaxMs: 200, watchMs: 50, pullMs: 300, random: () => 0.5 };

export interface OnvifRig extends CameraRig {
  readonly simulator: CameraSimulator;
  readonly device: OnvifCamera;
  readonly passwordFile: string;
}

/** A simulated camera that is on, and a driver for it that is not started. */
export async function onvifRig(
  simulated: Partial<CameraSimulatorOptions> = {},
  options: Partial<OnvifCameraOptions> = {},
  tuning: Partial<CameraTuning> = {},
): Promise<OnvifRig> {
  const folder = await mkdtemp(join(tmpdir(), "gatelane-camera-"));
  const passwordFile = join(folder, randomUUID());
  await writeFile(passwordFile, `${PASSWORD}\n`);
  const simulator = new CameraSimulator({ username: "lane", password: PASSWORD, picture: () => drawing, ...simulated });
  await simulator.start();
  const recorder = new Recorder();
  const defaults = { task: "plate", plateEvents: true, timeoutMs: 1_500, maxImageBytes: 1_000_000 } as const;
  const address = { url: simulator.url, username: "lane", passwordFile };
  const device = new OnvifCamera("front", { ...defaults, ...address, ...options }, recorder, { ...FAST, ...tuning });
  const dispose = async () => {
    await device.stop();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { plant: plantOf(simulator), simulator, device, recorder, passwordFile, simulated: true, dispose };
}

function plantOf(simulator: CameraSimulator): CameraPlant {
  const { faults } = simulator;
  const begin = {
    "refuse-login": () => Object.assign(faults, { unauthorised: true }),
    silence: () => Object.assign(faults, { silent: "snapshot" }),
    "web-page": () => Object.assign(faults, { picture: "html" }),
    "cut-short": () => Object.assign(faults, { picture: "truncated" }),
    "50-megapixels": () => Object.assign(faults, { picture: "huge" }),
    "old-picture": () => Object.assign(faults, { picture: "yesterday" }),
    garbage: () => Object.assign(faults, { garbageSoap: true }),
  };
  return {
    powerOn: () => simulator.start(),
    powerOff: () => simulator.stop(),
    showPlate: async (plate) => (simulator.emitPlate({ plate, likelihood: 0.9 }) > 0 ? plate : undefined),
    misbehave: (fault) => begin[fault](),
    behave: () => simulator.clearFaults(),
  };
}
