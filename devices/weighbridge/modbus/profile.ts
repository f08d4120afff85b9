import { readFile } from "node:fs/promises";
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
      },
      { additionalProperties: false },
    ),
    status: Type.Object(
      {
        address: Address(),
        stable: Bit("The weight stands still"),
        zero: Bit("The weight is inside the zero band"),
        overRange: Bit("The weight is above what can be measured"),
        underRange: Bit("The weight is below what can be measured"),
        valid: Type.Optional(Bit("The weight is a measured one")),
      },
      { additionalProperties: false },
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
export type StatusBit = WeighbridgeProfile["status"]["stable"];

const fits = new Ajv({ allErrors: true, strict: true }).compile<WeighbridgeProfile>(WeighbridgeProfileSchema);

/** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
export async function loadProfile(name: string): Promise<WeighbridgeProfile> {
  const file = new URL(`./profiles/${name}.json`, import.meta.url);
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
  const used = [gross.address, gross.address + widthOf(gross.type) - 1, status.address];
  if (sampleCounter !== undefined) {
    used.push(sampleCounter.address);
  }
  const address = Math.min(...used);
  return { address, count: Math.max(...used) - address + 1 };
}
