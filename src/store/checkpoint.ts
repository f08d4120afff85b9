import Type, { type Static } from "typebox";
import { canonicalJson } from "./hash.ts";
import { isSignedBy, type LaneKey, type LanePublicKey } from "./lane-key.ts";

const closed = { additionalProperties: false };

/**
 * The data of a `journal.checkpoint` entry: the lane signs that its journal up to `seq` ends in `hash`. Whoever holds a
 * checkpoint can tell a lost or rewritten disk from the true one (design, section 5).
 */
export const CheckpointSchema = Type.Object(
  {
    site: Type.String(),
    lane: Type.String(),
    boot: Type.String(),
    seq: Type.Integer({ minimum: 1 }),
    hash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    utc: Type.Number(),
    kid: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    /** Ed25519 over the canonical JSON of every other field, base64url. */
    signature: Type.String({ pattern: "^[A-Za-z0-9_-]{86}$" }),
  },
  closed,
);
export type Checkpoint = Static<typeof CheckpointSchema>;

export function signCheckpoint(statement: Omit<Checkpoint, "kid" | "signature">, key: LaneKey): Checkpoint {
  const signed = { ...statement, kid: key.kid };
  return { ...signed, signature: key.sign(canonicalJson(signed)) };
}

/** Whether the lane with this key has signed the checkpoint. */
export function isGenuine({ signature, ...statement }: Checkpoint, key: LanePublicKey): boolean {
  return statement.kid === key.kid && isSignedBy(key, canonicalJson(statement), signature);
}
