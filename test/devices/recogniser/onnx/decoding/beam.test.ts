import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alternativesOf, logProbabilityOf } from "#devices/recogniser/onnx/decoding/alternatives";
import { beamSearch } from "#devices/recogniser/onnx/decoding/beam";
import { anyOf, Grammar, oneOf, repeat } from "#devices/recogniser/onnx/decoding/grammar";
import { addLogs, NEVER, sumLogs } from "#devices/recogniser/onnx/decoding/logarithm";
import { symbolOf } from "#devices/recogniser/onnx/lines/alphabet";
import { doubtful, frameOf, latticeFor } from "../support.ts";

const TWO_DIGITS = new Grammar([repeat(oneOf("0123456789"), 2)]);
const LETTERS_THEN_DIGIT = new Grammar([
  [oneOf("AB"), oneOf("12")],
  [oneOf("AB"), oneOf("AB"), oneOf("12")],
]);

describe("logarithms", () => {
  test("add like the probabilities they stand for", () => {
    assert.ok(Math.abs(addLogs(Math.log(0.2), Math.log(0.3)) - Math.log(0.5)) < 1e-12);
    assert.equal(addLogs(NEVER, -3), -3);
    assert.ok(Math.abs(sumLogs([0.1, 0.2, 0.3].map(Math.log)) - Math.log(0.6)) < 1e-12);
    assert.equal(sumLogs([]), NEVER);
  });
});

describe("a grammar", () => {
  test("follows several templates at once", () => {
    const a = LETTERS_THEN_DIGIT.next(LETTERS_THEN_DIGIT.start, symbolOf("A") ?? -1);
    assert.ok(a);
    assert.equal(LETTERS_THEN_DIGIT.isComplete(a.state), false);
    const short = LETTERS_THEN_DIGIT.next(a.state, symbolOf("1") ?? -1);
    assert.ok(short && LETTERS_THEN_DIGIT.isComplete(short.state));
    assert.equal(LETTERS_THEN_DIGIT.next(short.state, symbolOf("2") ?? -1), undefined);
    const long = LETTERS_THEN_DIGIT.next(a.state, symbolOf("B") ?? -1);
    assert.ok(long && !LETTERS_THEN_DIGIT.isComplete(long.state));
  });

  test("takes the better weight where templates overlap", () => {
    const grammar = new Grammar([[oneOf("A", -2)], [anyOf(oneOf("A", -1), oneOf("B"))]]);
    assert.equal(grammar.next(grammar.start, symbolOf("A") ?? -1)?.logWeight, -1);
  });
});

describe("the search", () => {
  test("reads what is plainly there", () => {
    const [best] = beamSearch(latticeFor("42"), TWO_DIGITS);
    assert.equal(best?.text, "42");
    assert.ok(best.complete && best.logProbability > Math.log(0.97));
  });

  test("takes a character over several frames as one, and two as two only with a gap between", () => {
    const seven = frameOf({ 7: 0.98 });
    assert.equal(beamSearch([seven, seven, seven], TWO_DIGITS)[0]?.text, "7");
    assert.equal(beamSearch([seven, [], seven], TWO_DIGITS)[0]?.text, "77");
  });

  test("reads a line filled up with nothing as it reads the line", () => {
    const line = doubtful("42", { 1: { 2: 0.6, 7: 0.3 } });
    assert.deepEqual(beamSearch([[], [], ...line, [], [], []], TWO_DIGITS), beamSearch(line, TWO_DIGITS));
  });

  test("never takes a character that the grammar does not allow, and pays for skipping one", () => {
    const stray = [...latticeFor("4"), frameOf({ A: 0.99 }), ...latticeFor("2")];
    const withLetters = new Grammar([[oneOf("0123456789"), oneOf("0123456789")], [oneOf("A")]]);
    const [best] = beamSearch(stray, withLetters).filter(({ complete }) => complete);
    assert.equal(best?.text, "42");
    assert.ok(best.logProbability < Math.log(0.02), "the letter is not free to skip");
    const [blind] = beamSearch(stray, TWO_DIGITS);
    assert.ok((blind?.logProbability ?? -99) > Math.log(0.95), "a symbol outside the grammar is as if not seen");
  });

  test("prefers what fits the grammar over what is a little more likely", () => {
    const lattice = doubtful("B1", { 1: { A: 0.5, 1: 0.4 } });
    const complete = beamSearch(lattice, LETTERS_THEN_DIGIT).filter((hypothesis) => hypothesis.complete);
    assert.equal(complete[0]?.text, "B1");
  });

  test("an empty lattice reads as nothing", () => {
    assert.deepEqual(beamSearch([], TWO_DIGITS), [{ text: "", logProbability: 0, complete: false }]);
    assert.equal(beamSearch([[], []], TWO_DIGITS)[0]?.text, "");
  });

  test("gives every text the sum over all its alignments", () => {
    const lattice = [frameOf({ 1: 0.6, 7: 0.3 }), frameOf({ 1: 0.5, 2: 0.2 }), [], frameOf({ 1: 0.4, 7: 0.5 })];
    const texts = beamSearch(lattice, TWO_DIGITS, 1000);
    for (const { text, logProbability } of texts) {
      const symbols = [...text].map((character) => symbolOf(character) ?? -1);
      const exact = logProbabilityOf(lattice, symbols, TWO_DIGITS.symbols);
      // A frame without a symbol lets a listed one pass at a tiny floor, which only the exact sum counts.
      assert.ok(Math.abs(logProbability - exact) < 1e-3, `${text}: ${logProbability} and ${exact}`);
    }
    assert.ok(texts.length > 10);
  });
});

describe("alternatives", () => {
  test("are certain where the lattice is, and share where it doubts", () => {
    const lattice = doubtful("42", { 1: { 2: 0.6, 7: 0.3 } });
    const [first, second] = alternativesOf(lattice, "42", TWO_DIGITS);
    assert.equal(first?.[0]?.character, "4");
    assert.ok((first[0]?.probability ?? 0) > 0.99);
    assert.deepEqual(
      second?.map(({ character }) => character),
      ["2", "7"],
    );
    assert.ok(Math.abs((second[0]?.probability ?? 0) - 2 / 3) < 0.02, JSON.stringify(second));
  });

  test("show that a text was not the likeliest", () => {
    const [, second] = alternativesOf(doubtful("42", { 1: { 2: 0.1, 7: 0.8 } }), "42", TWO_DIGITS);
    assert.equal(second?.[0]?.character, "7");
  });

  test("are only what the grammar allows there", () => {
    const lattice = doubtful("A1", { 0: { A: 0.5, B: 0.2, 1: 0.3 } });
    const [first] = alternativesOf(lattice, "A1", LETTERS_THEN_DIGIT);
    assert.deepEqual(
      first?.map(({ character }) => character),
      ["A", "B"],
    );
  });
});
