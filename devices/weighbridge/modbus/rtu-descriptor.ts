import type { DriverDescriptor, WeighbridgeDevice } from "#contract/device";
import { type WeighbridgeRtuOptions, WeighbridgeRtuOptionsSchema } from "./options.ts";

/** Weighing indicator that speaks Modbus RTU; its registers are described by a profile. */
export const weighbridgeRtu: DriverDescriptor<WeighbridgeRtuOptions, WeighbridgeDevice> = {
  driver: "modbus-rtu-weighbridge",
  class: "weighbridge",
  home: "control",
  summary: "Weighing indicator over Modbus RTU on a serial line or device server, with the register map of a profile",
  options: WeighbridgeRtuOptionsSchema,
  load: async () => {
    const { ModbusWeighbridge } = await import("./driver.ts");
    const { RtuStation } = await import("../../transport/modbus/rtu/station.ts");
    return (id, options, context) =>
      new ModbusWeighbridge(
        id,
        options,
        context,
        (listener) => new RtuStation(options, context, listener, Math.random),
      );
  },
};
