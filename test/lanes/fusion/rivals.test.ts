import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CharacterAlternatives } from "#contract/reading";
import { rivalsOf } from "#lanes/fusion/rivals";

const sure = (character: string): CharacterAlternatives => [{ character, probability: 0.99 }];
const torn = (...seen: readonly (readonly [string, number])[]): CharacterAlternatives =>
  seen.map(([character, probability]) => ({ character, probability }));

describe("what was seen beside the chosen text", () => {
  test("is named with its place", () => {
    const alternatives = [sure("1"), torn(["S", 0.6], ["5", 0.35], ["B", 0.01]), sure("2")];
    assert.deepEqual(rivalsOf("1S2", alternatives), [{ position: 1, character: "5", probability: 0.35 }]);
  });

  test("is also named when the grammar chose what the eye liked less", () => {
    assert.deepEqual(rivalsOf("5", [torn(["S", 0.7], ["5", 0.3])]), [
      { position: 0, character: "S", probability: 0.7 },
    ]);
  });

  test("is nothing when the places are not those of the text, or the numbers are none", () => {
    assert.deepEqual(rivalsOf("12", [torn(["1", 0.5], ["7", 0.5])]), []);
    assert.deepEqual(rivalsOf("1", [torn(["7", Number.NaN], ["I", 1.5])]), []);
    assert.deepEqual(rivalsOf("1", []), []);
  });
});
