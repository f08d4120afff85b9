import assert from "node:assert/strict";
import { test } from "node:test";
import { expectation, intendedNumber } from "#config/expectation";
import { nearest } from "#config/nearest";

test("the nearest key is found, and nothing is guessed when none is near", () => {
  const keys = ["host", "port", "unit", "pollMs", "timeoutMs", "passwordFile"];
  assert.equal(nearest("prot", keys), "port");
  assert.equal(nearest("PollMS", keys), "pollMs");
  assert.equal(nearest("timeout", keys), "timeoutMs");
  assert.equal(nearest("colour", keys), undefined);
  assert.equal(nearest("x", keys), undefined);
  assert.equal(nearest("", keys), undefined);
});

test("a number with a unit is brought to the unit of its key", () => {
  assert.equal(intendedNumber("20 ms", "pollMs"), 20);
  assert.equal(intendedNumber("2s", "pollMs"), 2000);
  assert.equal(intendedNumber("1,5 t", "toleranceKg"), 1500);
  assert.equal(intendedNumber("502", "port"), 502);
  assert.equal(intendedNumber("20 kg", "pollMs"), undefined);
  assert.equal(intendedNumber("soon", "pollMs"), undefined);
  assert.equal(intendedNumber(20, "pollMs"), undefined);
});

test("what may stand at a key is put into words", () => {
  assert.equal(
    expectation({ type: "integer", minimum: 5, maximum: 1000 }, "pollMs"),
    "a whole number of milliseconds, without unit, from 5 to 1000",
  );
  assert.equal(expectation({ type: "number", minimum: 0 }, "share"), "a number, 0 or more");
  assert.equal(expectation({ type: "boolean", description: "Why" }, "on"), "true or false (Why)");
  assert.equal(expectation({ anyOf: [{ const: "a" }, { const: "b" }] }, "kind"), 'one of "a", "b"');
  assert.equal(expectation({ type: "array", minItems: 1, maxItems: 4 }, "trust"), "a list, from 1 to 4 items");
  assert.equal(expectation({ type: "object", properties: { host: {} } }, "gate"), "a block with host");
});
