import { NS } from "#devices/transport/onvif/soap";
import { child, escapeXml, type XmlElement } from "#devices/transport/onvif/xml";

/** The XML that a camera answers with. `base` is the camera's own address, such as http://192.0.2.7. */

export function envelope(body: string): string {
  const namespaces = [
    ["env", NS.soap],
    ["wsa5", NS.addressing],
    ["wsnt", NS.notification],
    ["tds", NS.device],
    ["trt", NS.media],
    ["tev", NS.events],
    ["tt", NS.schema],
    ["ter", NS.error],
    ["tns1", NS.topics],
  ] as const;
  const declarations = namespaces.map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(" ");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope ${declarations}><env:Body>${body}</env:Body></env:Envelope>`;
}

/** @param subcode such as `ter:NotAuthorized`. */
export function fault(subcode: string, reason: string): string {
  return envelope(
    `<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>${subcode}</env:Value></env:Subcode>` +
      `</env:Code><env:Reason><env:Text xml:lang="en">${escapeXml(reason)}</env:Text></env:Reason></env:Fault>`,
  );
}

export function systemDateAndTime(utc: number): string {
  const now = new Date(utc);
  return envelope(
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>" +
      "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>ICT-7</tt:TZ></tt:TimeZone><tt:UTCDateTime>" +
      `<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute>` +
      `<tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year>` +
      `<tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>` +
      "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
  );
}

export function services(base: string): string {
  const service = (namespace: string, path: string) =>
    `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${base}${path}</tds:XAddr>` +
    "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>";
  return envelope(
    `<tds:GetServicesResponse>${service(NS.device, "/onvif/device_service")}` +
      `${service(NS.media, "/onvif/media_service")}${service(NS.events, "/onvif/event_service")}</tds:GetServicesResponse>`,
  );
}

export function capabilities(base: string): string {
  const service = (name: string, path: string) => `<tt:${name}><tt:XAddr>${base}${path}</tt:XAddr></tt:${name}>`;
  return envelope(
    `<tds:GetCapabilitiesResponse><tds:Capabilities>${service("Device", "/onvif/device_service")}` +
      `${service("Events", "/onvif/event_service")}${service("Media", "/onvif/media_service")}` +
      "</tds:Capabilities></tds:GetCapabilitiesResponse>",
  );
}

export function deviceInformation(): string {
  return envelope(
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>Gatelane</tds:Manufacturer><tds:Model>Simulated camera</tds:Model>" +
      "<tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>0000000001</tds:SerialNumber>" +
      "<tds:HardwareId>0</tds:HardwareId></tds:GetDeviceInformationResponse>",
  );
}

/** Looks like a number and is none. */
const MAIN_PROFILE = "10.0";

export function profiles(): string {
  return envelope(
    `<trt:GetProfilesResponse><trt:Profiles token="${MAIN_PROFILE}" fixed="true"><tt:Name>main</tt:Name></trt:Profiles>` +
      '<trt:Profiles token="020" fixed="true"><tt:Name>sub</tt:Name></trt:Profiles></trt:GetProfilesResponse>',
  );
}

/** Answer to a request for the snapshot address of a profile; only the main profile has one. */
export function snapshotUri(uri: string, request: XmlElement): string {
  const question = child(child(request, NS.soap, "Body"), NS.media, "GetSnapshotUri");
  const token = child(question, NS.media, "ProfileToken")?.text;
  return token === MAIN_PROFILE ? snapshotAddress(uri) : fault("ter:NoProfile", "There is no such profile");
}

export function snapshotAddress(uri: string): string {
  return envelope(
    `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${escapeXml(uri)}</tt:Uri>` +
      "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>" +
      "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetSnapshotUriResponse>",
  );
}

/** Answer to a request for the address of the video, with a log-in in it as some cameras give it. */
export function streamUri(host: string): string {
  const uri = `rtsp://lane:secret@${host}:554/stream?channel=1&subtype=0`;
  return envelope(
    `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escapeXml(uri)}</tt:Uri>` +
      "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>" +
      "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>",
  );
}

export function subscriptionCreated(address: string, id: string, utc: number, lifetimeMs: number): string {
  return envelope(
    `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${escapeXml(address)}</wsa5:Address>` +
      `<wsa5:ReferenceParameters><v:SubscriptionId xmlns:v="urn:vendor">${id}</v:SubscriptionId></wsa5:ReferenceParameters>` +
      `</tev:SubscriptionReference><wsnt:CurrentTime>${iso(utc)}</wsnt:CurrentTime>` +
      `<wsnt:TerminationTime>${iso(utc + lifetimeMs)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`,
  );
}

export function pulled(notifications: readonly string[], utc: number, lifetimeMs: number): string {
  return envelope(
    `<tev:PullMessagesResponse><tev:CurrentTime>${iso(utc)}</tev:CurrentTime>` +
      `<tev:TerminationTime>${iso(utc + lifetimeMs)}</tev:TerminationTime>${notifications.join("")}</tev:PullMessagesResponse>`,
  );
}

export function renewed(utc: number, lifetimeMs: number): string {
  return envelope(
    `<wsnt:RenewResponse><wsnt:TerminationTime>${iso(utc + lifetimeMs)}</wsnt:TerminationTime>` +
      `<wsnt:CurrentTime>${iso(utc)}</wsnt:CurrentTime></wsnt:RenewResponse>`,
  );
}

export const unsubscribed = (): string => envelope("<wsnt:UnsubscribeResponse/>");

/** A plate as a camera reports it. */
export interface SimulatedPlate {
  readonly plate: string;
  /** Written as given, so that a test can send nonsense; absent: the camera says nothing of it. */
  readonly likelihood?: number | string;
  /** ISO 3166 code. */
  readonly country?: string;
  /** When the camera saw it, by the camera's own clock. Default now. */
  readonly utc?: number;
}

export function plateNotification(seen: SimulatedPlate, cameraUtc: number, operation = "Changed"): string {
  const likelihood = seen.likelihood === undefined ? "" : ` Likelihood="${escapeXml(String(seen.likelihood))}"`;
  const country = seen.country === undefined ? "" : `<tt:CountryCode>${escapeXml(seen.country)}</tt:CountryCode>`;
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
    "tns1:RuleEngine/Recognition/LicensePlate</wsnt:Topic><wsnt:Message>" +
    `<tt:Message UtcTime="${iso(seen.utc ?? cameraUtc)}" PropertyOperation="${operation}"><tt:Source>` +
    '<tt:SimpleItem Name="VideoSource" Value="000"/><tt:SimpleItem Name="Rule" Value="lane"/></tt:Source><tt:Data>' +
    `<tt:ElementItem Name="LicensePlateInfo"><tt:LicensePlateInfo><tt:PlateNumber${likelihood}>${escapeXml(seen.plate)}` +
    `</tt:PlateNumber>${country}</tt:LicensePlateInfo></tt:ElementItem></tt:Data></tt:Message></wsnt:Message>` +
    "</wsnt:NotificationMessage>"
  );
}

function iso(utc: number): string {
  return new Date(utc).toISOString();
}
