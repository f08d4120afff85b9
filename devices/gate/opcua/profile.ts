import Type, { type Static, type TSchema } from "typebox";
import type { GateInputs } from "#contract/device";
import { PROFILE_NAME, profileFolder } from "../../profiles.ts";
import { NODE_ID_PATTERN } from "../../transport/opcua/node-ids.ts";
import { DISCRETE_INPUTS, inputsIn } from "../modbus/register-table.ts";

/**
 * The nodes of one gate PLC on OPC UA, as data. Every input must be there, because none of them may be guessed.
 * `{station}` in a node id stands for what the configuration says.
 */

const closed = { additionalProperties: false };
const Node = () => Type.String({ pattern: NODE_ID_PATTERN });
const every = <Name extends string, Schema extends TSchema>(names: readonly Name[], schema: Schema) =>
  Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>;

const Input = Type.Object(
  {
    node: Node(),
    bit: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 31, description: "The node is a word and this bit of it is the input" }),
    ),
    activeWhen: Type.Boolean({ description: "Level at which the input is active" }),
  },
  closed,
);

const Pulse = Type.Union([
  Type.Object({ write: Node() }, { ...closed, description: "True is written, and the PLC clears it" }),
  Type.Object(
    { call: Type.Object({ object: Node(), method: Node() }, closed) },
    { ...closed, description: "A method without arguments is called" },
  ),
]);

export const OUTPUTS = ["entryRed", "entryGreen", "exitRed", "exitGreen", "watchdog"] as const;

export const GateNodesSchema = Type.Object(
  {
    name: Type.String({ pattern: PROFILE_NAME }),
    summary: Type.String({ minLength: 1 }),
    heartbeat: Type.Object(
      { node: Node() },
      { ...closed, description: "Number that the PLC's program changes at least ten times a second" },
    ),
    inputs: Type.Object({ ...every(DISCRETE_INPUTS, Input), oppositeBoomClosed: Type.Optional(Input) }, closed),
    commands: Type.Object({ raiseBoom: Pulse, lowerBoom: Pulse }, closed),
    outputs: Type.Object(every(OUTPUTS, Node()), { ...closed, description: "Boolean nodes: lamps and the watchdog" }),
  },
  closed,
);

export type GateNodes = Static<typeof GateNodesSchema>;
export type PulseNodes = Static<typeof Pulse>;

const PROFILES = profileFolder(
  new URL("./profiles/", import.meta.url),
  "OPC UA gate profile",
  GateNodesSchema,
  ({ inputs }) => {
    const places = inputsIn(inputs).map((name) => `${inputs[name]?.node} ${inputs[name]?.bit ?? ""}`);
    return new Set(places).size < places.length ? "two inputs at one place" : undefined;
  },
);

/** Every profile there is, by name. */
export const gateNodesNames = PROFILES.names;
/** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
export const loadGateNodes = PROFILES.load;
/** Checks what was read from a profile file. Throws LaneError CONFIG_INVALID. */
export const checkGateNodes = PROFILES.check;

/** The profile with `{station}` filled in. */
export function forStation(nodes: GateNodes, station: string): GateNodes {
  return JSON.parse(JSON.stringify(nodes).replaceAll("{station}", station)) as GateNodes;
}

/** What became of the values of the input nodes. */
export type Image = { readonly inputs: GateInputs } | { readonly missing: keyof GateInputs };

/**
 * The inputs behind the values of their nodes.
 * @param valueAt the value of a node, undefined when it has none of good quality.
 */
export function imageOf(nodes: GateNodes, valueAt: (node: string) => unknown): Image {
  const inputs: Partial<Record<keyof GateInputs, boolean>> = {};
  for (const name of inputsIn(nodes.inputs)) {
    const wired = nodes.inputs[name];
    if (wired === undefined) continue;
    const { node, bit, activeWhen } = wired;
    const level = levelOf(valueAt(node), bit);
    if (level === undefined) return { missing: name };
    inputs[name] = level === activeWhen;
  }
  return { inputs: inputs as GateInputs };
}

function levelOf(value: unknown, bit: number | undefined): boolean | undefined {
  if (bit === undefined) return typeof value === "boolean" ? value : undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) return undefined;
  return Math.floor(value / 2 ** bit) % 2 === 1;
}
