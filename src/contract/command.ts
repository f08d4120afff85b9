import Type, { type Static, type TSchema } from "typebox";
import { ORDER_ROLES, WishSchema } from "./order.ts";
import { SignedSchema } from "./upstream.ts";

/**
 * An order as a person signs it, at central operations or beside the lane. Who it is, is told by the key; nobody can
 * give another name. Travels as a JWS like everything that a lane is told.
 */

const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const name = () => Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$" });
const utc = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });
const uuid = () => Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" });
const role = () => Type.Enum([...ORDER_ROLES]);

/** Longest time between issue and deadline of a command, milliseconds (threats, T5: nobody acts on an old picture). */
export const COMMAND_LIFE_MS = 10_000;
/** How far the clock of who signs may be ahead of the lane's, milliseconds. */
export const COMMAND_AHEAD_MS = 5_000;

/** A second person agrees to one command: the same wish under the same id, signed with a key of their own. */
export const ApprovalSchema = closed({ site: name(), lane: name(), id: uuid(), role: role(), wish: WishSchema });
export type Approval = Static<typeof ApprovalSchema>;

/** What stands signed on `command/{name}`, `name` being that of the wish. */
export const CommandSchema = closed({
  site: name(),
  lane: name(),
  id: uuid(),
  nonce: Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$", description: "Random; used once with one key." }),
  issuedAt: utc(),
  deadline: utc(),
  role: role(),
  reason: Type.String({ pattern: "^[^\\u0000-\\u001f\\u007f]{1,200}$", description: "Why, in words, on one line." }),
  wish: WishSchema,
  approval: Type.Optional(SignedSchema),
});
export type Command = Static<typeof CommandSchema>;

/** What became of a command, on `outcome/{id}`. A later one with the same id replaces the one before. */
export const OutcomeMessageSchema = closed({
  schema: Type.Literal("gatelane.outcome/1"),
  site: name(),
  lane: name(),
  id: uuid(),
  state: Type.Union([Type.Literal("done"), Type.Literal("refused"), Type.Literal("failed")]),
  code: Type.String({ description: "Word from the catalogue; empty when it was done." }),
  detail: Type.String(),
  at: utc(),
});
export type OutcomeMessage = Static<typeof OutcomeMessageSchema>;
