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
    const { ModbusBus } = await import("../../transport/modbus/bus.ts");
    const { overTcp } = await import("../../transport/modbus/tcp-wire.ts");
    return (id, options, context) => {
      const settings = { open: overTcp(options), timeoutMs: options.timeoutMs };
      return new ModbusGate(id, options, context, (listener) => new ModbusBus(settings, listener, Math.random));
    };
  },
};
