import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isLaneError } from "#contract/errors";
import { parseStrictJson } from "#sync/strict-json";

const parse = (text: string | Uint8Array) => parseStrictJson(Buffer.from(text), 1_000);

test("B18: what two readers could understand differently is refused", () => {
  const bad: readonly (string | Uint8Array)[] = [
    "",
    "not json",
    "{'a':1}",
    '{"a":1}garbage',
    '{"a":NaN}',
    "\ufeff{}",
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    '{"seq":1,"seq":2}',
    '{"seq":1,"\\u0073eq":2}',
    '{"x":[{"b":{"a":1,"c":2,"a":3}}]}',
    '{"a":"{","b":1,"a":2}',
    '{"a\\"":1,"a\\"":2}',
    '{"__proto__":{"admin":true}}',
    '{"\\u005f_proto__":1}',
    '{"plate":"\\ud800"}',
    '{"\\udc00":1}',
    "[".repeat(33) + "]".repeat(33),
    `${'{"a":'.repeat(40)}1${"}".repeat(40)}`,
  ];
  for (const text of bad) {
    assert.throws(
      () => parse(text),
      (error) => isLaneError(error, "MESSAGE_NOT_JSON"),
      String(text),
    );
  }
});

test("a refusal repeats nothing of what was received", () => {
  for (const text of ['{"=cmd()":1,"=cmd()":2}', '"=cmd()', '{"a":"=cmd()\\ud800"}']) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof Error && !error.message.includes("cmd"),
    );
  }
});

test("the size counts in bytes", () => {
  assert.equal(parse(`"${"x".repeat(998)}"`), "x".repeat(998));
  for (const text of [`"${"x".repeat(999)}"`, `"${"é".repeat(500)}"`]) {
    assert.throws(
      () => parse(text),
      (error) => isLaneError(error, "MESSAGE_TOO_LARGE"),
    );
  }
});

test("whatever JSON.stringify writes is read as it was, if no key is forbidden", () => {
  const plainKeys = fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("tree"), { maxLength: 6 }),
    object: fc.dictionary(plainKeys, tie("tree"), { maxKeys: 6 }),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(undefined, 2), (value, space) => {
      const text = JSON.stringify(value, null, space);
      assert.deepEqual(parseStrictJson(Buffer.from(text), 1_000_000), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test("the same key in different objects is no double", () => {
  const text = '{"a":{"x":1},"b":[{"x":1},{"x":2}],"x":"\\"x\\":"}';
  assert.deepEqual(parse(text), JSON.parse(text));
});
