import { LaneError } from "#contract/errors";
import { child, parseXml, splitName, type XmlElement } from "./xml.ts";

/** XML namespaces of ONVIF and what it builds on. */
export const NS = {
  soap: "http://www.w3.org/2003/05/soap-envelope",
  addressing: "http://www.w3.org/2005/08/addressing",
  security: "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
  securityUtility: "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
  notification: "http://docs.oasis-open.org/wsn/b-2",
  device: "http://www.onvif.org/ver10/device/wsdl",
  media: "http://www.onvif.org/ver10/media/wsdl",
  media2: "http://www.onvif.org/ver20/media/wsdl",
  events: "http://www.onvif.org/ver10/events/wsdl",
  schema: "http://www.onvif.org/ver10/schema",
  topics: "http://www.onvif.org/ver10/topics",
  error: "http://www.onvif.org/ver10/error",
} as const;

/** Fault codes that mean "log in": ONVIF core 5.11 and WS-Security 12. */
const REFUSALS = new Set(["NotAuthorized", "FailedAuthentication", "InvalidSecurityToken", "InvalidSecurity"]);

/**
 * The body of a SOAP 1.2 answer. Rejects anything that is not one with DEVICE_PROTOCOL, and faults with DEVICE_AUTH or
 * DEVICE_PROTOCOL.
 */
export function readEnvelope(xml: string): XmlElement {
  const envelope = parseXml(xml);
  const body =
    envelope.name === "Envelope" && envelope.namespace === NS.soap ? child(envelope, NS.soap, "Body") : undefined;
  if (body === undefined) throw new LaneError("DEVICE_PROTOCOL", "the camera's answer is not SOAP 1.2");
  const fault = child(body, NS.soap, "Fault");
  if (fault !== undefined) throw faultError(fault);
  return body;
}

/** One element of the body that must be there, else DEVICE_PROTOCOL. */
export function required(parent: XmlElement, namespace: string, name: string): XmlElement {
  const found = child(parent, namespace, name);
  if (found === undefined) throw new LaneError("DEVICE_PROTOCOL", `the camera's answer has no ${name}`);
  return found;
}

function faultError(fault: XmlElement): LaneError {
  const codes: string[] = [];
  let level = child(fault, NS.soap, "Code");
  while (level !== undefined) {
    codes.push(splitName(child(level, NS.soap, "Value")?.text ?? "")[1]);
    level = child(level, NS.soap, "Subcode");
  }
  const reason = child(child(fault, NS.soap, "Reason"), NS.soap, "Text")?.text ?? "";
  const detail = printable(`${codes.join("/")} ${reason}`.trim());
  return codes.some((code) => REFUSALS.has(code))
    ? new LaneError("DEVICE_AUTH", `the camera refuses our user name or password (${detail})`)
    : new LaneError("DEVICE_PROTOCOL", `the camera answers with a fault: ${detail}`);
}

/** What a device says goes into logs and on screens, so only a short, harmless part of it is kept. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, " ").slice(0, 200);
}
