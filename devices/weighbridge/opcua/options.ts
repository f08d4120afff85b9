import Type, { type Static } from "typebox";
import { NODE_ID_PATTERN } from "../../transport/opcua/node-ids.ts";
import { opcUaConnectionOptions } from "../../transport/opcua/options.ts";

/** Options of the driver `opcua-weighbridge`, without `class` and `driver`. */
export const WeighbridgeOpcUaOptionsSchema = Type.Object(
  {
    ...opcUaConnectionOptions,
    scale: Type.String({
      pattern: NODE_ID_PATTERN,
      description: "Node of the scale, an object of VehicleScaleType (OPC 40200), as nsu=<namespace>;s=<name>",
    }),
    pollMs: Type.Integer({
      minimum: 20,
      maximum: 2000,
      default: 100,
      description: "Time between two reads of the weight, milliseconds",
    }),
    capacityKg: Type.Integer({
      minimum: 1,
      maximum: 200_000,
      default: 80_000,
      description: "Largest weight that the weighbridge can measure, kilograms; anything beyond is no weight",
    }),
    legalForTrade: Type.Boolean({
      default: true,
      description: "Take only weights that the scale marks as legal for trade",
    }),
    registers: Type.Boolean({
      default: false,
      description: "Let the scale register each load in its own memory (RegisterWeight) when it stands still",
    }),
  },
  { additionalProperties: false },
);

export type WeighbridgeOpcUaOptions = Static<typeof WeighbridgeOpcUaOptionsSchema>;
