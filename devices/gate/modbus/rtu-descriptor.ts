import type { DriverDescriptor, GateDevice } from "#contract/device";
import { type GateRtuOptions, GateRtuOptionsSchema } from "./options.ts";

/** Boom barrier, presence sensors and lights behind one PLC that speaks Modbus RTU. */
export const gateRtu: DriverDescriptor<GateRtuOptions, GateDevice> = {
  driver: "modbus-rtu-gate",
  class: "gate",
  home: "control",
  summary:
    "Boom barrier, loops, photo-eyes and lights behind one PLC, over Modbus RTU on a serial line or device server",
  options: GateRtuOptionsSchema,
  load: async () => {
    const { ModbusGate } = await import("./driver.ts");
    const { RtuStation } = await import("../../transport/modbus/rtu/station.ts");
    return (id, options, context) =>
      new ModbusGate(id, options, context, (listener) => new RtuStation(options, context, listener, Math.random));
  },
};
