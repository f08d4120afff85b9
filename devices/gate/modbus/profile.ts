import Type, { type Static } from "typebox";
import type { GateInputName, GateInputs } from "#contract/device";
import { PROFILE_NAME, profileFolder } from "../../profiles.ts";
import type { Span } from "../../transport/modbus/requests.ts";
import { CHALLENGE_REGISTERS } from "./challenge.ts";
import { COIL_NAMES, type CoilName, DISCRETE_INPUTS, inputsIn } from "./register-table.ts";

/**
 * The I/O map of one gate PLC, as data: where its inputs and coils lie, and which level means active. Every input must
 * be there, because none of them may be guessed. Addresses are as on the wire, counted from 0.
 */

const Address = (description?: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, ...(description === undefined ? {} : { description }) });
const Input = Type.Object(
  { address: Address(), activeWhen: Type.Union([Type.Literal(0), Type.Literal(1)]) },
  { additionalProperties: false },
);
const every = <Name extends string, Schema>(names: readonly Name[], schema: Schema) =>
  Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>;

export const GateProfileSchema = Type.Object(
  {
    name: Type.String({ pattern: PROFILE_NAME }),
    summary: Type.String({ minLength: 1 }),
    manual: Type.Optional(Type.String({ minLength: 1, description: "Where the map was read: product, manual, page" })),
    note: Type.Optional(Type.String({ minLength: 1 })),
    inputs: Type.Object(
      {
        functionCode: Type.Union([Type.Literal(1), Type.Literal(2)], {
          description: "1: the inputs lie in coils; 2: in discrete inputs",
        }),
        bits: Type.Object(
          { ...every(DISCRETE_INPUTS, Input), oppositeBoomClosed: Type.Optional(Input) },
          { additionalProperties: false },
        ),
      },
      { additionalProperties: false },
    ),
    coils: Type.Object(every(COIL_NAMES, Address()), {
      additionalProperties: false,
      description: "The green lamp of a light follows its red one, so that one request switches both",
    }),
    heartbeat: Type.Object(
      {
        functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
        address: Address("Register that the PLC's program counts up, modulo 65536, at least ten times a second"),
      },
      { additionalProperties: false },
    ),
    challenge: Type.Optional(
      Type.Object(
        {
          address: Address("First of the 8 holding registers into which the lane writes a challenge"),
          answer: Type.Object(
            {
              functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
              address: Address("First of the 8 registers in which the PLC's program puts the answer"),
            },
            { additionalProperties: false },
          ),
        },
        {
          additionalProperties: false,
          description:
            "Where a PLC can prove who it is: it answers with the AES-128 encryption of what was written, one block, high bytes first",
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type GateProfile = Static<typeof GateProfileSchema>;

/** Inputs may lie so far apart, bits: one request reads them all, so that they are of one moment. */
const MAX_SPAN = 256;

const PROFILES = profileFolder(
  new URL("./profiles/", import.meta.url),
  "gate profile",
  GateProfileSchema,
  ({ inputs, coils, heartbeat, challenge }) => {
    const inputAddresses = addressesOf(inputs);
    const coilAddresses = COIL_NAMES.map((name) => coils[name]);
    if (new Set(inputAddresses).size < inputAddresses.length) return "two inputs at one address";
    if (new Set(coilAddresses).size < coilAddresses.length) return "two coils at one address";
    if (inputs.functionCode === 1 && inputAddresses.some((address) => coilAddresses.includes(address))) {
      return "an input and an output at one coil";
    }
    if (coils.lightEntryGreen !== coils.lightEntryRed + 1 || coils.lightExitGreen !== coils.lightExitRed + 1) {
      return "the green lamp of each light must follow its red one";
    }
    if (challenge !== undefined && sharesRegisters(challenge, heartbeat)) {
      return "challenge, answer and heartbeat lie in the same registers";
    }
    const span = Math.max(...inputAddresses) - Math.min(...inputAddresses) + 1;
    return span > MAX_SPAN ? `its inputs span ${span}, and at most ${MAX_SPAN} are read at once` : undefined;
  },
);

/** Every profile there is, by name. */
export const gateProfileNames = PROFILES.names;
/** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
export const loadGateProfile = PROFILES.load;
/** Checks what was read from a profile file. Throws LaneError CONFIG_INVALID. */
export const checkGateProfile = PROFILES.check;

/** Of an input that a map does not have. */
const UNWIRED = { address: -1, activeWhen: 1 } as const;

function addressesOf({ bits }: GateProfile["inputs"]): number[] {
  return inputsIn(bits).map((name) => (bits[name] ?? UNWIRED).address);
}

function sharesRegisters(
  challenge: NonNullable<GateProfile["challenge"]>,
  heartbeat: GateProfile["heartbeat"],
): boolean {
  const { address, answer } = challenge;
  const places = [
    ...registers(3, address, CHALLENGE_REGISTERS),
    ...registers(answer.functionCode, answer.address, CHALLENGE_REGISTERS),
    ...registers(heartbeat.functionCode, heartbeat.address, 1),
  ];
  return new Set(places).size < places.length;
}

function registers(functionCode: 3 | 4, address: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${functionCode}:${address + index}`);
}

/** All inputs of a profile as one block of bits. */
export function inputBlockOf({ inputs }: Pick<GateProfile, "inputs">): Omit<Span, "unit"> {
  const addresses = addressesOf(inputs);
  const address = Math.min(...addresses);
  return { address, count: Math.max(...addresses) - address + 1 };
}

/** The inputs behind the bits of one read of the whole block. */
export function decodeInputs(profile: GateProfile, block: readonly boolean[]): GateInputs {
  const start = inputBlockOf(profile).address;
  const { bits } = profile.inputs;
  const level = (name: keyof GateInputs) => {
    const { address, activeWhen } = bits[name] ?? UNWIRED;
    return (block[address - start] === true) === (activeWhen === 1);
  };
  return Object.fromEntries(inputsIn(bits).map((name) => [name, level(name)])) as Record<GateInputName, boolean>;
}

/** The level of one input bit: the inverse of decodeInputs, for simulators. Undefined where no input lies. */
export function inputLevel({ inputs }: GateProfile, values: GateInputs, address: number): boolean | undefined {
  const { address: start, count } = inputBlockOf({ inputs });
  if (address < start || address >= start + count) return undefined;
  const name = inputsIn(inputs.bits).find((candidate) => inputs.bits[candidate]?.address === address);
  return name !== undefined && values[name] === (inputs.bits[name]?.activeWhen === 1);
}

/** The coil at an address, or undefined. */
export function coilAt({ coils }: GateProfile, address: number): CoilName | undefined {
  return COIL_NAMES.find((name) => coils[name] === address);
}
