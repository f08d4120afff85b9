import type { DriverDescriptor, GateDevice } from "#contract/device";
import { type GateOpcUaOptions, GateOpcUaOptionsSchema } from "./options.ts";

/** Boom barrier, presence sensors and lights behind one PLC with an OPC UA server. */
export const gateOpcUa: DriverDescriptor<GateOpcUaOptions, GateDevice> = {
  driver: "opcua-gate",
  class: "gate",
  home: "edge",
  summary: "Boom barrier, loops, photo-eyes and lights behind one PLC, over OPC UA, with the nodes of a profile",
  options: GateOpcUaOptionsSchema,
  load: async () => {
    const { OpcUaGate } = await import("./driver.ts");
    return (id, options, context) => new OpcUaGate(id, options, context);
  },
};
