import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { containerCheckDigit } from "#contract/identifiers";
import { ClearanceIndex } from "#control/clearance-index";
import { NeighbourIndex } from "#control/neighbour-index";
import { decide } from "#lanes/decision/decide";
import { editDistance } from "#lanes/fusion/edit-distance";
import {
  CONTAINER,
  clearance,
  decisionInput,
  EPOCH,
  identity,
  OTHER_CONTAINER,
  policyWith,
  SITE,
  TARE_KG,
  TRACTOR,
} from "../lanes/builders.ts";

const record = (id: string, tractorPlate: string, container: string = CONTAINER) =>
  clearance({
    id,
    vehicle: { tractorPlate, tareKg: TARE_KG },
    containers: [{ number: container, empty: false, tareKg: 2200, declaredGrossKg: 20_000 }],
  });
const indexOf = (...records: readonly ReturnType<typeof record>[]) => {
  const index = new ClearanceIndex();
  index.replace(1, records);
  return index;
};
const ids = (found: ReturnType<ClearanceIndex["find"]>) => found.map((one) => one.clearance.id);

describe("edit distance", () => {
  for (const [one, other, distance] of [
    ["12C12345", "12C12345", 0],
    ["12C12345", "12G12345", 1],
    ["12C12345", "12C1234", 1],
    ["12C12345", "112C12345", 1],
    ["12C12345", "12C21345", 2],
    ["12C12345", "29H67890", 3],
    ["", "AB", 2],
  ] as const) {
    test(`${one} to ${other}: ${distance}`, () => assert.equal(editDistance(one, other, 2), distance));
  }
});

