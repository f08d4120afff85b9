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
    return (id, options, context) => new ModbusWeighbridge(id, options, context);
  },
};
