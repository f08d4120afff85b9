import type { DriverDescriptor, GateDevice } from "#contract/device";
import { type GateModbusOptions, GateModbusOptionsSchema } from "./options.ts";

/** Boom barrier, presence sensors and lights behind one PLC that speaks Modbus TCP. */
export const gateModbus: DriverDescriptor<GateModbusOptions, GateDevice> = {
  driver: "modbus-gate",
  class: "gate",
  home: "control",
  summary: "Boom barrier, loops, photo-eyes and lights behind one PLC, over Modbus TCP",
  options: GateModbusOptionsSchema,
  load: async () => {
    const { ModbusGate } = await import("./driver.ts");
    return (id, options, context) => new ModbusGate(id, options, context);
  },
};
