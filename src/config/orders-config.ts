import Type from "typebox";
import { ORDER_ROLES, type OrderRole } from "#contract/order";
import type { Validity } from "#lanes/decision/validity";
import { VALIDITY } from "./validity-config.ts";

/** Who may give orders to the lane. */
export interface OrdersConfig {
  readonly keys: readonly (Validity & {
    readonly kid: string;
    readonly subject: string;
    readonly roles: readonly OrderRole[];
    readonly publicKeyFile: string;
  })[];
}

const closed = { additionalProperties: false };

/** `name` and `file` make the schema of a name and of a file as everywhere in a lane file. */
export function ordersSchema(name: (description: string) => object, file: (description: string) => object): object {
  const key = {
    kid: name("Key id, as it stands in the header of signed orders"),
    subject: Type.String({
      minLength: 1,
      maxLength: 80,
      pattern: "^[^\\u0000-\\u001f\\u007f]+$",
      description: "Staff number or account of whoever has the private key; never a name",
    }),
    roles: Type.Array(Type.Enum([...ORDER_ROLES]), {
      minItems: 1,
      uniqueItems: true,
      description: "In which roles this key may act",
    }),
    publicKeyFile: file("Ed25519 public key, PEM"),
  };
  const required = Object.keys(key);
  const properties = { ...key, ...VALIDITY };
  return {
    type: "object",
    description: "Who may give orders to the lane, over the network or with lanectl; without it nobody may",
    properties: {
      keys: {
        type: "array",
        minItems: 1,
        maxItems: 64,
        items: { type: "object", properties, required, ...closed },
      },
    },
    required: ["keys"],
    ...closed,
  };
}
