import type { DriverDescriptor, WeighbridgeDevice } from "#contract/device";
import { type WeighbridgeModbusOptions, WeighbridgeModbusOptionsSchema } from "./options.ts";

/** Weighing indicator that speaks Modbus TCP; its registers are described by a profile. */
export const weighbridgeModbus: DriverDescriptor<WeighbridgeModbusOptions, WeighbridgeDevice> = {
  driver: "modbus-weighbridge",
  class: "weighbridge",
  home: "control",
  summary: "Weighing indicator over Modbus TCP, with the register map of a profile",
  options: WeighbridgeModbusOptionsSchema,
  load: async () => {
    const { ModbusWeighbridge } = await import("./driver.ts");
    const { ModbusBus } = await import("../../transport/modbus/bus.ts");
    const { overTcp } = await import("../../transport/modbus/tcp-wire.ts");
    return (id, options, context) => {
      const settings = { open: overTcp(options), timeoutMs: options.timeoutMs };
      return new ModbusWeighbridge(id, options, context, (listener) => new ModbusBus(settings, listener, Math.random));
    };
  },
};
