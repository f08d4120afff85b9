import Type from "typebox";
import type { DeviceClass } from "#contract/device";
import { type AnyDriver, DRIVERS } from "#devices/registry";
import { CustomsSchema } from "./customs-config.ts";
import { lanBusSchema } from "./lan-bus-config.ts";
import { ordersSchema } from "./orders-config.ts";
import { RetentionSchema } from "./retention-config.ts";
import { day, VALIDITY } from "./validity-config.ts";

const NAME = "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$";
const name = (description: string) => Type.String({ pattern: NAME, description });
/** A file named relative to the configuration. Every key that ends in `File` is one, also among a driver's options. */
const file = (description: string) => Type.String({ minLength: 1, maxLength: 1024, description });
const closed = { additionalProperties: false };

const UpstreamSchema = Type.Object(
  {
    url: Type.String({
      pattern: "^mqtts?://[^\\s/@]+$",
      maxLength: 256,
      description: "Broker of central operations, mqtts://host:8883; mqtt:// only on a network that is trusted",
    }),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: "User name at the broker" })),
    passwordFile: Type.Optional(file("File with the password for the broker on one line")),
    caFile: Type.Optional(file("PEM of what signed the broker's certificate, when it is the site's own")),
    certificateFile: Type.Optional(file("PEM of this lane's client certificate")),
    keyFile: Type.Optional(file("PEM of the private key of certificateFile")),
    trust: Type.Array(
      Type.Object(
        {
          kid: Type.String({ pattern: NAME, description: "Key id, as it stands in the header of signed messages" }),
          publicKeyFile: file("Ed25519 public key, PEM"),
          ...VALIDITY,
        },
        closed,
      ),
      { minItems: 1, maxItems: 16, description: "Who may sign acknowledgements and clearances" },
    ),
  },
  closed,
);

/** What belongs to a device of a class in the lane, whichever driver it has. */
const LANE_OPTIONS: Readonly<Partial<Record<DeviceClass, Readonly<Record<string, object>>>>> = {
  camera: {
    trigger: Type.Union([Type.Literal("arrival"), Type.Literal("scale")], {
      default: "scale",
      description: "When its subject is first in view: as the vehicle arrives, or once it stands on the weighbridge",
    }),
  },
  weighbridge: {
    certificate: Type.Object(
      {
        number: Type.String({ minLength: 1, maxLength: 64, description: "Number of the verification certificate" }),
        validUntil: day("Last day on which it holds; weights of a later day do not count"),
      },
      { ...closed, description: "Written down with each weight; verification lasts 12 months (Circular 23/2013)" },
    ),
  },
};

/** Keys of one device that are the lane's and not the driver's. */
export const laneOptionNames = (deviceClass: DeviceClass): readonly string[] =>
  Object.keys(LANE_OPTIONS[deviceClass] ?? {});

/**
 * JSON Schema (draft 7) of a lane file, assembled from the options of every registered driver. Built anew at each call,
 * as plain JSON, so that it can be written to a file as it is.
 */
export function laneSchema(): object {
  const schema = Type.Object(
    {
      version: Type.Literal(1, { description: "Version of this file's format" }),
      site: name("The gate, as central operations name it"),
      lane: name("This lane, unique at its site"),
      direction: Type.Union([Type.Literal("EXPORT"), Type.Literal("IMPORT")], {
        description: "Which way vehicles go",
      }),
      inward: Type.Optional(
        Type.Boolean({
          description:
            "Behind the boom vehicles are still inside the customs area: goods for the yard or the scanner may go on with their transport approved. Left out or false, everything needs its full clearance",
        }),
      ),
      dataDir: file("Folder of the journal, the evidence and the socket; made when it is absent"),
      policy: file("Policy file: thresholds, switches and time limits"),
      shadowPolicyFile: Type.Optional(
        file("A second policy that only looks on: where it would decide otherwise is journaled"),
      ),
      socket: Type.Optional(file("Unix socket for lanectl; lane.sock in dataDir when absent")),
      logLevel: Type.Union([Type.Literal("error"), Type.Literal("warn"), Type.Literal("info"), Type.Literal("debug")], {
        default: "info",
        description: "Least important message that is logged",
      }),
      devices: Type.Unsafe({
        type: "object",
        description: "Devices of the lane by id",
        minProperties: 1,
        maxProperties: 32,
        propertyNames: { type: "string", pattern: NAME },
        additionalProperties: deviceSchema(),
      }),
      upstream: UpstreamSchema,
      orders: Type.Optional(Type.Unsafe(ordersSchema(name, file))),
      customs: Type.Optional(CustomsSchema),
      lanBus: Type.Optional(Type.Unsafe(lanBusSchema(name, file))),
      retention: Type.Optional(RetentionSchema),
    },
    closed,
  );
  const draft = { $schema: "http://json-schema.org/draft-07/schema#", title: "Gatelane: one lane", ...schema };
  const plain: { required: string[] } = JSON.parse(JSON.stringify(draft));
  // It has a default, so nobody has to write it; TypeBox lists every property that always exists as required.
  plain.required = plain.required.filter((key) => key !== "logLevel");
  return plain;
}

function deviceSchema(): object {
  return {
    type: "object",
    description: "One device: its driver and the options of that driver",
    properties: { driver: { type: "string", enum: DRIVERS.map(({ driver }) => driver) } },
    required: ["driver"],
    discriminator: { propertyName: "driver" },
    oneOf: DRIVERS.map(branch),
  };
}

interface OptionsSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

function branch({ driver, class: deviceClass, summary, options }: AnyDriver): object {
  const { properties, required = [], ...rest } = options as OptionsSchema;
  const needed = required.filter((key) => !("default" in (properties[key] ?? {})));
  return {
    ...rest,
    description: summary,
    properties: { driver: { const: driver }, ...properties, ...LANE_OPTIONS[deviceClass] },
    required: ["driver", ...needed],
  };
}
