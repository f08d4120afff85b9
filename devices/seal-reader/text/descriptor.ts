import type { DriverDescriptor, SealReaderDevice } from "#contract/device";
import { type SealReaderTextOptions, SealReaderTextOptionsSchema } from "./options.ts";

/** Gateway of electronic seals that sends one state a line. */
export const sealReaderText: DriverDescriptor<SealReaderTextOptions, SealReaderDevice> = {
  driver: "text-seal-reader",
  class: "seal-reader",
  home: "edge",
  summary: "Electronic seals behind a gateway that sends one state a line, over TCP or a serial line",
  options: SealReaderTextOptionsSchema,
  load: async () => {
    const { TextSealReader } = await import("./driver.ts");
    return (id, options, context) => new TextSealReader(id, options, context);
  },
};
