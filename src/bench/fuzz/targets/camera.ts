import { isLaneError } from "#contract/errors";
import { checkJpeg, PIXEL_LIMIT } from "#devices/camera/onvif/jpeg";
import { plateInJson } from "#devices/transport/onvif/event-json";
import { platesIn } from "#devices/transport/onvif/plates";
import { readEnvelope } from "#devices/transport/onvif/soap";
import { parseXml, type XmlElement } from "#devices/transport/onvif/xml";
import { type FuzzTarget, must } from "../target.ts";

/** Whatever `read` returns; undefined when it refuses with one of these codes. Anything else that it throws is passed on. */
function unlessRefused<Value>(codes: readonly string[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isLaneError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

const ENVELOPE = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:e="http://www.onvif.org/ver10/events/wsdl"',
  ' xmlns:n="http://docs.oasis-open.org/wsn/b-2" xmlns:t="http://www.onvif.org/ver10/schema"',
  ' xmlns:tns1="http://www.onvif.org/ver10/topics"><s:Body><e:PullMessagesResponse>',
  "<e:CurrentTime>2026-05-01T08:00:01Z</e:CurrentTime><n:NotificationMessage>",
  "<n:Topic>tns1:RuleEngine/Recognition/LicensePlate</n:Topic>",
  '<n:Message><t:Message UtcTime="2026-05-01T08:00:00Z" PropertyOperation="Changed"><t:Data>',
  '<t:SimpleItem Name="Likelihood" Value="0.9"/><t:ElementItem Name="LicensePlateInfo"><t:LicensePlateInfo>',
  '<t:PlateNumber Likelihood="0.93">012345</t:PlateNumber><t:CountryCode>VN</t:CountryCode>',
  "</t:LicensePlateInfo></t:ElementItem></t:Data></t:Message></n:Message></n:NotificationMessage>",
  "</e:PullMessagesResponse></s:Body></s:Envelope>",
].join("");

const depthOf = ({ children }: XmlElement): number => 1 + Math.max(0, ...children.map(depthOf));

const xml: FuzzTarget = {
  name: "onvif-xml",
  seeds: [Buffer.from(ENVELOPE), Buffer.from("<a xmlns='b' c=\"&#x41;&lt;\"><![CDATA[x]]><!-- y --></a>")],
  maxBytes: 40_000,
  run: (input) => {
    const root = unlessRefused(["DEVICE_PROTOCOL"], () => parseXml(input.toString("utf8")));
    if (root === undefined) return;
    must(depthOf(root) <= 66, "deeper than allowed");
    must(Object.getPrototypeOf(root) === Object.prototype, "an element with another prototype");
  },
};

const plates: FuzzTarget = {
  name: "onvif-plates",
  seeds: [Buffer.from(ENVELOPE)],
  maxBytes: 40_000,
  run: (input) => {
    const codes = ["DEVICE_PROTOCOL", "DEVICE_AUTH", "DEVICE_EXCEPTION", "DEVICE_OFFLINE"];
    const body = unlessRefused(codes, () => readEnvelope(input.toString("utf8")));
    if (body === undefined) return;
    const pulled = platesIn(body);
    must(pulled.plates.length <= 64 && pulled.plates.length + pulled.dropped <= pulled.messages, "counts");
    for (const { plate, confidence, country, ageMs } of pulled.plates) {
      must(plate !== "" && plate.length <= 32 && !/[\p{Cc}\p{Cf}]/u.test(plate), `plate ${JSON.stringify(plate)}`);
      must(confidence === undefined || (confidence >= 0 && confidence <= 1), `confidence ${confidence}`);
      must(country === undefined || /^[A-Z]{2,3}$/.test(country), `country ${country}`);
      must(ageMs >= 0 && ageMs <= 30_000, `age ${ageMs}`);
    }
  },
};

const HEAD = Buffer.from("ffd8ffe000104a46494600010100000100010000ffdb000300", "hex");
const SIZE = Buffer.from("ffc00011080780043803012200021101031101", "hex");
const TAIL = Buffer.from("ffda000c03010002110311003f00d2cf20ffd9", "hex");

const jpeg: FuzzTarget = {
  name: "jpeg-header",
  seeds: [Buffer.concat([HEAD, SIZE, TAIL]), Buffer.concat([HEAD.subarray(0, 20), SIZE, TAIL])],
  maxBytes: 70_000,
  run: (input) => {
    const size = unlessRefused(["IMAGE_INVALID", "IMAGE_TOO_LARGE"], () => checkJpeg(input));
    if (size === undefined) return;
    const { width, height } = size;
    must(width >= 1 && width <= 0xffff && height >= 1 && height <= 0xffff, `${width} x ${height}`);
    must(width * height <= PIXEL_LIMIT, "more pixels than allowed");
    must(input[0] === 0xff && input.at(-1) === 0xd9, "not a whole JPEG");
  },
};

const CAMERA_NOW = Date.parse("2026-05-01T08:00:01Z");
const EVENT = (data: string) =>
  Buffer.from(`{"UtcTime":"2026-05-01T08:00:00Z","Source":{"Rule":"lane"},"Data":${data}}`);

const eventJson: FuzzTarget = {
  name: "onvif-event-json",
  seeds: [
    EVENT('{"Likelihood":0.93,"LicensePlateInfo":{"PlateNumber":"012345","CountryCode":"VN"}}'),
    EVENT('{"LicensePlateInfo":{"PlateNumber":{"Likelihood":"93","Value":"29H67890"}}}'),
    EVENT('{"PlateNumber":12345}'),
  ],
  maxBytes: 20_000,
  run: (input) => {
    const found = plateInJson(input, CAMERA_NOW);
    if (found === undefined) return;
    const { plate, confidence, country, ageMs } = found;
    must(plate !== "" && plate.length <= 32 && !/[\p{Cc}\p{Cf}]/u.test(plate), `plate ${JSON.stringify(plate)}`);
    must(confidence === undefined || (confidence >= 0 && confidence <= 1), `confidence ${confidence}`);
    must(country === undefined || /^[A-Z]{2,3}$/.test(country), `country ${country}`);
    must(ageMs >= 0 && ageMs <= 30_000, `age ${ageMs}`);
  },
};

export const cameraTargets: readonly FuzzTarget[] = [xml, plates, eventJson, jpeg];
