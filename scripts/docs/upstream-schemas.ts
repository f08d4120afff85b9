import type { TSchema } from "typebox";
import { ApprovalSchema, CommandSchema, OutcomeMessageSchema } from "#contract/command";
import { UsesMessageSchema } from "#contract/neighbour";
import {
  AckSchema,
  ClearanceDeltaSchema,
  ClearanceSnapshotSchema,
  EventMessageSchema,
  ReplaySchema,
  SignedSchema,
  StatusMessageSchema,
} from "#contract/upstream";
import { HealthMessageSchema, SnapshotMessageSchema } from "#sync/lane-messages";

/** Every payload between a lane and central operations: name of its schema, title, schema. */
export const UPSTREAM_SCHEMAS: readonly (readonly [name: string, title: string, schema: TSchema])[] = [
  ["event", "One journal entry", EventMessageSchema],
  ["status", "Birth or death of a lane", StatusMessageSchema],
  ["snapshot", "What a lane looks like now", SnapshotMessageSchema],
  ["health", "How a lane is", HealthMessageSchema],
  ["signed", "Flattened JWS (RFC 7515) around what operations send, EdDSA", SignedSchema],
  ["ack", "Signed content: operations hold every entry up to this one", AckSchema],
  ["replay", "Signed content: operations ask for entries again", ReplaySchema],
  ["clearance-snapshot", "Signed content: the whole clearance list", ClearanceSnapshotSchema],
  ["clearance-delta", "Signed content: changes to the clearance list", ClearanceDeltaSchema],
  ["command", "Signed content: an order to the lane", CommandSchema],
  ["approval", "Signed content: a second person approves an order", ApprovalSchema],
  ["outcome", "What became of an order", OutcomeMessageSchema],
  ["uses", "Signed content, by the lane's own key: clearances that a lane uses", UsesMessageSchema],
];

export const schemaFile = (name: string): string => `docs/schemas/${name}.schema.json`;

/** docs/schemas/: one JSON Schema (draft 7) a payload, generated from the contract. */
export function upstreamSchemaFiles(): readonly (readonly [path: string, content: string])[] {
  return UPSTREAM_SCHEMAS.map(([name, title, schema]) => {
    const document = { $schema: "http://json-schema.org/draft-07/schema#", title: `Gatelane: ${title}`, ...schema };
    return [schemaFile(name), `${JSON.stringify(document, null, 2)}\n`];
  });
}
