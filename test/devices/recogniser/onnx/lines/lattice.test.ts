import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { columnsOf, SYMBOLS, symbolOf } from "#devices/recogniser/onnx/lines/alphabet";
import { greedyText, joinLattices, latticeOf, type RawOutput } from "#devices/recogniser/onnx/lines/lattice";
import { latticeFor } from "../support.ts";

const columns = columnsOf("A\nB\nc\nC\n京\n景\r\n?");

function rawOutput(frames: readonly Readonly<Record<string, number>>[]): RawOutput {
  const classes = columns.characters.length;
  const values = new Float32Array(frames.length * classes);
  frames.forEach((seen, frame) => {
    for (const [character, probability] of Object.entries(seen)) {
      values[frame * classes + columns.characters.indexOf(character)] = probability;
    }
  });
  return { values, frames: frames.length, classes };
}

describe("the dictionary", () => {
  test("stands between the blank and the space, without line ends", () => {
    assert.deepEqual(columns.characters, ["", "A", "B", "c", "C", "京", "景", "?", " "]);
  });

  test("every character of an identifier has one symbol", () => {
    assert.equal(new Set(SYMBOLS).size, SYMBOLS.length);
    assert.equal(symbolOf("桂"), SYMBOLS.indexOf("桂"));
    assert.equal(symbolOf("?"), undefined);
  });
});

describe("a lattice", () => {
  test("keeps what identifiers are made of and forgets the rest", () => {
    const [frame] = latticeOf(rawOutput([{ A: 0.7, B: 0.2, "?": 0.05, "": 0.05 }]), columns);
    assert.deepEqual(
      frame?.map(({ symbol }) => SYMBOLS[symbol]),
      ["A", "B"],
    );
    assert.ok(Math.abs((frame?.[0]?.probability ?? 0) - 0.7) < 1e-6);
  });

  test("counts a small letter as its capital and a look-alike by its share", () => {
    const [frame] = latticeOf(rawOutput([{ c: 0.3, C: 0.2, 景: 0.4, 京: 0.1 }]), columns);
    const probability = (character: string) =>
      frame?.find(({ symbol }) => SYMBOLS[symbol] === character)?.probability ?? 0;
    assert.ok(Math.abs(probability("C") - 0.5) < 1e-6);
    assert.ok(Math.abs(probability("京") - 0.3) < 1e-6);
  });

  test("leaves out what is hardly there", () => {
    assert.deepEqual(latticeOf(rawOutput([{ A: 0.0005 }]), columns), [[]]);
  });

  test("joined to another, equal neighbours stay apart", () => {
    const joined = joinLattices([latticeFor("A").slice(0, 1), latticeFor("A").slice(0, 1)]);
    assert.deepEqual(
      joined.map((frame) => frame.length),
      [1, 0, 1, 0],
    );
  });
});

test("the greedy text drops repeats and blanks, and keeps doubled characters", () => {
  const output = rawOutput([{ A: 0.9 }, { A: 0.8 }, { "": 0.9 }, { A: 0.6 }, { "?": 0.9 }, { 京: 0.9 }]);
  assert.equal(greedyText(output, columns), "AA?京");
});
