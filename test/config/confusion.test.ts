import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readConfusion } from "#config/confusion";
import { isLaneError } from "#contract/errors";
import { DEFAULT_CONFUSION } from "#lanes/fusion/confusion";

const SHIPPED = new URL("../../models/confusion.json", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "confusion-"));
after(() => rmSync(folder, { recursive: true }));

test("the table that is shipped is the one that is built in", () => {
  assert.deepEqual(readConfusion(SHIPPED), DEFAULT_CONFUSION);
});

for (const [why, content] of [
  ["no JSON", "{"],
  ["an unknown version", JSON.stringify({ ...DEFAULT_CONFUSION, version: 2 })],
  ["a share above one", JSON.stringify({ ...DEFAULT_CONFUSION, shareInClass: 1.5 })],
  ["a rate of zero", JSON.stringify({ ...DEFAULT_CONFUSION, containerPassRate: { letter: 0, digit: 0.1 } })],
  ["an unknown key", JSON.stringify({ ...DEFAULT_CONFUSION, more: 1 })],
] as const) {
  test(`a table with ${why} is refused`, () => {
    const file = join(folder, "table.json");
    writeFileSync(file, content);
    assert.throws(
      () => readConfusion(file),
      (error) => isLaneError(error, "MODEL_INVALID"),
    );
  });
}

test("an absent table is refused", () => {
  assert.throws(
    () => readConfusion(join(folder, "absent.json")),
    (error) => isLaneError(error, "MODEL_INVALID"),
  );
});
