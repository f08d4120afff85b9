import assert from "node:assert/strict";
import { test } from "node:test";
import { textOutline } from "#bench/scene/glyphs";
import { plateLines, plateLook } from "#bench/scene/plate";
import { CN_PROVINCES, classifyPlate, normaliseIdentifier } from "#contract/identifiers";

const STAMPED: readonly [plate: string, lines: 1 | 2, stamped: readonly string[]][] = [
  ["12C12345", 1, ["12C-123.45"]],
  ["12C12345", 2, ["12C", "123.45"]],
  ["29H6789", 1, ["29H-6789"]],
  ["12R01234", 2, ["12R", "012.34"]],
  ["29LD12345", 2, ["29LD", "123.45"]],
  ["29H112345", 2, ["29H1", "123.45"]],
  ["桂A12345", 1, ["桂A·12345"]],
  ["桂A12345", 2, ["桂·A", "12345"]],
  ["桂F1234挂", 2, ["桂·F", "1234挂"]],
];

for (const [plate, lines, stamped] of STAMPED) {
  test(`${plate} on ${lines} line(s) is stamped ${stamped.join(" / ")}`, () => {
    const drawn = plateLines(plateLook(plate, lines));
    assert.deepEqual(drawn, stamped);
    assert.equal(normaliseIdentifier(drawn.join("")), plate);
    assert.notEqual(classifyPlate(plate), undefined);
  });
}

test("country and colour follow from the plate", () => {
  assert.deepEqual(plateLook("12C12345", 1), { text: "12C12345", country: "VN", lines: 1, colour: "yellow" });
  assert.deepEqual(plateLook("桂A12345D", 1), { text: "桂A12345D", country: "CN", lines: 1, colour: "green" });
});

test("every character of both countries' plates has an outline", () => {
  for (const character of `${CN_PROVINCES}挂学警港澳领ABCDEFGHJKLMNPQRSTUVWXYZĐ0123456789-.·`) {
    const { outline, width } = textOutline(character, { x: 0, y: 0, height: 1 });
    assert.ok(outline.length > 3 && width > 0.1, character);
  }
});

test("characters are as tall as asked, whatever their font", () => {
  for (const character of ["H", "8", "桂", "挂"]) {
    const { outline } = textOutline(character, { x: 0, y: 0, height: 0.1 });
    const heights = outline.flatMap((command) => (command.type === "Z" ? [] : [-command.y]));
    const tall = Math.max(...heights) - Math.min(...heights);
    assert.ok(Math.abs(tall - 0.1) < 0.01, `${character} is ${tall} m tall`);
  }
});
