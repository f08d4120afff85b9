import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isoUtc } from "#contract/units";
import { utcOf } from "#lanes/decision/time";

const LAST = utcOf("9999-12-31T23:59:59.999Z");

describe("B30 times in UTC", () => {
  test("come back as they went, over ten thousand years", () => {
    const first = utcOf("0000-01-01T00:00:00Z");
    fc.assert(
      fc.property(fc.integer({ min: first, max: LAST }), (utc) => assert.equal(utcOf(isoUtc(utc)), utc)),
      { numRuns: 5000 },
    );
  });

  test("read as the platform reads them", () => {
    fc.assert(
      fc.property(fc.integer({ min: utcOf("0000-01-01T00:00:00Z"), max: LAST }), (utc) =>
        assert.equal(isoUtc(utc), new Date(utc).toISOString()),
      ),
      { numRuns: 5000 },
    );
  });

  for (const [text, utc] of [
    ["1970-01-01T00:00:00Z", 0],
    ["1969-12-31T23:59:59.999Z", -1],
    ["2000-02-29T12:00:00.5Z", 951_825_600_500],
    ["2026-10-10T08:00:00.05Z", 1_791_619_200_050],
  ] as const) {
    test(`${text} is ${utc}`, () => assert.equal(utcOf(text), utc));
  }

  for (const text of [
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+07:00",
    "2026-01-01",
    "",
  ]) {
    test(`${text || "the empty text"} is no time`, () => assert.ok(Number.isNaN(utcOf(text))));
  }
});
