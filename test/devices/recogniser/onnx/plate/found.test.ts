import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { mapQuad } from "#devices/recogniser/onnx/geometry";
import { decodePlate, foldForPlates } from "#devices/recogniser/onnx/plate/decode";
import {
  agreeWithoutDoubt,
  bestOfEach,
  confidenceOf,
  confirmedBy,
  type FoundPlate,
  isCut,
  type Look,
  plateFrom,
  staysDoubtful,
  toReading,
} from "#devices/recogniser/onnx/plate/found";
import type { PlateLine } from "#devices/recogniser/onnx/plate/layout";
import { latticeFor } from "../support.ts";

const PICTURE = { width: 640, height: 480 };

function line(text: string, top = 0, probability = 0.99): PlateLine {
  const quad: Quad = [
    [10, top],
    [110, top],
    [110, top + 30],
    [10, top + 30],
  ];
  return { quad, text, lattice: latticeFor(text, probability) };
}

function lookAt(text: string, probability = 0.99): Look {
  const lattice = latticeFor(text, probability);
  return { lattice, hypotheses: decodePlate(lattice) };
}

function plateOf({ hypotheses }: Look): FoundPlate {
  const plate = plateFrom([line(hypotheses[0]?.text ?? "")]);
  assert.ok(plate);
  return plate;
}

describe("a plate found", () => {
  test("is reported with its place, its lines and the doubt in each character", () => {
    const plate = plateFrom([line("29G1", 100), line("69097", 140)]);
    assert.ok(plate);
    const reading = toReading(plate, PICTURE);
    assert.deepEqual([reading.text, reading.country, reading.lines], ["29G169097", "VN", 2]);
    assert.deepEqual(reading.box, [
      [10, 100],
      [110, 100],
      [110, 170],
      [10, 170],
    ]);
    assert.equal(reading.alternatives.length, 9);
    assert.ok(reading.alternatives.every(([best], i) => best?.character === reading.text[i]));
    assert.ok(reading.confidence > 0.9 && reading.confidence < 1);
  });

  test("is confident in step with its evidence", () => {
    const lines = [line("29H67890")];
    const confidences = [0, -0.1, -0.5, -1, -2, -4].map((logProbability) =>
      confidenceOf({ logProbability, lines, text: "29H67890" }),
    );
    assert.deepEqual(
      confidences,
      [...confidences].sort((a, b) => b - a),
    );
    assert.ok((confidences[0] ?? 2) < 1 && (confidences[3] ?? 1) < 0.6);
  });

  test("is nothing where the evidence is thin", () => {
    assert.equal(plateFrom([line("29H67890", 0, 0.4)]), undefined);
    assert.equal(plateFrom([line("CRETA")]), undefined);
  });

  test("is doubted when its first line is a container's size and type code", () => {
    const code = plateFrom([line("22G1"), line("30480")]);
    assert.equal(code?.text, "22G130480");
    assert.ok(confidenceOf(code) <= 0.3);
    const trailer = plateFrom([line("22R"), line("12345")]);
    assert.equal(trailer?.plateKind, "trailer");
    assert.ok(confidenceOf(trailer) > 0.9);
  });
});

test("a plate at the edge of the picture may be cut and is not sure", () => {
  const plate = plateFrom([line("29H67890", 100)]);
  assert.ok(plate);
  assert.ok(toReading(plate, PICTURE).confidence > 0.9);
  for (const [dx, dy] of [
    [-10, 0],
    [530, 0],
    [0, -100],
    [0, 350],
  ] as const) {
    const lines = plate.lines.map((one) => ({ ...one, quad: mapQuad(one.quad, ([x, y]) => [x + dx, y + dy]) }));
    assert.ok(isCut({ lines }, PICTURE), `moved by ${dx}, ${dy}`);
    assert.ok(toReading({ ...plate, lines }, PICTURE).confidence <= 0.5);
  }
});

test("digits before letters are a plate on two lines only, and never sure", () => {
  assert.equal(plateFrom([line("49019BD", 100)]), undefined);
  const plate = plateFrom([line("49", 100), line("019BD", 140)]);
  assert.equal(plate?.text, "49019BD");
  assert.ok(confidenceOf(plate) <= 0.3);
});

test("the letter O of an official plate has its alternatives", () => {
  const lines = [{ ...line("粤OT9048", 100), lattice: foldForPlates(latticeFor("粤OT9048")) }];
  const plate = plateFrom(lines);
  assert.ok(plate);
  const { text, alternatives } = toReading(plate, PICTURE);
  assert.deepEqual([text, alternatives[1]?.[0]?.character], ["粤OT9048", "O"]);
});

test("other looks may correct a plate, and bring their evidence with them", () => {
  const lines = [line("29H67880")];
  const plate = plateFrom(lines);
  assert.ok(plate);
  const corrected = confirmedBy([plate, ...[1, 2].map(() => lookAt("29H67890"))], plate);
  assert.equal(corrected.text, "29H67890");
  assert.ok(corrected.logProbability < -0.5, "one look says otherwise");
  assert.equal(toReading(corrected, PICTURE).alternatives[6]?.[0]?.character, "9");
  const blind = confirmedBy([plate, { lattice: [], hypotheses: [] }, { lattice: [], hypotheses: [] }], plate);
  assert.equal(blind.text, plate.text);
  assert.ok(confidenceOf(blind) < 0.6);
});

test("looks agree without doubt only when each is certain of the same text", () => {
  const certain = lookAt("29H67890");
  assert.ok(agreeWithoutDoubt([certain, lookAt("29H67890")]));
  assert.ok(!agreeWithoutDoubt([certain, lookAt("29H67880")]));
  assert.ok(!agreeWithoutDoubt([certain, lookAt("29H6789")]), "a box that cut a character off");
  assert.ok(!agreeWithoutDoubt([certain, lookAt("29H67890", 0.9)]), "a look that hesitates");
  assert.ok(!agreeWithoutDoubt([certain, { lattice: [], hypotheses: [] }]));
  assert.ok(!agreeWithoutDoubt([{ lattice: [], hypotheses: [] }]));
});

test("a plate stays doubtful once no further look can make it certain, or remove it", () => {
  const [clear, faint] = [lookAt("29H67890"), lookAt("29H67890", 0.7)];
  const blind: Look = { lattice: [], hypotheses: [] };
  assert.ok(!staysDoubtful([clear], 3, false), "it may become certain");
  assert.ok(staysDoubtful([clear], 3, true), "it is cut, so it cannot");
  assert.ok(!staysDoubtful([faint], 3, true), "it may vanish yet");
  assert.ok(staysDoubtful([clear, blind], 2, false));
  assert.ok(!staysDoubtful([blind], 3, true), "there is nothing to report");
  for (const others of [[], [clear], [clear, clear]]) {
    const end = confirmedBy([clear, blind, ...others, ...[blind, blind].slice(others.length)], plateOf(clear));
    assert.ok(end.logProbability > -4.5 && end.logProbability <= -0.2, "whatever the others saw");
  }
});

test("a line belongs to one plate, and a plate is reported once", () => {
  const lower = line("69097", 140);
  const strong = plateFrom([line("29G1", 100), lower]);
  const weak = plateFrom([line("29C1", 60, 0.8), lower]);
  const again = plateFrom([line("29G169097", 300, 0.9)]);
  assert.ok(strong && weak && again);
  assert.deepEqual(bestOfEach([weak, again, strong]), [strong]);
});
