import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";
import { tcpPort } from "../../transport/common/tcp-options.ts";
import { RTU_OPTIONS } from "../../transport/modbus/rtu/options.ts";

/** What the driver needs to know, whatever lies between it and the indicator. */
export interface IndicatorOptions {
  readonly unit: number;
  /** Time between two reads of the weight, milliseconds. */
  readonly pollMs: number;
  readonly profile: string;
  /** Anything beyond is no weight, kilograms. */
  readonly capacityKg: number;
}

const profile = Type.String({
  pattern: PROFILE_NAME,
  default: "generic",
  description: "Register map of the indicator: the name of a file in the folder profiles, without .json",
});
const capacityKg = Type.Integer({
  minimum: 1,
  maximum: 200_000,
  default: 80_000,
  description: "Largest weight that the weighbridge can measure, kilograms; anything beyond is no weight",
});
const pollMs = (defaultMs: number) =>
  Type.Integer({
    minimum: 20,
    maximum: 2000,
    default: defaultMs,
    description: "Time between two reads of the weight, milliseconds",
  });

/** Options of the driver `modbus-weighbridge`, without `class` and `driver`. */
export const WeighbridgeModbusOptionsSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: "Address or host name of the weighing indicator" }),
    port: tcpPort(502, "TCP port of the weighing indicator"),
    unit: Type.Integer({
      minimum: 0,
      maximum: 255,
      default: 1,
      description: "Modbus unit id of the indicator; some that are alone at their address answer to 255 only",
    }),
    pollMs: pollMs(50),
    timeoutMs: Type.Integer({
      minimum: 50,
      maximum: 5000,
      default: 300,
      description: "Longest wait for one answer of the indicator, milliseconds",
    }),
    profile,
    capacityKg,
  },
  { additionalProperties: false },
);

/** Options of the driver `modbus-rtu-weighbridge`, without `class` and `driver`. */
export const WeighbridgeRtuOptionsSchema = Type.Object(
  { ...RTU_OPTIONS, pollMs: pollMs(100), profile, capacityKg },
  { additionalProperties: false },
);

export type WeighbridgeModbusOptions = Static<typeof WeighbridgeModbusOptionsSchema>;
export type WeighbridgeRtuOptions = Static<typeof WeighbridgeRtuOptionsSchema>;
