import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type PulledMessages, platesIn } from "#devices/transport/onvif/plates";
import { parseXml } from "#devices/transport/onvif/xml";

const NOW = "2026-03-01T08:00:10Z";
const SPACES =
  'xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" ' +
  'xmlns:tt="http://www.onvif.org/ver10/schema"';

interface Given {
  readonly topic?: string;
  readonly declaration?: string;
  readonly utc?: string;
  readonly operation?: string;
  /** Inside LicensePlateInfo. */
  readonly info?: string;
  /** Beside it. */
  readonly items?: string;
}

function notification(given: Given): string {
  const { topic = "tns1:RuleEngine/Recognition/LicensePlate", utc = "2026-03-01T08:00:09Z" } = given;
  const operation = given.operation === undefined ? "" : ` PropertyOperation="${given.operation}"`;
  return (
    `<wsnt:NotificationMessage ${given.declaration ?? 'xmlns:tns1="http://www.onvif.org/ver10/topics"'}>` +
    `<wsnt:Topic>${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${utc}"${operation}><tt:Data>` +
    `${given.items ?? ""}<tt:ElementItem Name="LicensePlateInfo"><tt:LicensePlateInfo>${given.info ?? number("29H67890")}` +
    "</tt:LicensePlateInfo></tt:ElementItem></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
  );
}

const number = (plate: string, likelihood?: string) =>
  `<tt:PlateNumber${likelihood === undefined ? "" : ` Likelihood="${likelihood}"`}>${plate}</tt:PlateNumber>`;

function read(...given: readonly Given[]): PulledMessages {
  const body = `<tev:CurrentTime>${NOW}</tev:CurrentTime>${given.map(notification).join("")}`;
  return platesIn(parseXml(`<tev:PullMessagesResponse ${SPACES}>${body}</tev:PullMessagesResponse>`));
}

const platesOf = (...given: readonly Given[]) => read(...given).plates.map(({ plate }) => plate);
const confidenceOf = (info: string, items?: string) =>
  read({ info, ...(items === undefined ? {} : { items }) }).plates[0]?.confidence;

describe("plates in camera events", () => {
  it("reads number, likelihood, country and age", () => {
    const info = `${number("29H67890", "0.93")}<tt:CountryCode>vn</tt:CountryCode>`;
    assert.deepEqual(read({ info }), {
      plates: [{ plate: "29H67890", confidence: 0.93, country: "VN", ageMs: 1000 }],
      messages: 1,
      dropped: 0,
    });
  });

  it("B9 passes digits, full-width and Chinese characters as the camera gave them", () => {
    const plates = ["012345", "12", "0x10", "1e5", "２９Ｃ１２３４５", "桂A·12345", "29c-123.45", "true"];
    assert.deepEqual(platesOf(...plates.map((plate) => ({ info: number(plate) }))), plates);
  });

  it("B9 drops what no plate can be", () => {
    const bad = ["", "   ", "A".repeat(33), "A".repeat(500), "29C\u202e12345", "29C\u200b12345", "29C\u009b1"];
    const pulled = read(...bad.map((plate) => ({ info: number(plate) })));
    assert.deepEqual([pulled.plates, pulled.dropped], [[], bad.length]);
  });

  it("B10 takes a likelihood from 0 to 1 or 0 to 100, and anything else as unknown", () => {
    for (const [given, expected] of [
      ["0", 0],
      ["0.9", 0.9],
      ["1", 1],
      ["9.5e-1", 0.95],
      ["93", 0.93],
      ["100", 1],
      ["1.01", 0.0101],
      ["100.5", undefined],
      ["-1", undefined],
      ["NaN", undefined],
      ["INF", undefined],
      ["0,9", undefined],
      ["", undefined],
      ["0x1", undefined],
    ] as const) {
      assert.equal(confidenceOf(number("29H67890", given)), expected, `likelihood ${given}`);
    }
  });

  it("B10 takes a missing likelihood as unknown, and the smaller of two", () => {
    const overall = (value: string) => `<tt:SimpleItem Name="Likelihood" Value="${value}"/>`;
    assert.equal(confidenceOf(number("29H67890")), undefined);
    assert.equal(confidenceOf(number("29H67890"), overall("0.8")), 0.8);
    assert.equal(confidenceOf(number("29H67890", "0.9"), overall("0.4")), 0.4);
    assert.equal(confidenceOf(number("29H67890", "0.9"), overall("nonsense")), undefined);
  });

  it("B10 passes both of two plates in one picture", () => {
    assert.deepEqual(platesOf({ info: number("29H67890", "0.9") }, { info: number("12C12345", "0.9") }), [
      "29H67890",
      "12C12345",
    ]);
  });

  it("takes the topic of license plates only, whatever its prefix", () => {
    const named = (topic: string, declaration?: string) =>
      platesOf({ topic, ...(declaration === undefined ? {} : { declaration }) }).length;
    assert.equal(named("x:RuleEngine/Recognition/LicensePlate", 'xmlns:x="http://www.onvif.org/ver10/topics"'), 1);
    assert.equal(named("tns1:RuleEngine/Recognition/LicensePlate", ""), 1);
    assert.equal(named("tns1:RuleEngine/Recognition/LicensePlate", 'xmlns:tns1="urn:vendor"'), 0);
    assert.equal(named("y:RuleEngine/Recognition/LicensePlate", ""), 0);
    assert.equal(named("tns1:RuleEngine/Recognition/Face"), 0);
    assert.equal(named("tns1:RuleEngine/Recognition/LicensePlate/More"), 0);
  });

  it("drops the plate of an earlier vehicle that a new subscription begins with", () => {
    assert.deepEqual(platesOf({ operation: "Initialized" }, { operation: "Deleted" }, { operation: "Changed" }), [
      "29H67890",
    ]);
  });

  it("tells the age by the camera's own clock, and drops what is too old or has no time", () => {
    const ageAt = (utc: string) => read({ utc }).plates[0]?.ageMs;
    assert.equal(ageAt("2026-03-01T15:00:08.500+07:00"), 1500);
    assert.equal(ageAt("2026-03-01T08:00:12Z"), 0, "a camera that answers with an old clock reading");
    assert.equal(ageAt("2026-03-01T07:59:30Z"), undefined);
    assert.equal(ageAt("2026-03-01T08:00:09"), undefined, "no zone");
    assert.equal(ageAt("yesterday"), undefined);
    assert.equal(ageAt(""), undefined);
  });

  it("survives messages without their parts", () => {
    for (const part of ["<tt:PlateType>x</tt:PlateType>", "<PlateNumber>29H67890</PlateNumber>"]) {
      assert.equal(read({ info: part }).dropped, 1);
    }
    const empty = `<a ${SPACES}><wsnt:NotificationMessage/><wsnt:NotificationMessage><wsnt:Topic/></wsnt:NotificationMessage></a>`;
    assert.deepEqual(platesIn(parseXml(empty)), { plates: [], messages: 2, dropped: 0 });
  });

  it("takes no more than 64 plates from one answer", () => {
    assert.equal(platesOf(...Array.from({ length: 80 }, () => ({}))).length, 64);
  });
});
