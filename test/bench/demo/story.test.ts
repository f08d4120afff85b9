import assert from "node:assert/strict";
import { test } from "node:test";
import { story } from "#bench/demo/story";

test("a short demo shows the network cut, too, and a long one tells the same story again", () => {
  const cut = (count: number) =>
    story(count, 7, Date.UTC(2026, 0, 5)).flatMap(({ wan }, at) => (wan === "down" ? [at + 1] : []));
  assert.deepEqual(cut(8), [7, 8]);
  assert.deepEqual(cut(20), [7, 8, 17, 18]);
});
