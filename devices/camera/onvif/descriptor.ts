import type { CameraDevice, DriverDescriptor } from "#contract/device";
import { type OnvifCameraOptions, OnvifCameraOptionsSchema } from "./options.ts";

/** Cameras that speak ONVIF: pictures over HTTP, and plates that the camera reads itself over pull-point events. */
export const cameraOnvif: DriverDescriptor<OnvifCameraOptions, CameraDevice> = {
  driver: "onvif-camera",
  class: "camera",
  home: "edge",
  summary: "IP camera over ONVIF: snapshots over HTTP, the camera's own plate reads over pull-point events",
  options: OnvifCameraOptionsSchema,
  load: async () => {
    const { OnvifCamera } = await import("./driver.ts");
    return (id, options, context) => new OnvifCamera(id, options, context);
  },
};
