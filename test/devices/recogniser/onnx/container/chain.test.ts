import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { chainsOf, mostPromising, textOf } from "#devices/recogniser/onnx/container/chain";
import { cutsFor, frame, lineThrough, seedsOf } from "#devices/recogniser/onnx/container/second-look";
import { firstLook } from "#devices/recogniser/onnx/container/sighting";
import { type Token, tokenOf } from "#devices/recogniser/onnx/container/token";
import { boundsOf } from "#devices/recogniser/onnx/geometry";
import { latticeFor } from "../support.ts";

/** An upright box with its text. */
function token(text: string, left: number, top: number, width: number, height: number): Token {
  const quad: Quad = [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ];
  return tokenOf(quad, text, latticeFor(text.replace(/[^A-Z0-9]/g, "")));
}

const owner = token("MSKU", 100, 100, 120, 40);
const serial = token("413532", 240, 102, 170, 40);
const check = token("9", 425, 100, 30, 40);
const weight = token("30480 KG", 100, 300, 200, 30);

const texts = (tokens: readonly Token[]) => chainsOf(tokens).map(textOf);

describe("chains of tokens", () => {
  test("join neighbours on a line, whatever their order", () => {
    assert.ok(texts([check, weight, serial, owner]).includes("MSKU4135329"));
  });

  test("do not jump to another line or across a wide gap", () => {
    const low = token("413532", 240, 150, 170, 40);
    const far = token("413532", 400, 100, 170, 40);
    assert.deepEqual(texts([owner, far]), []);
    assert.deepEqual(
      chainsOf([owner, low]).filter(({ twoLines }) => !twoLines),
      [],
    );
  });

  test("do not join text of very different height", () => {
    assert.deepEqual(texts([owner, token("4135329", 240, 112, 60, 14)]), []);
  });

  test("take digits below an owner code as its second line", () => {
    const [chain] = chainsOf([token("MSKU", 100, 100, 120, 40), token("4135329", 100, 160, 200, 40)]);
    assert.ok(chain?.twoLines);
    assert.equal(textOf(chain), "MSKU4135329");
  });

  test("follow a column downwards", () => {
    const upper = token("MSKU", 100, 100, 40, 160);
    const lower = token("4135329", 100, 280, 40, 280);
    assert.ok(upper.vertical && lower.vertical);
    assert.ok(texts([lower, upper]).includes("MSKU4135329"));
  });

  test("in a crowd the most promising are found, and no more than asked for", () => {
    const crowd = Array.from({ length: 60 }, (_, i) => token("A12", (i % 10) * 70, 400 + (i >> 3) * 45, 60, 40));
    const all = [...crowd, owner, serial, check];
    const [best, ...others] = mostPromising(chainsOf(all), all, 20);
    assert.ok(best && textOf(best) === "MSKU4135329");
    assert.equal(others.length, 19);
  });
});

describe("the first look", () => {
  test("finds the number and where it stands", () => {
    const [best] = firstLook([weight, check, serial, owner]);
    assert.equal(best?.text, "MSKU4135329");
    assert.ok(best.checkRead);
    assert.deepEqual(boundsOf(best.quad), { left: 100, top: 100, right: 455, bottom: 142 });
  });

  test("finds two different numbers on one picture", () => {
    const other = [token("TGHU", 600, 100, 120, 40), token("870702", 740, 100, 170, 40), token("3", 925, 100, 30, 40)];
    const full = firstLook([owner, serial, check, ...other]).filter(({ checkRead }) => checkRead);
    assert.deepEqual(full.map(({ text }) => text).sort(), ["MSKU4135329", "TGHU8707023"]);
  });

  test("of a number without its check digit says only that", () => {
    const seen = firstLook([owner, serial]);
    assert.deepEqual(
      seen.map(({ text, checkRead }) => [text, checkRead]),
      [["MSKU4135329", false]],
    );
  });

  test("of other text is nothing", () => assert.deepEqual(firstLook([weight]), []));
});

describe("the second look", () => {
  test("runs through all tokens of the line", () => {
    const line = lineThrough([owner, serial]);
    assert.ok(line);
    const whole = boundsOf(frame(line, { before: 0, after: 0, scale: 1 }));
    assert.ok(Math.abs(whole.left - 100) < 1 && Math.abs(whole.right - 410) < 2, JSON.stringify(whole));
  });

  test("goes to a serial number without its owner code before all weights, and to large writing before small", () => {
    const weights = ["32500 KGS", "71650 LBS", "28800 KGS"].map((text, i) => token(text, 100, 300 + 50 * i, 200, 30));
    const small = token("790123", 100, 500, 80, 20);
    const [first, second] = seedsOf([...weights, small, serial], 2);
    assert.deepEqual(
      [first, second].map((chain) => chain && textOf(chain)),
      ["413532", "790123"],
    );
  });

  test("reaches past the end by character pitches", () => {
    const line = lineThrough([serial]);
    assert.ok(line);
    // 170 pixels for 6.3 characters.
    assert.ok(Math.abs(line.pitch - 27) < 0.1);
    const { left, right, top, bottom } = boundsOf(frame(line, { before: 1, after: 3, scale: 1.5 }));
    assert.ok(Math.abs(left - (240 - 27)) < 0.2 && Math.abs(right - (410 + 81)) < 0.3);
    assert.ok(Math.abs(bottom - top - 60) < 1e-9);
  });

  test("of a column reaches downwards and keeps it upright", () => {
    const line = lineThrough([token("MSKU413532", 100, 100, 40, 400)]);
    assert.ok(line);
    const quad = frame(line, { before: 0, after: 2, scale: 1 });
    assert.deepEqual(boundsOf(quad), { left: 100, top: 100, right: 140, bottom: 580 });
    assert.deepEqual(quad[0], [100, 100]);
  });

  test("begins with what looks most like a container number", () => {
    const [first] = seedsOf([weight, serial, owner], 4);
    assert.ok(first);
    assert.equal(textOf(first), "MSKU413532");
  });

  test("keeps the owner code of a two-line number and looks again at its digits", () => {
    const upper = token("MSKU", 100, 100, 120, 40);
    const lower = token("413532", 100, 160, 170, 40);
    const cuts = cutsFor({ tokens: [upper, lower], twoLines: true });
    assert.ok(cuts.length > 0);
    for (const { prefix, quad } of cuts) {
      assert.equal(prefix, upper.lattice);
      assert.ok(boundsOf(quad).top > 140);
    }
  });
});
