import Type, { type Static } from "typebox";
import { PROFILE_NAME, profileFolder } from "../../profiles.ts";
import { MAX_READ_REGISTERS } from "../../transport/modbus/protocol.ts";

/**
 * The register map of one weighing indicator, as data. There is no common map (domain guide, section 4), so what differs
 * between products stands here and nowhere in code. Addresses are as on the wire, counted from 0.
 */

const Address = () => Type.Integer({ minimum: 0, maximum: 65_535 });
const Bit = (description: string) =>
  Type.Object(
    {
      bit: Type.Integer({ minimum: 0, maximum: 15 }),
      /** Some indicators signal motion instead of standstill, or no fault instead of a fault. */
      activeWhen: Type.Union([Type.Literal(0), Type.Literal(1)]),
    },
    { additionalProperties: false, description },
  );

export const WeighbridgeProfileSchema = Type.Object(
  {
    name: Type.String({ pattern: PROFILE_NAME }),
    summary: Type.String({ minLength: 1 }),
    manual: Type.Optional(Type.String({ minLength: 1, description: "Where the map was read: product, manual, page" })),
    note: Type.Optional(
      Type.String({ minLength: 1, description: "What the manual leaves open, and what follows from that" }),
    ),
    unverified: Type.Optional(
      Type.Array(Type.String({ pattern: "^[a-zA-Z]+(/[a-zA-Z]+)*$" }), {
        minItems: 1,
        description: "Fields, as paths, that are taken from usage or a sister product: check them at commissioning",
      }),
    ),
    functionCode: Type.Union([Type.Literal(3), Type.Literal(4)], {
      description: "3: everything lies in holding registers; 4: in input registers",
    }),
    gross: Type.Object(
      {
        address: Address(),
        type: Type.Union([Type.Literal("int16"), Type.Literal("int32"), Type.Literal("float32")]),
        wordOrder: Type.Union([Type.Literal("high-first"), Type.Literal("low-first")]),
        scale: Type.Number({ exclusiveMinimum: 0, description: "Kilograms of one count" }),
        unit: Type.Literal("kg"),
        noValue: Type.Array(Type.Number(), {
          description: "Counts that stand for no weight, besides those that every integer map uses",
        }),
        negative: Type.Optional(Bit("Bit of the status register: the weight is below zero, and its count a magnitude")),
      },
      { additionalProperties: false },
    ),
    status: Type.Optional(
      Type.Object(
        {
          address: Address(),
          stable: Type.Optional(Bit("The weight stands still; without this bit it never counts as stable")),
          zero: Type.Optional(Bit("The weight is inside the zero band; without this bit a weight of exactly 0 is")),
          overRange: Type.Optional(Bit("The weight is above what can be measured")),
          underRange: Type.Optional(Bit("The weight is below what can be measured")),
          valid: Type.Optional(
            Type.Array(Bit("The weight is a measured one"), { minItems: 1, description: "All must be active" }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    sampleCounter: Type.Optional(
      Type.Object(
        { address: Address() },
        { additionalProperties: false, description: "Register that changes with every new measurement" },
      ),
    ),
  },
  { additionalProperties: false },
);

export type WeighbridgeProfile = Static<typeof WeighbridgeProfileSchema>;
export type StatusBit = Static<ReturnType<typeof Bit>>;

const PROFILES = profileFolder(
  new URL("./profiles/", import.meta.url),
  "weighbridge profile",
  WeighbridgeProfileSchema,
  (profile) => {
    if (profile.gross.negative !== undefined && profile.status === undefined) {
      return "gross/negative is a bit of a status register";
    }
    const { count } = blockOf(profile);
    return count > MAX_READ_REGISTERS
      ? `its registers span ${count}, and one read takes ${MAX_READ_REGISTERS}`
      : undefined;
  },
);

/** Every profile there is, by name. */
export const profileNames = PROFILES.names;
/** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
export const loadProfile = PROFILES.load;
/** Checks what was read from a profile file. Throws LaneError CONFIG_INVALID. */
export const checkProfile = PROFILES.check;

/** Registers of one value. */
export function widthOf(type: WeighbridgeProfile["gross"]["type"]): 1 | 2 {
  return type === "int16" ? 1 : 2;
}

/** All registers of a profile as one block: read with one request, so that weight and status are of one moment. */
export function blockOf(profile: WeighbridgeProfile): { readonly address: number; readonly count: number } {
  const { gross, status, sampleCounter } = profile;
  const used = [gross.address, gross.address + widthOf(gross.type) - 1];
  if (status !== undefined) {
    used.push(status.address);
  }
  if (sampleCounter !== undefined) {
    used.push(sampleCounter.address);
  }
  const address = Math.min(...used);
  return { address, count: Math.max(...used) - address + 1 };
}
