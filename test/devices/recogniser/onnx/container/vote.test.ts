import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { toReadings, verifiedConfidence } from "#devices/recogniser/onnx/container/reading";
import { type Sighting, sightingsIn } from "#devices/recogniser/onnx/container/sighting";
import { isSettled, vote } from "#devices/recogniser/onnx/container/vote";
import type { Lattice } from "#devices/recogniser/onnx/lines/lattice";
import { READERS, type ReaderName } from "#devices/recogniser/onnx/lines/line-reader";
import { doubtful, latticeFor } from "../support.ts";

const QUAD: Quad = [
  [0, 0],
  [110, 0],
  [110, 20],
  [0, 20],
];

const both = (lattice: Lattice) => READERS.flatMap((by) => sightingsIn(lattice, QUAD, by));
const clear = (text = "MSKU4135329") => both(latticeFor(text));
const seen = (text: string, logProbability: number, checkRead = true, by: ReaderName = "tuned"): Sighting => ({
  by,
  text,
  checkRead,
  logProbability,
  margin: 4,
  lattice: latticeFor(checkRead ? text : text.slice(0, 10)),
  quad: QUAD,
});

describe("voting", () => {
  test("adds up what was seen of a number", () => {
    const [leader, ...others] = vote([seen("MSKU4135329", -2), seen("MSKU4135329", -1), seen("MSKU4135329", 0, false)]);
    assert.deepEqual(others, []);
    assert.equal(leader?.sightings, 3);
    assert.ok(Math.abs(leader.score - (Math.exp(-1) + Math.exp(-0.5) + 0.5)) < 1e-9);
    assert.equal(leader.full?.logProbability, -1);
    assert.equal(leader.best.checkRead, false);
  });

  test("lets two fair sightings beat one good one", () => {
    const [leader] = vote([seen("TGHU8707023", -0.5), seen("MSKU4135329", -1), seen("MSKU4135329", -1)]);
    assert.equal(leader?.text, "MSKU4135329");
  });

  test("is settled only by a check digit that was read", () => {
    assert.equal(isSettled([], -2.5), false);
    assert.equal(isSettled(vote([seen("MSKU4135329", -0.1)]), -0.7), true);
    assert.equal(isSettled(vote([seen("MSKU4135329", -1)]), -0.7), false);
    const inferred = Array.from({ length: 9 }, () => seen("MSKU4135329", 0, false));
    assert.equal(isSettled(vote(inferred), -2.5), false);
  });
});

describe("what is reported", () => {
  test("a number that the check digit chose against the look of a letter is not verified", () => {
    const chosen = both(doubtful("MSKU4135329", { 2: { H: 0.5, K: 0.45 } }));
    assert.ok(chosen.some(({ text, checkRead }) => checkRead && text === "MSKU4135329"));
    const [reading] = toReadings(vote(chosen));
    assert.deepEqual([reading?.text, reading?.check], ["MSKU4135329", "inferred"]);
  });

  test("a number that only one network read is not verified, however clear", () => {
    for (const by of READERS) {
      const alone = [seen("MSKU4135329", 0, true, by), seen("MSKU4135329", 0, true, by)];
      assert.equal(toReadings(vote(alone))[0]?.check, "inferred");
      const other = by === "tuned" ? "stock" : "tuned";
      assert.equal(toReadings(vote([...alone, seen("MSKU4135329", -3, true, other)]))[0]?.check, "verified");
      assert.equal(toReadings(vote([...alone, seen("MSKU4135329", -5, true, other)]))[0]?.check, "inferred");
      assert.equal(toReadings(vote([...alone, seen("MSKU4135329", 0, false, other)]))[0]?.check, "inferred");
    }
  });

  test("a number that was read whole is verified, with every character's alternatives", () => {
    const [reading, ...others] = toReadings(vote(clear()));
    assert.deepEqual(others, []);
    assert.ok(reading);
    assert.deepEqual([reading.text, reading.check], ["MSKU4135329", "verified"]);
    assert.ok(reading.confidence > 0.95);
    assert.equal(reading.alternatives.length, 11);
    assert.deepEqual(reading.box, QUAD);
  });

  test("a computed check digit is never verified, never solid, and has no alternatives", () => {
    const [reading] = toReadings(vote(clear("MSKU413532")));
    assert.ok(reading);
    assert.deepEqual([reading.text, reading.check], ["MSKU4135329", "inferred"]);
    assert.ok(reading.confidence <= 0.3);
    assert.deepEqual(reading.alternatives[10], []);
  });

  test("a check digit that looks more like another one is not verified", () => {
    const doubt = both(doubtful("MSKU4135329", { 10: { 3: 0.7, 9: 0.28 } }));
    const [reading] = toReadings(vote(doubt.filter(({ checkRead }) => checkRead)));
    assert.deepEqual([reading?.text, reading?.check], ["MSKU4135329", "inferred"]);
    assert.ok((reading?.confidence ?? 1) <= 0.3);
  });

  test("weak evidence is not verified", () => {
    const [reading] = toReadings(vote([seen("MSKU4135329", -2.8)]));
    assert.equal(reading?.check, "inferred");
  });

  test("two containers are both reported, two readings of one paint only once", () => {
    const other = "TGHU8707023";
    const variant = "MSKU4135350";
    const readings = toReadings(vote([...clear(), ...clear(other), seen(variant, -2)]));
    assert.deepEqual(readings.map(({ text }) => text).sort(), ["MSKU4135329", other]);
  });

  test("at most four, best first", () => {
    const many = ["MSKU4135329", "TGHU8707023", "CSQU3054383", "HLXU1234561", "EMCU1000050"];
    const readings = toReadings(vote(many.map((text, i) => seen(text, -i / 3))));
    assert.deepEqual(
      readings.map(({ text }) => text),
      many.slice(0, 4),
    );
  });
});

describe("the confidence of a verified number", () => {
  const base = { logProbability: -0.5, margin: 3 };

  test("grows with its evidence, its margin and its share of the votes", () => {
    const better = verifiedConfidence(base, 0.9);
    assert.ok(better > verifiedConfidence({ ...base, logProbability: -1 }, 0.9));
    assert.ok(better > verifiedConfidence({ ...base, margin: -1 }, 0.9));
    assert.ok(better > verifiedConfidence(base, 0.6));
  });

  test("is never certainty, and not solid where everything is against it", () => {
    assert.ok(verifiedConfidence({ logProbability: 0, margin: 99 }, 1) < 0.995);
    assert.ok(verifiedConfidence({ logProbability: -2.4, margin: -2 }, 0.6) < 0.6);
  });
});
