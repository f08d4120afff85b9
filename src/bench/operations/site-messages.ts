import { Ajv } from "ajv";
import {
  type EventMessage,
  EventMessageSchema,
  laneTopics,
  type StatusMessage,
  StatusMessageSchema,
} from "#contract/upstream";
import { topicLevels } from "#sync/event-message";

/** A message of a lane, or what is wrong with it. */
export type SiteMessage =
  | { readonly kind: "event"; readonly lane: string; readonly message: EventMessage }
  | { readonly kind: "status"; readonly lane: string; readonly message: StatusMessage }
  | { readonly kind: "evidence"; readonly lane: string; readonly sha256: string }
  | { readonly kind: "ack"; readonly lane: string }
  | { readonly kind: "malformed"; readonly lane: string };

const ajv = new Ajv({ strict: true });
const isEvent = ajv.compile<EventMessage>(EventMessageSchema);
const isStatus = ajv.compile<StatusMessage>(StatusMessageSchema);

/** What a lane has published: its topic and its payload must say the same. */
export function siteMessage(site: string, topic: string, payload: Uint8Array): SiteMessage {
  const lane = topic.split("/")[3] ?? "";
  const topics = laneTopics(site, lane);
  if (topic === topics.ack) return { kind: "ack", lane };
  const sha256 = /\/evidence\/([0-9a-f]{64})$/.exec(topic)?.[1];
  if (sha256 !== undefined && topic === topics.evidence(sha256)) return { kind: "evidence", lane, sha256 };
  const message = parsed(payload);
  if (isStatus(message) && topic === topics.status && message.site === site && message.lane === lane) {
    return { kind: "status", lane, message };
  }
  if (
    isEvent(message) &&
    topic === topics.event(topicLevels(message.type)) &&
    message.site === site &&
    message.lane === lane
  ) {
    return { kind: "event", lane, message };
  }
  return { kind: "malformed", lane };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
