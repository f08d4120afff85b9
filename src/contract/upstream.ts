import Type, { type Static, type TSchema } from "typebox";
import { ClearanceSchema } from "./clearance.ts";

/**
 * Payloads between a lane and central operations. Topics: design, section 6.
 * Messages from operations travel as a JWS in flattened JSON form (RFC 7515, EdDSA); the bytes received are what is
 * verified, nothing is serialised again. Messages from the lane are plain JSON.
 */

/** Largest message accepted from upstream, bytes: anything but a clearance snapshot. */
export const MESSAGE_LIMIT_BYTES = 64 * 1024;
/** Largest clearance snapshot accepted, bytes. */
export const SNAPSHOT_LIMIT_BYTES = 64 * 1024 * 1024;

const hash = () => Type.String({ pattern: "^[0-9a-f]{64}$" });
const utc = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });
const seq = (minimum: number) => Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER });
const name = () => Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$" });
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** Flattened JWS: protected header carries `alg: EdDSA` and `kid`. */
export const SignedSchema = closed({
  payload: Type.String({ pattern: "^[A-Za-z0-9_-]*$" }),
  protected: Type.String({ pattern: "^[A-Za-z0-9_-]+$" }),
  signature: Type.String({ pattern: "^[A-Za-z0-9_-]+$" }),
});

/** Operations have stored every entry up to and including `seq`, whose chain hash is `hash`. Releases the outbox. */
export const AckSchema = closed({
  site: name(),
  lane: name(),
  boot: Type.String(),
  seq: seq(1),
  hash: hash(),
  at: utc(),
});

/** Operations ask for entries again, both ends included. */
export const ReplaySchema = closed({ site: name(), lane: name(), from: seq(1), to: seq(1), at: utc() });

/** The whole list. `version` grows by one with each snapshot or delta; a lane replaces what it has in one step. */
export const ClearanceSnapshotSchema = closed({
  site: name(),
  version: seq(1),
  at: utc(),
  records: Type.Array(ClearanceSchema, { maxItems: 200_000 }),
});

/** Changes from version `version - 1`. */
export const ClearanceDeltaSchema = closed({
  site: name(),
  version: seq(2),
  at: utc(),
  upsert: Type.Array(ClearanceSchema, { maxItems: 10_000 }),
  remove: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 10_000 }),
});

/** One journal entry as it is published on `event/{type}`: the row itself, times in RFC 3339. */
export const EventMessageSchema = closed({
  schema: Type.Literal("gatelane.event/1"),
  site: name(),
  lane: name(),
  seq: seq(1),
  utc: utc(),
  /** The row's own clock fields, exactly as hashed. */
  utcMs: Type.Number(),
  monotonicMs: Type.Number(),
  boot: Type.String(),
  type: Type.String(),
  passage: Type.Union([Type.String(), Type.Null()]),
  data: Type.Unknown(),
  prevHash: hash(),
  hash: hash(),
});

/** Retained on `status`; the will says `offline`. */
export const StatusMessageSchema = closed({
  schema: Type.Literal("gatelane.status/1"),
  site: name(),
  lane: name(),
  state: Type.Union([Type.Literal("online"), Type.Literal("offline")]),
  boot: Type.String(),
  software: Type.String(),
  configHash: Type.String(),
  policyHash: Type.String(),
  modelHash: Type.Union([Type.String(), Type.Null()]),
  head: Type.Union([closed({ seq: seq(1), hash: hash() }), Type.Null()]),
  at: utc(),
});

export type Signed = Static<typeof SignedSchema>;
export type Ack = Static<typeof AckSchema>;
export type Replay = Static<typeof ReplaySchema>;
export type ClearanceSnapshot = Static<typeof ClearanceSnapshotSchema>;
export type ClearanceDelta = Static<typeof ClearanceDeltaSchema>;
export type EventMessage = Static<typeof EventMessageSchema>;
export type StatusMessage = Static<typeof StatusMessageSchema>;

/** Every topic of one lane, in one place. */
export function laneTopics(site: string, lane: string) {
  const base = `gate/v1/${site}/${lane}`;
  return {
    status: `${base}/status`,
    event: (type: string) => `${base}/event/${type}`,
    snapshot: `${base}/snapshot`,
    health: `${base}/health`,
    evidence: (sha256: string) => `${base}/evidence/${sha256}`,
    ack: `${base}/ack`,
    replay: `${base}/replay`,
    command: `${base}/command/+`,
    outcome: (id: string) => `${base}/outcome/${id}`,
    uses: `${base}/uses`,
    clearanceSnapshot: `gate/v1/${site}/clearance/snapshot`,
    clearanceDelta: `gate/v1/${site}/clearance/delta`,
  } as const;
}
