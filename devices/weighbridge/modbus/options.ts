import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";

/** Options of the driver `modbus-weighbridge`, without `class` and `driver`. */
export const WeighbridgeModbusOptionsSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: "Address or host name of the weighing indicator" }),
    port: Type.Integer({
      minimum: 1,
      maximum: 65_535,
      default: 502,
      description: "TCP port of the weighing indicator",
    }),
    unit: Type.Integer({
      minimum: 0,
      maximum: 255,
      default: 1,
      description: "Modbus unit id of the indicator; some that are alone at their address answer to 255 only",
    }),
    pollMs: Type.Integer({
      minimum: 20,
      maximum: 2000,
      default: 50,
      description: "Time between two reads of the weight, milliseconds",
    }),
    timeoutMs: Type.Integer({
      minimum: 50,
      maximum: 5000,
      default: 300,
      description: "Longest wait for one answer of the indicator, milliseconds",
    }),
    profile: Type.String({
      pattern: PROFILE_NAME,
      default: "generic",
      description: "Register map of the indicator: the name of a file in the folder profiles, without .json",
    }),
    capacityKg: Type.Integer({
      minimum: 1,
      maximum: 200_000,
      default: 80_000,
      description: "Largest weight that the weighbridge can measure, kilograms; anything beyond is no weight",
    }),
  },
  { additionalProperties: false },
);

export type WeighbridgeModbusOptions = Static<typeof WeighbridgeModbusOptionsSchema>;
