import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { IdentityRead } from "#contract/decision";
import { isContainerNumber } from "#contract/identifiers";
import { differences } from "#lanes/fusion/cluster";
import { confusable, DEFAULT_CONFUSION, truthBehind } from "#lanes/fusion/confusion";
import { fuse } from "#lanes/fusion/fuse";
import { doubtOfDevice, MOST_CERTAIN } from "#lanes/fusion/witness";
import { CONTAINER, OTHER_CONTAINER, read, TRACTOR } from "../builders.ts";

const MIN = 0.5;
/** One letter off, and the check digit fits all the same. */
const LETTER_OFF = "CSQU3054383".replace("CSQ", "NSQ");
const box = (change: Partial<IdentityRead> = {}) =>
  read({ kind: "container", text: CONTAINER, check: "verified", ...change });
const plate = (change: Partial<IdentityRead> = {}) => read({ kind: "plate", text: TRACTOR, ...change });
const plateCertainty = (...reads: readonly IdentityRead[]) => fuse(reads, MIN).plate?.confidence ?? 0;

const likely = fc.double({ min: MIN, max: 1, noNaN: true });
const source = fc.constantFrom("front", "front:onboard", "rear", "rear:onboard", "side");
const nearTractor = fc.constantFrom(TRACTOR, "12C12346", "12G12345", "12C12845");
const nearReads = fc.array(
  fc.record({
    kind: fc.constant("plate" as const),
    text: nearTractor,
    raw: fc.constant(""),
    confidence: likely,
    source,
  }),
  { size: "max", minLength: 1, maxLength: 12 },
);

/** The bound of independence: as if every source were a witness of his own with its best read of the text. */
function independently(reads: readonly IdentityRead[], text: string): number {
  const best = new Map<string, number>();
  for (const one of reads) {
    if (one.text === text) best.set(one.source, Math.max(best.get(one.source) ?? 0, one.confidence));
  }
  return 1 - [...best.values()].reduce((doubt, confidence) => doubt * (1 - Math.min(confidence, MOST_CERTAIN)), 1);
}

