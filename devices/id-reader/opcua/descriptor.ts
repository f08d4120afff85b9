import type { DriverDescriptor, IdReaderDevice } from "#contract/device";
import { type IdReaderOpcUaOptions, IdReaderOpcUaOptionsSchema } from "./options.ts";

/** RFID or QR reader with an OPC UA server, by the companion specification for automatic identification (OPC 30010). */
export const idReaderOpcUa: DriverDescriptor<IdReaderOpcUaOptions, IdReaderDevice> = {
  driver: "opcua-id-reader",
  class: "id-reader",
  home: "edge",
  summary: "RFID, e-plate or QR reader over OPC UA, by the companion specification OPC 30010 (AutoID)",
  options: IdReaderOpcUaOptionsSchema,
  load: async () => {
    const { OpcUaIdReader } = await import("./driver.ts");
    return (id, options, context) => new OpcUaIdReader(id, options, context);
  },
};
