import { NS } from "./soap.ts";
import { child, childrenNamed, splitName, type XmlElement } from "./xml.ts";

/** A plate as the camera's own recognition reported it. */
export interface ReportedPlate {
  /** As the camera gave it, at most PLATE_LIMIT characters, no control or formatting characters. */
  readonly plate: string;
  /** 0..1, undefined when the camera gave none or nonsense. ONVIF reads a missing likelihood as certainty; we do not. */
  readonly confidence: number | undefined;
  readonly country: string | undefined;
  /** Age when the camera answered, milliseconds, by the camera's own clock, so its error does not matter. */
  readonly ageMs: number;
}

/** What one PullMessages answer held. */
export interface PulledMessages {
  readonly plates: readonly ReportedPlate[];
  /** All notifications, plates or not. */
  readonly messages: number;
  /** Plate notifications that were not usable: no number, too long, no time, or of an earlier vehicle. */
  readonly dropped: number;
}

const PLATE_LIMIT = 32;
/** More plates in one answer than this were never in front of one camera. */
const PLATES_AT_ONCE = 64;
/** After this a plate cannot be told to belong to the vehicle now in the lane. */
export const AGE_LIMIT_MS = 30_000;
export const PLATE_TOPIC = "RuleEngine/Recognition/LicensePlate";

/**
 * Plates in a PullMessagesResponse. Topic and fields: ONVIF Analytics Service Specification, license plate recognition
 * event; message format: ONVIF Core Specification, section on notifications.
 */
export function platesIn(response: XmlElement): PulledMessages {
  const cameraNow = parseUtc(child(response, NS.events, "CurrentTime")?.text);
  const notifications = childrenNamed(response, NS.notification, "NotificationMessage");
  const plates: ReportedPlate[] = [];
  let dropped = 0;
  for (const notification of notifications) {
    if (plates.length >= PLATES_AT_ONCE) break;
    if (!isPlateTopic(child(notification, NS.notification, "Topic"))) continue;
    const message = child(child(notification, NS.notification, "Message"), NS.schema, "Message");
    const plate = message === undefined ? undefined : readPlate(message, cameraNow);
    if (plate === undefined) dropped++;
    else plates.push(plate);
  }
  return { plates, messages: notifications.length, dropped };
}

/** A prefix stands for a namespace only where declared; undeclared `tns1` is taken as meant, as cameras do. */
function isPlateTopic(topic: XmlElement | undefined): boolean {
  const [prefix, path] = splitName(topic?.text ?? "");
  return path === PLATE_TOPIC && (topic?.resolve(prefix) ?? (prefix === "tns1" ? NS.topics : "")) === NS.topics;
}

function readPlate(message: XmlElement, cameraNow: number): ReportedPlate | undefined {
  // A new subscription starts with the state before it ("Initialized"): the plate of the vehicle before this one.
  const operation = message.attributes.get("PropertyOperation");
  if (operation === "Initialized" || operation === "Deleted") return undefined;
  const ageMs = Math.max(0, cameraNow - parseUtc(message.attributes.get("UtcTime")));
  if (!(ageMs <= AGE_LIMIT_MS)) return undefined;
  const data = child(message, NS.schema, "Data");
  const item = childrenNamed(data, NS.schema, "ElementItem").find((found) => named(found, "LicensePlateInfo"));
  const info = child(item, NS.schema, "LicensePlateInfo");
  const number = child(info, NS.schema, "PlateNumber");
  if (number === undefined || !isPlausible(number.text)) return undefined;
  const overall = childrenNamed(data, NS.schema, "SimpleItem").find((found) => named(found, "Likelihood"));
  return {
    plate: number.text,
    confidence: lowest(number.attributes.get("Likelihood"), overall?.attributes.get("Value")),
    country: countryCode(child(info, NS.schema, "CountryCode")?.text),
    ageMs,
  };
}

function named(item: XmlElement, name: string): boolean {
  return item.attributes.get("Name") === name;
}

/** Letters of any script and width pass: normalising is the lane's. What cannot be painted on a plate does not. */
export function isPlausible(plate: string): boolean {
  return plate !== "" && plate.length <= PLATE_LIMIT && !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u.test(plate);
}

/** ISO 3166 code of two or three letters, else undefined. */
export function countryCode(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z]{2,3}$/.test(text) ? text.toUpperCase() : undefined;
}

/** The smaller of the likelihoods given; undefined when none is, or when one of them is nonsense. */
export function lowest(...given: readonly (string | undefined)[]): number | undefined {
  const values = given.filter((text) => text !== undefined).map(likelihood);
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return Math.min(...values.filter((value) => value !== undefined));
}

/** ONVIF says 0..1; some cameras say 0..100. Outside both: undefined. */
function likelihood(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,20})?([eE][+-]?\d{1,2})?$/.test(text.trim())) return undefined;
  const value = Number(text);
  if (value <= 1) return value;
  return value <= 100 ? value / 100 : undefined;
}

/** xs:dateTime with a zone, as UTC milliseconds, else NaN. */
export function parseUtc(text: string | undefined): number {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    return Number.NaN;
  }
  return Date.parse(text);
}