describe("reads that differ in a character or two", () => {
  test("never give more than the best single sources of their text justify together", () => {
    const property = fc.property(nearReads, (reads) => {
      const { plate: fused } = fuse(reads, MIN);
      assert.ok(fused);
      assert.ok(fused.confidence <= independently(reads, fused.text) + 1e-12);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("give a text that somebody read, and name every other", () => {
    const property = fc.property(nearReads, (reads) => {
      const { plate: fused } = fuse(reads, MIN);
      assert.ok(fused);
      const texts = [...new Set(reads.map(({ text }) => text))].sort();
      assert.deepEqual([fused.text, ...fused.dissent].sort(), texts);
      assert.deepEqual(
        fused.sources,
        [...new Set(reads.filter(({ text }) => text === fused.text).map((one) => one.source))].sort(),
      );
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("never lose by a read that agrees", () => {
    const property = fc.property(nearReads, likely, source, (reads, confidence, from) => {
      const before = fuse(reads, MIN).plate;
      assert.ok(before);
      const after = fuse([...reads, plate({ text: before.text, confidence, source: from })], MIN).plate;
      assert.equal(after?.text, before.text);
      assert.ok(after.confidence >= before.confidence - 1e-12);
    });
    fc.assert(property, { numRuns: 1500 });
  });

  test("take less from each other than reads of two vehicles do", () => {
    const near = plateCertainty(
      plate({ confidence: 0.95 }),
      plate({ text: "12C12346", confidence: 0.6, source: "rear" }),
    );
    const far = plateCertainty(
      plate({ confidence: 0.95 }),
      plate({ text: "29H67890", confidence: 0.6, source: "rear" }),
    );
    assert.ok(near > far, `${near} > ${far}`);
    assert.ok(near < 0.95, String(near));
  });

  test("of equal weight decide nothing", () => {
    const both = plateCertainty(
      plate({ confidence: 0.97 }),
      plate({ text: "12C12346", confidence: 0.97, source: "rear" }),
    );
    assert.ok(both <= 0.5, String(both));
  });

  test("of different length are of different objects", () => {
    assert.equal(differences("12C1234", TRACTOR), Number.POSITIVE_INFINITY);
    assert.ok(plateCertainty(plate(), plate({ text: "12C1234", source: "rear" })) < 0.6);
  });
});

describe("witnesses on one device", () => {
  test("are worth less than on two, and not less than the better of them", () => {
    const one = plateCertainty(plate({ confidence: 0.8 }), plate({ confidence: 0.7, source: "front:onboard" }));
    const two = plateCertainty(plate({ confidence: 0.8 }), plate({ confidence: 0.7, source: "rear" }));
    assert.ok(one > 0.8 && one < two, `0.8 < ${one} < ${two}`);
  });

  test("lie between the best of them and independence", () => {
    const property = fc.property(fc.array(likely, { minLength: 1, maxLength: 6 }), (doubts) => {
      const doubt = doubtOfDevice(doubts);
      assert.ok(doubt <= Math.min(...doubts) + 1e-12);
      assert.ok(doubt >= doubts.reduce((product, one) => product * one, 1) - 1e-12);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe("the check digit", () => {
  test("moves the doubt of a container number on to its letters", () => {
    assert.equal(differences(LETTER_OFF, CONTAINER), 1);
    const certainty = (check: "verified" | "inferred") => {
      const other = box({ text: LETTER_OFF, confidence: 0.5, check, source: "rear" });
      return fuse([box({ confidence: 0.9 }), other], MIN).container?.confidence ?? 0;
    };
    // A verified read that differs in a letter is the error that the check digit misses, so it counts in full.
    assert.ok(certainty("verified") < 0.9);
  });

  test("proves nothing when it was computed, however many computed it", () => {
    const many = ["front", "side", "rear"].map((from) => box({ check: "inferred", source: from, confidence: 0.99 }));
    assert.ok((fuse(many, MIN).container?.confidence ?? 1) <= 0.5);
  });
});

describe("two containers on one vehicle", () => {
  const two = [box(), box({ text: OTHER_CONTAINER, confidence: 0.9 })];

  test("are two opinions, each with its own support", () => {
    const { container, secondContainer } = fuse(two, MIN);
    assert.deepEqual([container?.text, secondContainer?.text], [CONTAINER, OTHER_CONTAINER]);
    assert.ok((container?.support ?? 0) > 0.96 && (secondContainer?.support ?? 0) > 0.89);
    assert.ok((container?.confidence ?? 1) < 0.6, "without a clearance that names both it is a contradiction");
  });

  test("one container is one opinion", () => assert.equal(fuse([box()], MIN).secondContainer, null));
});

describe("sources that are no cameras", () => {
  test("are identities of their own", () => {
    const reads = [
      plate({ kind: "tag", source: "rfid" }),
      plate({ kind: "qr", text: "308044805740", source: "terminal" }),
      plate({ kind: "client", text: "IGV-07", source: "fleet" }),
    ];
    const fused = fuse(reads, MIN);
    assert.deepEqual([fused.tag?.text, fused.qr?.text, fused.client?.text], [TRACTOR, "308044805740", "IGV-07"]);
    assert.equal(fused.plate, null);
  });
});

describe("a confidence that is none", () => {
  for (const confidence of [Number.NaN, -1, 1.01, Number.POSITIVE_INFINITY, "0.9", null, undefined]) {
    test(`${JSON.stringify(confidence) ?? String(confidence)} (${String(confidence)}) is not heard`, () => {
      assert.equal(fuse([plate({ confidence: confidence as number })], 0).plate, null);
    });
  }
});

describe("the confusion table", () => {
  for (const [one, other, expected] of [
    ["0", "O", true],
    ["O", "Q", true],
    ["1", "L", true],
    ["C", "G", true],
    ["6", "G", true],
    ["6", "C", false],
    ["M", "N", true],
    ["A", "B", false],
    ["A", "A", false],
  ] as const) {
    test(`${one} and ${other} are ${expected ? "" : "not "}taken for each other`, () => {
      assert.equal(confusable(one, other), expected);
      assert.equal(confusable(other, one), expected);
    });
  }

  test("shares out the whole doubt", () => {
    for (const seen of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
      const all = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((truth) => truth !== seen);
      const sum = all.reduce((total, truth) => total + truthBehind(seen, truth, DEFAULT_CONFUSION), 0);
      assert.ok(Math.abs(sum - 1) < 1e-9, `${seen}: ${sum}`);
    }
  });

  test("thinks likely errors likelier", () => {
    assert.ok(truthBehind("O", "Q", DEFAULT_CONFUSION) > 10 * truthBehind("O", "A", DEFAULT_CONFUSION));
  });
});

test("the measured weakness of the check digit: some wrong letters pass it", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const wrong = letters.filter((letter) => letter !== CONTAINER[0]).map((letter) => letter + CONTAINER.slice(1));
  assert.ok(wrong.some(isContainerNumber));
});
