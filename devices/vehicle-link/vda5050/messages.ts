import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import { LaneError, messageOf } from "#contract/errors";
import { isoUtc, type UtcMs } from "#contract/units";

/**
 * The part of VDA 5050 version 3.0.0 that a lane needs: zone requests in `state`, answers on `responses`, and whether a
 * vehicle is there on `connection`. What else the messages hold is not looked at.
 */
export const VERSION = "3.0.0";
const MAJOR = "v3";
/** Largest message accepted, bytes: a state lists every node of the vehicle's order. */
export const MESSAGE_LIMIT_BYTES = 256 * 1024;

const id = () => Type.String({ minLength: 1, maxLength: 128 });
const Header = { timestamp: Type.String({ maxLength: 40 }), manufacturer: id(), serialNumber: id() };

const ZoneRequest = Type.Object({
  requestId: id(),
  requestType: Type.String({ maxLength: 32 }),
  zoneId: id(),
  zoneSetId: id(),
  requestStatus: Type.Union([
    Type.Literal("REQUESTED"),
    Type.Literal("GRANTED"),
    Type.Literal("REVOKED"),
    Type.Literal("EXPIRED"),
  ]),
});

const State = Type.Object({
  ...Header,
  zoneRequests: Type.Optional(Type.Array(ZoneRequest, { maxItems: 64 })),
  intermediatePath: Type.Optional(
    Type.Object({ polyline: Type.Array(Type.Object({ eta: Type.String({ maxLength: 40 }) }), { maxItems: 1000 }) }),
  ),
});

const Connection = Type.Object({
  ...Header,
  connectionState: Type.Union([
    Type.Literal("ONLINE"),
    Type.Literal("OFFLINE"),
    Type.Literal("HIBERNATING"),
    Type.Literal("CONNECTION_BROKEN"),
  ]),
});

const ajv = new Ajv({ strict: true });
const isState = ajv.compile<Static<typeof State>>(State);
const isConnection = ajv.compile<Static<typeof Connection>>(Connection);

export type GrantType = "GRANTED" | "QUEUED" | "REVOKED" | "REJECTED";
export type ZoneRequest = Static<typeof ZoneRequest>;

/** What a lane takes from a vehicle's `state`. */
export interface VehicleState {
  readonly sentUtc: UtcMs;
  /** Access requests only. */
  readonly requests: readonly ZoneRequest[];
  /** When it expects to be at the end of its path, undefined when it says nothing about it. */
  readonly etaUtc: UtcMs | undefined;
}
export type ConnectionState = Static<typeof Connection>["connectionState"];

export type VehicleMessage =
  | { readonly topic: "state"; readonly vehicle: string; readonly state: VehicleState }
  | { readonly topic: "connection"; readonly vehicle: string; readonly connection: ConnectionState };

/** Topics to subscribe to, of every vehicle. */
export const subscriptions = (interfaceName: string): string[] => [
  `${interfaceName}/${MAJOR}/+/+/state`,
  `${interfaceName}/${MAJOR}/+/+/connection`,
];

export const topicOf = (interfaceName: string, vehicle: string, topic: string): string =>
  `${interfaceName}/${MAJOR}/${vehicle}/${topic}`;

/** Reads one message. Rejects what is not one with LaneError MESSAGE_NOT_JSON, MESSAGE_SCHEMA, MESSAGE_TOO_LARGE or MESSAGE_REFUSED. */
export function readMessage(topic: string, payload: Buffer): VehicleMessage {
  const [kind = "", serial = "", manufacturer = ""] = topic.split("/").reverse();
  const vehicle = `${manufacturer}/${serial}`;
  if (payload.length > MESSAGE_LIMIT_BYTES)
    throw new LaneError("MESSAGE_TOO_LARGE", `${vehicle}: ${payload.length} bytes`);
  const message = parse(payload, vehicle);
  if (kind === "state" && isState(message)) {
    sameVehicle(message, manufacturer, serial);
    const requests = (message.zoneRequests ?? []).filter(({ requestType }) => requestType === "ACCESS");
    const etas = (message.intermediatePath?.polyline ?? []).map(({ eta }) => utcOf(eta, vehicle));
    const etaUtc = etas.length === 0 ? undefined : Math.max(...etas);
    return { topic: "state", vehicle, state: { sentUtc: utcOf(message.timestamp, vehicle), requests, etaUtc } };
  }
  if (kind === "connection" && isConnection(message)) {
    sameVehicle(message, manufacturer, serial);
    return { topic: "connection", vehicle, connection: message.connectionState };
  }
  throw new LaneError("MESSAGE_SCHEMA", `${vehicle}: not a message ${kind} of version ${VERSION}`);
}

/** The payload of an answer to one request. */
export function responseOf(
  vehicle: string,
  headerId: number,
  utc: UtcMs,
  answer: { readonly request: string; readonly grantType: GrantType; readonly leaseUtc?: UtcMs },
): string {
  const [manufacturer = "", serialNumber = ""] = vehicle.split("/");
  const { request, grantType, leaseUtc } = answer;
  const lease = leaseUtc === undefined ? {} : { leaseExpiry: isoUtc(leaseUtc) };
  const responses = [{ requestId: request, grantType, ...lease }];
  return JSON.stringify({ headerId, timestamp: isoUtc(utc), version: VERSION, manufacturer, serialNumber, responses });
}

function parse(payload: Buffer, vehicle: string): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch (error) {
    throw new LaneError("MESSAGE_NOT_JSON", `${vehicle}: ${messageOf(error)}`);
  }
}

/** The broker lets a vehicle publish under its own topics only, so that a message about another one is a forgery. */
function sameVehicle(
  header: { manufacturer: string; serialNumber: string },
  manufacturer: string,
  serial: string,
): void {
  if (header.manufacturer === manufacturer && header.serialNumber === serial) return;
  throw new LaneError("MESSAGE_REFUSED", `${manufacturer}/${serial} speaks for another vehicle`);
}

function utcOf(text: string, vehicle: string): UtcMs {
  const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(utc)) throw new LaneError("MESSAGE_SCHEMA", `${vehicle}: not a time in UTC`);
  return utc;
}
