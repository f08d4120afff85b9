import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";
import { tcpPort } from "../../transport/common/tcp-options.ts";
import { RTU_OPTIONS } from "../../transport/modbus/rtu/options.ts";

/** What the driver needs to know, whatever lies between it and the PLC. */
export interface PlcOptions {
  readonly unit: number;
  /** Time between two reads of the inputs, milliseconds. */
  readonly pollMs: number;
  readonly profile: string;
  /** File with the key that the PLC must prove to know; absent: who answers is believed. */
  readonly challengeKeyFile?: string;
}

const pollMs = Type.Integer({
  minimum: 5,
  maximum: 1000,
  default: 20,
  description: "Time between two reads of the inputs, milliseconds; a slow line takes its own time",
});
const profile = Type.String({
  pattern: PROFILE_NAME,
  default: "generic",
  description: "I/O map of the PLC: the name of a file in the folder profiles, without .json",
});

const challengeKeyFile = Type.Optional(
  Type.String({
    minLength: 1,
    description:
      "File with the key, 32 hexadecimal digits, that the PLC must prove to know once a second; absent: whoever answers at its address is believed",
  }),
);

/** Options of the driver `modbus-gate`, without `class` and `driver`. */
export const GateModbusOptionsSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: "Address or host name of the gate PLC" }),
    port: tcpPort(502, "TCP port of the gate PLC"),
    unit: Type.Integer({ minimum: 0, maximum: 247, default: 1, description: "Modbus unit id of the gate PLC" }),
    pollMs,
    timeoutMs: Type.Integer({
      minimum: 50,
      maximum: 5000,
      default: 300,
      description: "Longest wait for one answer of the PLC, milliseconds",
    }),
    profile,
    challengeKeyFile,
  },
  { additionalProperties: false },
);

/** Options of the driver `modbus-rtu-gate`, without `class` and `driver`. */
export const GateRtuOptionsSchema = Type.Object(
  { ...RTU_OPTIONS, pollMs, profile, challengeKeyFile },
  { additionalProperties: false },
);

export type GateModbusOptions = Static<typeof GateModbusOptionsSchema>;
export type GateRtuOptions = Static<typeof GateRtuOptionsSchema>;
