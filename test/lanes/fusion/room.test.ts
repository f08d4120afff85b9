import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { IdentityRead } from "#contract/decision";
import { fuse, roomFor } from "#lanes/fusion/fuse";
import { OTHER_TRACTOR, read, TRACTOR } from "../builders.ts";

const MIN = 0.6;
const SISTER = TRACTOR.replace("12C", "12G");
const plate = (text: string, confidence: number, change: Partial<IdentityRead> = {}) =>
  read({ kind: "plate", text, confidence, ...change });
const room = (...reads: readonly IdentityRead[]) => roomFor(TRACTOR, { text: SISTER, kind: "plate" }, reads, MIN);
const sawAlso = (probability: number): Partial<IdentityRead> => ({
  rivals: [{ position: 2, character: "C", probability }],
});
const likely = fc.double({ min: MIN, max: 1, noNaN: true });

describe("the room that reads leave for another text", () => {
  test("is small when all of them say the same, however unsure", () => {
    const property = fc.property(fc.array(likely, { minLength: 1, maxLength: 5 }), (confidences) => {
      assert.ok(room(...confidences.map((confidence) => plate(SISTER, confidence))) < 0.06);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("is real when one of them says the other text, and grows with its certainty", () => {
    const unsure = room(plate(SISTER, 0.9), plate(TRACTOR, 0.7));
    const sure = room(plate(SISTER, 0.9), plate(TRACTOR, 0.85));
    assert.ok(unsure > 0.1 && sure > unsure && sure < 0.5, `${unsure} < ${sure}`);
  });

  test("is real when the character was seen beside the one that was chosen", () => {
    assert.ok(room(plate(SISTER, 0.7, sawAlso(0.4))) > 0.25);
    assert.ok(room(plate(SISTER, 0.7, sawAlso(0.05))) < 0.06);
  });

  test("is taken away by another camera that saw nothing of it", () => {
    assert.ok(room(plate(SISTER, 0.7, sawAlso(0.4)), plate(SISTER, 0.9, { source: "rear" })) < 0.06);
  });

  test("is none for texts that differ elsewhere, of another length, or of another object", () => {
    assert.equal(roomFor("12C1234", { text: SISTER, kind: "plate" }, [plate(SISTER, 0.7)], MIN), 0);
    assert.equal(room(plate(OTHER_TRACTOR, 0.7)), 0);
    assert.equal(room(), 0);
    assert.equal(room(plate(SISTER, 0.5, sawAlso(0.4))), 0, "a read below the limit is not heard");
  });

  test("rivals never make a text of what nobody read", () => {
    const fused = fuse(
      [plate(SISTER, 0.7, sawAlso(0.5)), plate(SISTER, 0.7, { source: "rear", ...sawAlso(0.5) })],
      MIN,
    );
    assert.equal(fused.plate?.text, SISTER);
    assert.deepEqual(fused.plate.dissent, []);
  });
});