describe("near keys", () => {
  const key = fc.string({ unit: fc.constantFrom(..."01AB"), minLength: 4, maxLength: 6 });

  test("are those that counting finds", () => {
    const property = fc.property(fc.uniqueArray(key, { maxLength: 40 }), key, (keys, question) => {
      const index = new NeighbourIndex();
      for (const one of keys) index.add(one);
      const away = (distance: number) => keys.filter((one) => editDistance(one, question, 2) === distance).sort();
      const found = index.near(question, 1000);
      const keysAt = (distance: number) => found.filter((one) => one.distance === distance).map((one) => one.key);
      assert.deepEqual(keysAt(1).toSorted(), away(1));
      // Only a single near key is worth asking whether another stands beside it.
      const beside = away(1).length === 1 && away(2).length > 0;
      assert.equal(keysAt(2).length, beside ? 1 : 0);
      assert.ok(keysAt(2).every((one) => away(2).includes(one)));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("are gone when they are taken out, also out of many", () => {
    const index = new NeighbourIndex();
    const keys = Array.from({ length: 3000 }, (_, at) => `K${String(at).padStart(6, "0")}`);
    for (const one of keys) index.add(one);
    for (const one of keys.slice(0, 2990)) index.remove(one);
    assert.deepEqual(index.near("K000001", 5), []);
    assert.equal(index.near("K00299X", 100).filter(({ distance }) => distance === 1).length, 10);
    for (const one of keys) index.add(one);
    assert.equal(index.near("K00000X", 100).filter(({ distance }) => distance === 1).length, 10);
  });

  test("come and go without the tables growing, and are found all the same", () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.boolean(), key), { minLength: 1, maxLength: 120 }),
      key,
      (moves, question) => {
        const index = new NeighbourIndex();
        const kept = new Set<string>();
        for (const [comes, one] of moves) {
          if (comes) index.add(one);
          else index.remove(one);
          if (comes) kept.add(one);
          else kept.delete(one);
        }
        const found = index.near(question, 1000).filter(({ distance }) => distance === 1);
        const away = [...kept].filter((one) => editDistance(one, question, 2) === 1);
        assert.deepEqual(found.map((one) => one.key).sort(), away.sort());
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe("the clearance index", () => {
  test("finds by container and by plate", () => {
    const index = indexOf(record("A", TRACTOR), record("B", "29H67890", "TEXU3070079"));
    assert.deepEqual(ids(index.find(CONTAINER, null)), ["A"]);
    assert.deepEqual(ids(index.find(null, "29H67890")), ["B"]);
    assert.deepEqual(ids(index.find(CONTAINER, "29H67890")), ["A", "B"]);
  });

  test("names what is nearly meant, and what stands beside it", () => {
    const index = indexOf(record("A", "12C12345"), record("B", "12C12388"), record("C", "29H67890"));
    assert.deepEqual(ids(index.find(null, "12G12345")), ["A"]);
    assert.deepEqual(ids(index.find(null, "12C12385")), ["A", "B"]);
    assert.deepEqual(ids(index.find(null, "12G12344")), [], "two edits from all is nothing");
  });

  test("does not look aside when the value itself is there", () => {
    assert.deepEqual(ids(indexOf(record("A", "12C12345"), record("B", "12G12345")).find(null, "12C12345")), ["A"]);
  });

  test("forgets what was removed or replaced", () => {
    const index = indexOf(record("A", TRACTOR), record("B", TRACTOR, "TEXU3070079"));
    index.change(2, [record("A", "29H67890")], ["B"]);
    assert.deepEqual(ids(index.find(null, TRACTOR)), []);
    assert.deepEqual(ids(index.find(null, "12G12345")), []);
    index.replace(3, []);
    assert.deepEqual(ids(index.find(CONTAINER, "29H67890")), []);
  });

  test("knows full-width, blanks and composed letters as the same plate, and a look-alike as none", () => {
    const index = indexOf(record("A", " １２Ｃ-123.45 "), record("B", "12\u041267890"));
    assert.deepEqual(ids(index.find(null, "12C12345")), ["A"]);
    for (const plate of ["12\u041267890", "12B67890", "12067890"]) assert.deepEqual(ids(index.find(null, plate)), []);
  });

  test("answers from a crowded list with few records", () => {
    const plates = Array.from({ length: 5000 }, (_, at) => `12C${String(at).padStart(5, "0")}`);
    const index = new ClearanceIndex();
    index.replace(
      1,
      plates.map((plate, at) => record(`R${at}`, plate, containerOf(at))),
    );
    const found = index.find(null, "12G01234");
    assert.ok(found.length >= 2 && found.length <= 8, String(found.length));
    assert.ok(found.some((one) => one.clearance.vehicle.tractorPlate === "12C01234"));
  });
});

function containerOf(at: number): string {
  const firstTen = `CSQU${String(at).padStart(6, "0")}`;
  return firstTen + containerCheckDigit(firstTen);
}

describe("a whole list in slices", () => {
  const many = (count: number, version: number) =>
    Array.from({ length: count }, (_, at) => {
      const ten = `CSQU${String(at).padStart(6, "0")}`;
      return record(`V${version}-${at}`, `12C${String(at).padStart(5, "0")}`, ten + containerCheckDigit(ten));
    });

  test("F54: answers from the list before until it is whole, and never holds anybody up for all of it", async () => {
    const index = new ClearanceIndex();
    index.replace(1, [record("OLD", TRACTOR)]);
    let pauses = 0;
    const done = index.replaceInSlices(2, many(2000, 2), async () => {
      pauses += 1;
      assert.equal(index.version, 1);
      assert.deepEqual(ids(index.find(null, TRACTOR)), ["OLD"]);
    });
    await done;
    assert.ok(pauses >= 8, `${pauses} pauses`);
    assert.equal(index.version, 2);
    assert.equal(index.size, 2000);
    assert.deepEqual(ids(index.find(null, "12C00007")), ["V2-7"]);
  });

  test("keeps the changes that come meanwhile, and another list waits its turn", async () => {
    const index = new ClearanceIndex();
    let turns = 0;
    const pause = async () => {
      turns += 1;
      if (turns === 2) index.change(3, [record("NEW", TRACTOR)], ["V2-7"]);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const first = index.replaceInSlices(2, many(1000, 2), pause);
    const second = index.replaceInSlices(4, many(10, 4), pause);
    await first;
    assert.equal(index.version, 3);
    assert.deepEqual(ids(index.find(null, TRACTOR)), ["NEW"]);
    assert.equal(index.has("V2-7"), false, "taken out while the list was put together");
    await second;
    assert.deepEqual([index.version, index.size], [4, 10]);
  });
});

test("a declaration for the second container of a vehicle is found with the first, and stops it when it is suspended", () => {
  const two = [CONTAINER, OTHER_CONTAINER].map((number) => ({
    number,
    empty: false,
    tareKg: 2200,
    declaredGrossKg: 10_000,
  }));
  const hold = { kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" } as const;
  const load = clearance({ id: "CL-1", containers: two });
  const shared = { ...record("CL-2", "29H67890", OTHER_CONTAINER), holds: [hold] };
  const candidates = indexOf(load, shared, record("CL-3", "98C11111", "HLXU2008419")).find(CONTAINER, TRACTOR);
  assert.deepEqual(ids(candidates), ["CL-1", "CL-2"]);
  const seen = (text: string) => identity(text, { confidence: 0.48, support: 0.97, sources: ["side"] });
  const { verdict, reason } = decide({
    input: decisionInput({ container: seen(CONTAINER), secondContainer: seen(OTHER_CONTAINER) }),
    candidates,
    policy: policyWith(),
    site: SITE,
    passage: "P000001",
    utc: EPOCH,
  });
  assert.equal(`${verdict} ${reason}`, "BLOCK SUSPENDED");
});
