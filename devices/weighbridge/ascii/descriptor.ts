import type { DriverDescriptor, WeighbridgeDevice } from "#contract/device";
import { type WeighbridgeAsciiOptions, WeighbridgeAsciiOptionsSchema } from "./options.ts";

/** Weighing indicator that sends its weight as text by itself; its frames are described by a format. */
export const weighbridgeAscii: DriverDescriptor<WeighbridgeAsciiOptions, WeighbridgeDevice> = {
  driver: "ascii-weighbridge",
  class: "weighbridge",
  home: "control",
  summary: "Weighing indicator that sends text all the time, on a serial line or device server",
  options: WeighbridgeAsciiOptionsSchema,
  load: async () => {
    const { AsciiWeighbridge } = await import("./driver.ts");
    return (id, options, context) => new AsciiWeighbridge(id, options, context);
  },
};
