import { after } from "node:test";
import type { CameraSimulator } from "#devices/camera/onvif/simulator";
import { type CameraPlant, cameraContract } from "../../../contract/camera.ts";
import { type OnvifRig, onvifRig } from "./rig.ts";

const rigs: OnvifRig[] = [];
after(() => Promise.all(rigs.map((rig) => rig.dispose())));

cameraContract("onvif", async () => {
  const rig = await onvifRig();
  rigs.push(rig);
  return { plant: plantOf(rig.simulator), device: rig.device, recorder: rig.recorder };
});

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
    showPlate: (plate) => simulator.emitPlate({ plate, likelihood: 0.9 }),
    misbehave: (fault) => begin[fault](),
    behave: () => simulator.clearFaults(),
  };
}
