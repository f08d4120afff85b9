import type { CameraDevice, IdReaderDevice, SealReaderDevice, VehicleLinkDevice } from "#contract/device";
import type { CameraRig } from "../checks/camera.ts";
import type { ReaderRig } from "../checks/reader.ts";
import type { VehicleLinkRig } from "../checks/vehicle-link.ts";
import { type FieldDevice, missing } from "./field-device.ts";
import type { Person } from "./person.ts";

/** A real camera in the words of the checks. */
export function cameraRig(field: FieldDevice<CameraDevice>, person: Person): CameraRig {
  const { device, recorder } = field;
  const plant = {
    powerOn: () => field.connect(),
    powerOff: () => field.disconnect(),
    showPlate: async () => {
      const plate = await person.ask("hold a plate before the camera until it has read it, and type the plate");
      return plate.toUpperCase().replace(/[^A-Z0-9]/g, "");
    },
    misbehave: (fault: string) => field.disturb(fault),
    behave: () => field.behave(),
  };
  return { plant, device, recorder, simulated: false, dispose: () => field.dispose() };
}

/** A real reader of tags, codes or seals in the words of the checks. */
export function readerRig(field: FieldDevice<IdReaderDevice | SealReaderDevice>, person: Person): ReaderRig {
  const { device, recorder } = field;
  const plant = {
    powerOn: () => field.connect(),
    powerOff: () => field.disconnect(),
    setCut: (cut: boolean) => (cut ? field.disturb("drop") : field.behave()),
    setSilent: () => missing("a silent reader"),
    show: async () => {
      await person.ask("hold a tag, a code or a seal that it can read before the reader");
    },
    sendRaw: () => missing("bytes of the bench's own"),
  };
  const seen = () => [...recorder.of("id-seen"), ...recorder.of("seal-read")].map((_, index) => index);
  return { plant, device, recorder, seen, simulated: false, dispose: () => field.dispose() };
}

/** A real link to unmanned vehicles in the words of the checks. */
export function vehicleLinkRig(field: FieldDevice<VehicleLinkDevice>): VehicleLinkRig {
  const { device, recorder } = field;
  const setNetwork = (up: boolean) => (up ? field.connect() : field.disconnect());
  const vehicle = async () => missing("a vehicle of the bench's own");
  return { device, recorder, vehicle, setNetwork, simulated: false, dispose: () => field.dispose() };
}
