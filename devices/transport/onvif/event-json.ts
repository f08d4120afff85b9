import { AGE_LIMIT_MS, countryCode, isPlausible, lowest, parseUtc, type ReportedPlate } from "./plates.ts";

/** Longest event that is looked at, bytes. Some cameras put the picture inside. */
export const EVENT_JSON_LIMIT = 1_000_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The plate in one ONVIF event in JSON, as cameras publish it over MQTT (ONVIF Core Specification, JSON form of events:
 * UtcTime, Source, Data). Values may be strings or numbers; a number counts as the digits that were sent, so that none
 * is rounded or rewritten. Undefined when there is no usable plate in it.
 * @param cameraNow the camera's own clock now, UTC milliseconds.
 */
export function plateInJson(payload: Uint8Array, cameraNow: number): ReportedPlate | undefined {
  const event = parsed(payload);
  const data = fields(event?.["Data"]);
  if (event === undefined || data === undefined) return undefined;
  // The state before a subscription is the plate of the vehicle before this one.
  const operation = text(event["PropertyOperation"]) ?? text(event["Operation"]);
  if (operation === "Initialized" || operation === "Deleted") return undefined;
  const ageMs = Math.max(0, cameraNow - parseUtc(text(event["UtcTime"])));
  if (!(ageMs <= AGE_LIMIT_MS)) return undefined;
  const info = fields(data["LicensePlateInfo"]) ?? data;
  const number = info["PlateNumber"];
  const inside = fields(number);
  const plate = text(number) ?? text(inside?.["Value"]) ?? text(inside?.["value"]) ?? text(inside?.["#text"]);
  if (plate === undefined || !isPlausible(plate)) return undefined;
  const sure = [inside?.["Likelihood"] ?? inside?.["@Likelihood"], data["Likelihood"]].map(likelihoodText);
  return { plate, confidence: lowest(...sure), country: countryCode(text(info["CountryCode"])), ageMs };
}

/** What is there and is neither text nor number is nonsense, and makes the likelihood unknown. */
function likelihoodText(value: unknown): string | undefined {
  return value === undefined ? undefined : (text(value) ?? "");
}

/** Numbers as the text that was sent: `JSON.parse` alone would turn 1e5 into 100000. */
function parsed(payload: Uint8Array): Fields | undefined {
  if (payload.byteLength > EVENT_JSON_LIMIT) return undefined;
  const asSent = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? (context?.source ?? String(value)) : value;
  try {
    return fields(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload), asSent));
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
