import { readdir, readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import { LaneError, messageOf } from "#contract/errors";
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
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
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

const fits = new Ajv({ allErrors: true, strict: true }).compile<WeighbridgeProfile>(WeighbridgeProfileSchema);

const FOLDER = new URL("./profiles/", import.meta.url);

/** Every profile there is, by name. */
export async function profileNames(): Promise<readonly string[]> {
  return (await readdir(FOLDER)).map((file) => file.replace(/\.json$/, "")).toSorted();
}

/** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
export async function loadProfile(name: string): Promise<WeighbridgeProfile> {
  const file = new URL(`${name}.json`, FOLDER);
  try {
    return checkProfile(JSON.parse(await readFile(file, "utf8")), name);
  } catch (error) {
    if (error instanceof LaneError) {
      throw error;
    }
    throw new LaneError("CONFIG_INVALID", `weighbridge profile ${name}: ${messageOf(error)}`, { cause: error });
  }
}

/** Checks what was read from a profile file. Throws LaneError CONFIG_INVALID. */
export function checkProfile(data: unknown, name: string): WeighbridgeProfile {
  if (!fits(data)) {
    const places = fits.errors?.map(({ instancePath, message }) => `${instancePath || "/"} ${message}`) ?? [];
    throw new LaneError("CONFIG_INVALID", `weighbridge profile ${name}: ${places.join("; ")}`);
  }
  if (data.name !== name) {
    throw new LaneError("CONFIG_INVALID", `weighbridge profile ${name}: it calls itself ${data.name}`);
  }
  if (data.gross.negative !== undefined && data.status === undefined) {
    throw new LaneError("CONFIG_INVALID", `weighbridge profile ${name}: gross/negative is a bit of a status register`);
  }
  const { count } = blockOf(data);
  if (count > MAX_READ_REGISTERS) {
    const detail = `its registers span ${count}, and one read takes ${MAX_READ_REGISTERS}`;
    throw new LaneError("CONFIG_INVALID", `weighbridge profile ${name}: ${detail}`);
  }
  return data;
}

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
