import { devicesOf, type LaneConfig } from "#config/lane-config";
import { driverNamed } from "#devices/registry";
import type { DeviceEntry } from "#edge/devices/device-view";
import { RECOGNISER_ID } from "#edge/edge";

/** The devices of a lane as people are shown them, the recogniser among them. */
export function deviceEntries(config: LaneConfig): readonly DeviceEntry[] {
  const recogniser: DeviceEntry = {
    id: RECOGNISER_ID,
    class: "recogniser",
    driver: "onnx",
    home: "edge",
    summary: "Reads container numbers and plates in pictures, in a process of its own",
    options: {},
  };
  const configured = devicesOf(config).map(({ id, class: deviceClass, driver, home, options }) => ({
    id,
    class: deviceClass,
    driver,
    home,
    summary: driverNamed(driver)?.summary ?? "",
    options,
  }));
  return [...configured, recogniser];
}
