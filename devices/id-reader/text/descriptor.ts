import type { DriverDescriptor, IdReaderDevice } from "#contract/device";
import { type IdReaderTextOptions, IdReaderTextOptionsSchema } from "./options.ts";

/** RFID, e-plate or QR reader that sends one identifier a line. */
export const idReaderText: DriverDescriptor<IdReaderTextOptions, IdReaderDevice> = {
  driver: "text-id-reader",
  class: "id-reader",
  home: "edge",
  summary: "RFID, e-plate or QR reader that sends one identifier a line, over TCP or a serial line",
  options: IdReaderTextOptionsSchema,
  load: async () => {
    const { TextIdReader } = await import("./driver.ts");
    return (id, options, context) => new TextIdReader(id, options, context);
  },
};
