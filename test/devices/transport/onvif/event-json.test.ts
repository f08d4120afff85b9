import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plateInJson } from "#devices/transport/onvif/event-json";

const NOW = Date.parse("2026-03-01T08:00:10Z");
const TIME = "2026-03-01T08:00:09Z";

const read = (json: string) => plateInJson(Buffer.from(json), NOW);
const event = (data: string, rest = "") => `{"UtcTime":"${TIME}","Source":{"Rule":"lane"},"Data":${data}${rest}}`;
const numbered = (value: string) => event(`{"LicensePlateInfo":{"PlateNumber":${value}}}`);

describe("plates in ONVIF events in JSON", () => {
  it("reads number, likelihood, country and age, as strings and as numbers", () => {
    const expected = { plate: "29H67890", confidence: 0.93, country: "VN", ageMs: 1000 };
    const info = '{"PlateNumber":"29H67890","CountryCode":"vn"}';
    assert.deepEqual(read(event(`{"Likelihood":0.93,"LicensePlateInfo":${info}}`)), expected);
    assert.deepEqual(read(event(`{"Likelihood":"0.93","LicensePlateInfo":${info}}`)), expected);
    const inside = '{"PlateNumber":{"Likelihood":93,"Value":"29H67890"},"CountryCode":"VN"}';
    assert.deepEqual(read(event(`{"LicensePlateInfo":${inside}}`)), expected);
    assert.deepEqual(read(event('{"Likelihood":0.93,"PlateNumber":"29H67890","CountryCode":"VN"}')), expected);
  });

  it("B9 a number is the digits that were sent, and what is no row of digits stays what it is", () => {
    for (const [given, plate] of [
      ["12345", "12345"],
      ['"012345"', "012345"],
      ["90071992547409931234", "90071992547409931234"],
      ["1e5", "1e5"],
      ['"0x10"', "0x10"],
    ] as const) {
      assert.equal(read(numbered(given))?.plate, plate, given);
    }
  });

  it("gives no confidence when the camera gives none or nonsense", () => {
    assert.equal(read(numbered('"29H67890"'))?.confidence, undefined);
    for (const likelihood of ["-1", "200", '"high"', "null", "{}", "true", '""']) {
      const data = `{"Likelihood":${likelihood},"LicensePlateInfo":{"PlateNumber":"29H67890"}}`;
      const plate = read(event(data));
      assert.deepEqual([plate?.plate, plate?.confidence], ["29H67890", undefined], likelihood);
    }
  });

  it("keeps every event of one vehicle's way through the picture, and none of the vehicle before", () => {
    for (const operation of ["Changed", "new", "update"]) {
      assert.equal(read(event('{"PlateNumber":"29H67890"}', `,"PropertyOperation":"${operation}"`))?.plate, "29H67890");
    }
    for (const operation of ["Initialized", "Deleted"]) {
      assert.equal(read(event('{"PlateNumber":"29H67890"}', `,"PropertyOperation":"${operation}"`)), undefined);
    }
    const old = '{"UtcTime":"2026-03-01T07:59:00Z","Data":{"PlateNumber":"29H67890"}}';
    assert.equal(read(old), undefined);
  });

  it("takes nothing else for a plate", () => {
    for (const json of [
      "",
      "{",
      "[]",
      "null",
      "7",
      '"29H67890"',
      "{}",
      '{"Data":{"PlateNumber":"29H67890"}}',
      '{"UtcTime":"yesterday","Data":{"PlateNumber":"29H67890"}}',
      '{"UtcTime":1772352009,"Data":{"PlateNumber":"29H67890"}}',
      event("[]"),
      event("null"),
      event('{"__proto__":{"PlateNumber":"29H67890"}}'),
      event('{"constructor":{"PlateNumber":"29H67890"}}'),
      numbered("null"),
      numbered("true"),
      numbered("[]"),
      numbered("{}"),
      numbered('""'),
      numbered('"   \\u202e29H"'),
      numbered(`"${"A".repeat(33)}"`),
      `${event("{}").slice(0, -1)},"x":${"[".repeat(5000)}${"]".repeat(5000)}}`,
    ]) {
      assert.equal(read(json), undefined, json.slice(0, 80));
    }
    assert.equal(plateInJson(Buffer.from([0xff, 0xfe, 0x7b, 0x7d]), NOW), undefined);
    assert.equal(plateInJson(Buffer.alloc(1_000_001, 0x20), NOW), undefined);
  });
});
