import { CameraSimulator } from "#devices/camera/onvif/simulator";
import type { CameraView } from "../scene/scene.ts";
import { type CameraFitting, type DeviceEntry, textOption } from "./fitting.ts";

/** Name of the camera driver that there is. */
export const CAMERA_DRIVER = "onvif-camera";

/** Where a camera hangs: where its name says, or where cameras with its task do. */
export function viewOf(id: string, entry: DeviceEntry): CameraView {
  if (id === "front" || id === "rear" || id === "side") return id;
  return textOption(entry, "task") === "container" ? "side" : "front";
}

/** A camera that shows `picture`. */
export function cameraFitting(entry: DeviceEntry, password: string, picture: () => Uint8Array): CameraFitting {
  const camera = new CameraSimulator({ username: textOption(entry, "username") ?? "lane", password, picture });
  return {
    start: async () => {
      await camera.start();
      return { options: { url: `http://127.0.0.1:${camera.port}/onvif/device_service` } };
    },
    stop: () => camera.stop(),
    emitPlate: (plate) => void camera.emitPlate(plate),
  };
}
