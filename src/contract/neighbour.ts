import Type, { type Static, type TSchema } from "typebox";

/**
 * What the lanes of one site tell each other on their own bus, so that one clearance is not used in two of them while
 * operations are away. Signed with the key of the lane that speaks; each use names its place in that lane's journal.
 */

const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const name = () => Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$" });
const hash = () => Type.String({ pattern: "^[0-9a-f]{64}$" });
const seq = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** `released`: reserved before, and free again. */
export const NEIGHBOUR_USES = ["reserved", "consumed", "released"] as const;

const UseSchema = closed({
  clearance: Type.String({ minLength: 1, maxLength: 64 }),
  use: Type.Enum([...NEIGHBOUR_USES]),
  passage: Type.String({ minLength: 1, maxLength: 64 }),
  /** The entry of its journal that says so, and its hash in the chain. */
  seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  hash: hash(),
  utcMs: Type.Number(),
});
/** One clearance, as a neighbour uses it. */
export type NeighbourUse = Static<typeof UseSchema>;

/** Most uses in one message. */
export const USES_LIMIT = 200;

/** Every use in the entries after `after` up to and including `through`. */
export const UsesMessageSchema = closed({
  schema: Type.Literal("gatelane.uses/1"),
  site: name(),
  lane: name(),
  after: seq(),
  through: seq(),
  /** Last entry of the journal: below what a neighbour has heard of before, the journal is another one. */
  head: seq(),
  uses: Type.Array(UseSchema, { maxItems: USES_LIMIT }),
});
export type UsesMessage = Static<typeof UsesMessageSchema>;

/** A neighbour asks for what was used after an entry. Not signed: the answer is, and tells no secret. */
export const AskMessageSchema = closed({ after: seq() });
export type AskMessage = Static<typeof AskMessageSchema>;

/** Every topic of the bus of one lane, in one place. */
export function busTopics(site: string, lane: string) {
  const base = `lan/v1/${site}/${lane}`;
  return { uses: `${base}/uses`, ask: `${base}/ask`, snapshot: `${base}/snapshot`, all: `${base}/#` } as const;
}
