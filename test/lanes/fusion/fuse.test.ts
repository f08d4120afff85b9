import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { IdentityRead } from "#contract/decision";
import { DEFAULT_CONFUSION } from "#lanes/fusion/confusion";
import { fuse, isTrailerPlate } from "#lanes/fusion/fuse";
import { CONTAINER, OTHER_CONTAINER, OTHER_TRACTOR, read, TRACTOR, TRAILER } from "../builders.ts";

const MIN = 0.6;
const box = (change: Partial<IdentityRead> = {}) =>
  read({ kind: "container", text: CONTAINER, check: "verified", ...change });
const certainty = (reads: readonly IdentityRead[], min = MIN) => fuse(reads, min).container?.confidence ?? 0;

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyRead = fc.record({
  kind: fc.constantFrom("container" as const, "plate" as const),
  text: fc.constantFrom(CONTAINER, OTHER_CONTAINER, TRACTOR, OTHER_TRACTOR, TRAILER),
  raw: fc.constant(""),
  confidence: share,
  source: fc.constantFrom("front", "front:onboard", "side", "rear"),
  check: fc.constantFrom("verified" as const, "inferred" as const),
});
const anyReads = fc.array(anyRead, { size: "max", maxLength: 40 });
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is about ${b}`);

describe("fused identities", () => {
  test("have a certainty between 0 and 1, whatever was read", () => {
    fc.assert(
      fc.property(anyReads, share, (reads, min) => {
        for (const one of Object.values(fuse(reads, min))) {
          if (one !== null) assert.ok(one.confidence >= 0 && one.confidence <= 1, String(one.confidence));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("never lose certainty by a witness that agrees", () => {
    fc.assert(
      fc.property(anyReads, anyRead, share, (reads, another, min) => {
        for (const kind of ["container", "plate"] as const) {
          const before = fuse(reads, min)[kind];
          if (before === null) continue;
          const after = fuse([...reads, { ...another, kind, text: before.text }], min)[kind];
          assert.equal(after?.text, before.text);
          assert.ok(after.confidence >= before.confidence - 1e-12, `${before.confidence} -> ${after.confidence}`);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("never exceed one half on check digits that were only computed", () => {
    fc.assert(
      fc.property(anyReads, (reads) => {
        const inferred = reads.map((one) => ({ ...one, check: "inferred" as const }));
        for (const one of Object.values(fuse(inferred, 0))) assert.ok((one?.confidence ?? 0) <= 0.5);
      }),
      { numRuns: 500 },
    );
  });

  test("do not depend on the order of the reads", () => {
    fc.assert(
      fc.property(anyReads, (reads) => {
        assert.deepEqual(fuse(reads, MIN), fuse(reads.toReversed(), MIN));
      }),
      { numRuns: 500 },
    );
  });
});

describe("witnesses", () => {
  test("that are independent add up", () => {
    close(certainty([box({ confidence: 0.8 }), box({ confidence: 0.7, source: "rear" })]), 0.94);
  });

  test("that repeat themselves count once, with their best read", () => {
    const often = Array.from({ length: 30 }, (_, at) => box({ confidence: 0.6 + at / 100 }));
    close(certainty(often), 0.89);
  });

  test("are never believed wholly, whatever they claim", () => {
    assert.ok(certainty([box({ confidence: 1 })]) < 1);
  });

  test("below the limit are not heard", () => {
    assert.equal(fuse([box({ confidence: 0.59 })], MIN).container, null);
  });

  test("that contradict take certainty away and are kept as dissent", () => {
    const { container } = fuse(
      [box({ confidence: 0.9 }), box({ text: OTHER_CONTAINER, confidence: 0.8, source: "rear" })],
      MIN,
    );
    assert.equal(container?.text, CONTAINER);
    assert.deepEqual(container.dissent, [OTHER_CONTAINER]);
    close(container.confidence, 0.81 / 1.7);
  });

  test("in doubt between two equal texts give neither", () => {
    const both = [box({ confidence: 0.99 }), box({ text: OTHER_CONTAINER, confidence: 0.99, source: "rear" })];
    assert.ok(certainty(both) < 0.6);
  });

  test("with a computed check digit support one that was read", () => {
    close(certainty([box({ confidence: 0.9 }), box({ confidence: 0.95, check: "inferred", source: "rear" })]), 0.95);
  });
});

test("the same reads under another limit or another table are fused anew", () => {
  const reads = [
    read({ kind: "plate", text: TRACTOR, confidence: 0.9 }),
    read({ kind: "plate", text: TRACTOR.replace("12C", "12G"), confidence: 0.85, source: "rear" }),
  ];
  const usual = fuse(reads, MIN).plate;
  assert.equal(fuse(reads, 0.95).plate, null);
  const rarely = fuse(reads, MIN, { ...DEFAULT_CONFUSION, shareInClass: 0.01 }).plate;
  assert.notEqual(rarely?.confidence, usual?.confidence);
  assert.deepEqual(fuse(reads, MIN).plate, usual);
});

describe("plates", () => {
  test("of trailers are an identity of their own", () => {
    const fused = fuse(
      [read({ kind: "plate", text: TRACTOR }), read({ kind: "plate", text: TRAILER, source: "rear" })],
      MIN,
    );
    assert.equal(fused.plate?.text, TRACTOR);
    assert.deepEqual(fused.plate.dissent, []);
    assert.equal(fused.trailer?.text, TRAILER);
  });

  for (const [text, trailer] of [
    ["12R01234", true],
    ["12RM01234", true],
    ["桂AB123挂", true],
    ["12C12345", false],
    ["桂A12345", false],
  ] as const) {
    test(`${text} is ${trailer ? "" : "not "}a trailer's`, () => assert.equal(isTrailerPlate(text), trailer));
  }
});

test("nothing read is no identity", () => {
  assert.ok(Object.values(fuse([], MIN)).every((one) => one === null));
});
