import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeContainer } from "#devices/recogniser/onnx/container/decode";
import { joinLattices } from "#devices/recogniser/onnx/lines/lattice";
import { VOTE } from "#devices/recogniser/onnx/thresholds";
import { doubtful, frameOf, latticeFor } from "../support.ts";

describe("a container number in a lattice", () => {
  test("is read with its check digit", () => {
    for (const number of ["CSQU3054383", "MSKU4135329", "TGHU8707023", "HLXU1234561"]) {
      const { full } = decodeContainer(latticeFor(number));
      assert.equal(full?.text, number);
      assert.equal(full.checkRead, true);
      assert.ok(full.logProbability > -0.2 && full.margin > 3, JSON.stringify(full));
    }
  });

  test("with a wrong check digit gives no full reading", () => {
    assert.equal(decodeContainer(latticeFor("CSQU3054384")).full, undefined);
    assert.equal(decodeContainer(latticeFor("MSKU4135328")).full, undefined);
  });

  test("remainder 10 is written 0", () => {
    assert.equal(decodeContainer(latticeFor("EMCU1000051")).full, undefined);
    assert.equal(decodeContainer(latticeFor("EMCU1000050")).full?.text, "EMCU1000050");
  });

  test("without its check digit is inferred, and says so", () => {
    const { full, inferred } = decodeContainer(latticeFor("MSKU413532"));
    assert.equal(full, undefined);
    assert.equal(inferred?.text, "MSKU4135329");
    assert.equal(inferred.checkRead, false);
  });

  test("the check digit decides between two readings of a doubtful digit", () => {
    const { full } = decodeContainer(doubtful("MSKU4135329", { 5: { 7: 0.55, 1: 0.4 } }));
    assert.equal(full?.text, "MSKU4135329");
    assert.ok(full.margin < 0, "the margin tells that 7 was the more likely digit");
    assert.ok(full.logProbability < -0.8);
  });

  test("letters are never read as digits nor digits as letters", () => {
    const lattice = doubtful("MSKU4135329", { 3: { 0: 0.6, U: 0.35 }, 4: { A: 0.6, 4: 0.35 } });
    assert.equal(decodeContainer(lattice).full?.text, "MSKU4135329");
    assert.equal(decodeContainer(latticeFor("2MSU4135329")).full, undefined);
  });

  test("a category outside the register never has the evidence to be verified", () => {
    const { full, inferred } = decodeContainer(latticeFor("RWWL4564317"));
    assert.equal(full?.text, "RWWL4564317");
    assert.ok(full.logProbability < VOTE.verifiedLog);
    assert.equal(inferred, undefined);
    assert.deepEqual(decodeContainer(latticeFor("RWWL456431")), { full: undefined, inferred: undefined });
  });

  test("category U is the likeliest, then J and Z", () => {
    const trailer = decodeContainer(latticeFor("MSKZ4135322")).full;
    const freight = decodeContainer(latticeFor("MSKU4135329")).full;
    assert.equal(trailer?.text, "MSKZ4135322");
    assert.ok((freight?.logProbability ?? 0) > trailer.logProbability + 2);
  });

  test("is found between other text at a price", () => {
    const noisy = joinLattices([[frameOf({ X: 0.9 })], latticeFor("MSKU4135329"), [frameOf({ 4: 0.9 })]]);
    const { full } = decodeContainer(noisy);
    assert.equal(full?.text, "MSKU4135329");
    assert.ok(full.logProbability < -3);
  });

  test("an empty lattice holds none", () => {
    assert.deepEqual(decodeContainer([]), { full: undefined, inferred: undefined });
  });
});
