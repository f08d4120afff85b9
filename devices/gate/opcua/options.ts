import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";
import { opcUaConnectionOptions } from "../../transport/opcua/options.ts";

/** Options of the driver `opcua-gate`, without `class` and `driver`. */
export const GateOpcUaOptionsSchema = Type.Object(
  {
    ...opcUaConnectionOptions,
    profile: Type.String({
      pattern: PROFILE_NAME,
      default: "generic",
      description: "Nodes of the PLC: the name of a file in the folder profiles, without .json",
    }),
    station: Type.String({
      pattern: "^[A-Za-z0-9_.-]{1,64}$",
      default: "Gate",
      description:
        "What the PLC calls this gate: stands for {station} in the profile, so that one PLC may serve several",
    }),
    publishingMs: Type.Integer({
      minimum: 20,
      maximum: 1000,
      default: 50,
      description: "How often the server sends what has changed, milliseconds; many servers do 50 at best",
    }),
    samplingMs: Type.Integer({
      minimum: 5,
      maximum: 500,
      default: 20,
      description: "How often the server looks at its inputs, milliseconds",
    }),
  },
  { additionalProperties: false },
);

export type GateOpcUaOptions = Static<typeof GateOpcUaOptionsSchema>;
