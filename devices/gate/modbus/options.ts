import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";

/** Options of the driver `modbus-gate`, without `class` and `driver`. */
export const GateModbusOptionsSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: "Address or host name of the gate PLC" }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 502, description: "TCP port of the gate PLC" }),
    unit: Type.Integer({ minimum: 0, maximum: 247, default: 1, description: "Modbus unit id of the gate PLC" }),
    pollMs: Type.Integer({
      minimum: 5,
      maximum: 1000,
      default: 20,
      description: "Time between two reads of the inputs, milliseconds",
    }),
    timeoutMs: Type.Integer({
      minimum: 50,
      maximum: 5000,
      default: 300,
      description: "Longest wait for one answer of the PLC, milliseconds",
    }),
    profile: Type.String({
      pattern: PROFILE_NAME,
      default: "generic",
      description: "I/O map of the PLC: the name of a file in the folder profiles, without .json",
    }),
  },
  { additionalProperties: false },
);

export type GateModbusOptions = Static<typeof GateModbusOptionsSchema>;
