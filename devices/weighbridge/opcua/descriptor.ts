import type { DriverDescriptor, WeighbridgeDevice } from "#contract/device";
import { type WeighbridgeOpcUaOptions, WeighbridgeOpcUaOptionsSchema } from "./options.ts";

/** Weighbridge with an OPC UA server, by the companion specification for weighing (OPC 40200). */
export const weighbridgeOpcUa: DriverDescriptor<WeighbridgeOpcUaOptions, WeighbridgeDevice> = {
  driver: "opcua-weighbridge",
  class: "weighbridge",
  home: "edge",
  summary: "Weighbridge over OPC UA, by the companion specification OPC 40200 (VehicleScaleType)",
  options: WeighbridgeOpcUaOptionsSchema,
  load: async () => {
    const { OpcUaWeighbridge } = await import("./driver.ts");
    return (id, options, context) => new OpcUaWeighbridge(id, options, context);
  },
};
