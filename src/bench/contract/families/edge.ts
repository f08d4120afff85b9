import { formatNames } from "#devices/weighbridge/ascii/format";
import { type Family, simulated } from "../check.ts";
import { CAMERA_CHECKS } from "../checks/camera.ts";
import { readerChecks } from "../checks/reader.ts";
import { RECOGNISER_CHECKS } from "../checks/recogniser.ts";
import { VEHICLE_LINK_CHECKS } from "../checks/vehicle-link.ts";
import { weighbridgeChecks } from "../checks/weighbridge.ts";
import { onvifRig } from "../rigs/camera-onvif.ts";
import { idReaderRig, sealReaderRig } from "../rigs/readers.ts";
import { RecogniserBench } from "../rigs/recogniser-onnx.ts";
import { vda5050Rig } from "../rigs/vehicle-link-vda5050.ts";
import { asciiRig } from "../rigs/weighbridge-ascii.ts";

/** `ascii-weighbridge`, with every format. */
export async function asciiWeighbridges(): Promise<Family[]> {
  const driver = { driver: "ascii-weighbridge", class: "weighbridge" } as const;
  return (await formatNames()).map((format) =>
    simulated({ name: `ascii-weighbridge, format ${format}`, ...driver }, weighbridgeChecks(), () => asciiRig(format)),
  );
}

export const onvifCamera = (): Family =>
  simulated({ name: "onvif-camera", driver: "onvif-camera", class: "camera" }, CAMERA_CHECKS, () => onvifRig());

/** Readers of tags, codes and seals on text lines. */
export const textReaders = (): Family[] => {
  const reader = { driver: "text-id-reader", class: "id-reader" } as const;
  return [
    simulated({ name: "text-id-reader, tags", ...reader }, readerChecks("id-reader"), () => idReaderRig("tag")),
    simulated({ name: "text-id-reader, codes", ...reader }, readerChecks("id-reader"), () => idReaderRig("code")),
    simulated(
      { name: "text-seal-reader", driver: "text-seal-reader", class: "seal-reader" },
      readerChecks("seal-reader"),
      () => sealReaderRig(),
    ),
  ];
};

export const vda5050Vehicles = (): Family =>
  simulated(
    { name: "vda5050-vehicles", driver: "vda5050-vehicles", class: "vehicle-link" },
    VEHICLE_LINK_CHECKS,
    vda5050Rig,
  );

/** The lane's own recognition of plates and container numbers, in its process. */
export const onnxRecogniser = (): Family => {
  const bench = new RecogniserBench();
  const shared = { start: () => bench.start(), stop: () => bench.stop() };
  const named = { name: "recogniser", driver: "onnx", class: "recogniser" } as const;
  return simulated(named, RECOGNISER_CHECKS, () => bench.rig(), shared);
};
