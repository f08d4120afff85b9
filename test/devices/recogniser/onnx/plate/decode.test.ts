import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { joinLattices, type Lattice } from "#devices/recogniser/onnx/lines/lattice";
import { combineLooks, decodePlate, foldForPlates } from "#devices/recogniser/onnx/plate/decode";
import { doubtful, latticeFor } from "../support.ts";

const bestOf = (lattice: Lattice) => decodePlate(lattice)[0];

describe("a plate in a lattice", () => {
  for (const [text, country, kind] of [
    ["29H67890", "VN", "tractor"],
    ["12C1234", "VN", "tractor"],
    ["12R00456", "VN", "trailer"],
    ["12RM0456", "VN", "trailer"],
    ["29G169097", "VN", "special"],
    ["81AA04892", "VN", "special"],
    ["80NG12345", "VN", "special"],
    ["桂F12345", "CN", "tractor"],
    ["皖AUJ299", "CN", "tractor"],
    ["桂F1234挂", "CN", "trailer"],
    ["粤ZR066港", "CN", "special"],
    ["沪AF71017", "CN", "new-energy"],
    ["桂A12345D", "CN", "new-energy"],
    ["49019BD", "VN", "special"],
    ...["KT", "LD", "DA", "MK", "MD", "TD", "HC", "CD", "NG", "QT", "CV", "NN"].map(
      (series) => [`29${series}12345`, "VN", "special"] as const,
    ),
    ["T12123456", "VN", "special"],
    ...["学", "警", "澳", "领"].map((suffix) => [`桂A1234${suffix}`, "CN", "special"] as const),
    ["WJ桂1234X", "CN", "special"],
  ] as const) {
    test(`${text} is ${country}, ${kind}`, () => {
      const plate = bestOf(latticeFor(text));
      assert.deepEqual([plate?.text, plate?.country, plate?.plateKind], [text, country, kind]);
    });
  }

  test("may stand on two lines", () => {
    assert.equal(bestOf(joinLattices([latticeFor("29G1"), latticeFor("69097")]))?.text, "29G169097");
  });

  test("has only letters and provinces that exist", () => {
    // 13 is no Vietnamese province; W is no Vietnamese series.
    assert.equal(bestOf(latticeFor("13C12345")), undefined);
    assert.equal(bestOf(latticeFor("29W12345")), undefined);
    assert.equal(bestOf(latticeFor("A2912345")), undefined);
  });

  test("the grammar decides a doubtful character", () => {
    const plate = bestOf(doubtful("29K12345", { 2: { W: 0.5, K: 0.4 } }));
    assert.equal(plate?.text, "29K12345");
  });

  test("comes with the other ways to read it", () => {
    const [first, second] = decodePlate(doubtful("29K12345", { 7: { 5: 0.5, 6: 0.45 } }));
    assert.deepEqual([first?.text, second?.text], ["29K12345", "29K12346"]);
    assert.ok(first && second && first.logProbability - second.logProbability < 0.2);
  });

  test("is read from several looks together", () => {
    const looks = [
      doubtful("29K12345", { 7: { 6: 0.6, 5: 0.35 } }),
      doubtful("29K12345", { 7: { 5: 0.7, 6: 0.2 } }),
      latticeFor("29K12345"),
    ];
    const [best, rival] = combineLooks(looks.map(decodePlate));
    assert.equal(best?.text, "29K12345");
    assert.equal(rival?.text, "29K12346");
    assert.ok(best.logProbability - rival.logProbability > 1);
  });

  test("seen in one look of three is doubtful, however clear", () => {
    const [best] = combineLooks([decodePlate(latticeFor("29K12345")), [], []]);
    assert.equal(best?.text, "29K12345");
    assert.ok(best.logProbability < -1.5);
  });

  test("O and I are counted as the digits they must be", () => {
    const lattice = doubtful("29K12340", { 3: { I: 0.9 }, 7: { O: 0.5, 0: 0.4 } });
    assert.equal(bestOf(foldForPlates(lattice))?.text, "29K12340");
    const [, , , one, , , , , , , , , , , zero] = foldForPlates(lattice);
    assert.equal(one?.length, 0);
    assert.ok(Math.abs((zero?.[0]?.probability ?? 0) - 0.9) < 1e-9);
  });

  test("what looks like 0 after a Chinese province is the letter O", () => {
    assert.equal(bestOf(foldForPlates(latticeFor("粤OT9048")))?.text, "粤OT9048");
    assert.equal(bestOf(latticeFor("粤0T9048"))?.text, "粤OT9048");
    assert.equal(bestOf(doubtful("粤QT9048", { 1: { 0: 0.6, Q: 0.3 } }))?.text, "粤QT9048", "O is rare");
  });

  test("a weight is no old moped plate", () => {
    for (const text of ["30480KG", "67200LB"]) assert.equal(bestOf(latticeFor(text)), undefined, text);
  });

  test("other text is no plate", () => {
    for (const text of ["TM1234", "HONDA", "0912345678", "2024", "MAERSK", "KG"]) {
      assert.ok((bestOf(latticeFor(text))?.logProbability ?? -99) < -4.5, text);
    }
  });
});
