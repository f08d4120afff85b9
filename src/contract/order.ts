import Type, { type Static } from "typebox";

/**
 * What a person asks of the lane. Who asks, and in which role, was proven outside (signature or socket permissions)
 * before an order reaches the lane; the lane decides whether it may be carried out now, carries it out through the same
 * rules and interlock as everything else, and answers with what the hardware did.
 */
export const ORDER_ROLES = ["officer", "supervisor", "technician", "operations"] as const;
export type OrderRole = (typeof ORDER_ROLES)[number];

export const ORDER_MODES = ["auto", "manual", "maintenance", "out-of-service"] as const;
export type OrderMode = (typeof ORDER_MODES)[number];

const Person = Type.Object(
  {
    subject: Type.String({ minLength: 1, maxLength: 80, description: "Staff number or account, never a name." }),
    role: Type.Enum([...ORDER_ROLES]),
  },
  { additionalProperties: false },
);

const passage = Type.String({ minLength: 1, maxLength: 64 });
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const wish = <const Name extends string, Fields extends Type.TProperties>(name: Name, fields: Fields) =>
  Type.Object({ name: Type.Literal(name), ...fields }, { additionalProperties: false });

/** The wishes, each with what it needs. */
export const WishSchema = Type.Union([
  wish("pass", { passage }),
  wish("refuse", { passage }),
  wish("hold", { passage }),
  wish("release", { passage }),
  wish("correct", {
    passage,
    field: Type.Enum(["container", "plate", "trailer", "seal"]),
    value: text(40),
  }),
  wish("open", {}),
  wish("close", {}),
  wish("mode", { mode: Type.Enum([...ORDER_MODES]) }),
  wish("clear-fault", {}),
  wish("reset-emergency", {}),
  /** What became of a vehicle that nobody saw to the end: did its clearance cross or not? */
  wish("resolve", { passage, clearance: text(80), crossed: Type.Boolean() }),
]);
export type Wish = Static<typeof WishSchema>;
export type WishName = Wish["name"];

/** Wishes that move the boom or end an emergency: at the lane they are given in two steps. */
export const TWO_STEP_WISHES: readonly WishName[] = ["pass", "open", "close", "reset-emergency"];

export const OrderSchema = Type.Object(
  {
    id: Type.String({ format: "uuid", description: "Chosen by who asks; the same id is carried out once." }),
    by: Person,
    secondBy: Type.Union([Person, Type.Null()], { description: "A second person, where the policy asks for one." }),
    reason: text(200),
    wish: WishSchema,
    proof: Type.Optional(
      Type.Object(
        {
          channel: Type.Enum(["operations", "lane"], { description: "Over the network, or at the lane's own socket." }),
          /** The order as it was signed: whoever holds the public key can prove who gave it. */
          signed: Type.Object({ payload: Type.String(), protected: Type.String(), signature: Type.String() }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Order = Static<typeof OrderSchema>;

/** What became of an order, read back from the hardware where hardware had to move. */
export interface OrderOutcome {
  readonly id: string;
  readonly state: "done" | "refused" | "failed";
  /** A word from the catalogue of errors when it was not done; empty when it was. */
  readonly code: string;
  readonly detail: string;
}
