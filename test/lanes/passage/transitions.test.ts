import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHASES, RESULTS } from "#lanes/passage/model";
import {
  BOOM_TRANSITIONS,
  MODE_TRANSITIONS,
  PASSAGE_TRANSITIONS,
  SCALE_TRANSITIONS,
  type Transition,
  ZONE_TRANSITIONS,
} from "#lanes/passage/transitions";

const TABLES: Readonly<Record<string, readonly Transition<string>[]>> = {
  zone: ZONE_TRANSITIONS,
  scale: SCALE_TRANSITIONS,
  boom: BOOM_TRANSITIONS,
  mode: MODE_TRANSITIONS,
  passage: PASSAGE_TRANSITIONS,
};

for (const [name, rows] of Object.entries(TABLES)) {
  describe(`the table of the ${name}`, () => {
    test("says each thing once, and nothing of staying where it is", () => {
      const pairs = rows.map(({ from, to }) => `${from} ${to}`);
      const twice = pairs.filter((pair, at) => pairs.indexOf(pair) !== at);
      assert.deepEqual(twice, []);
      assert.deepEqual(
        rows.filter(({ from, to }) => from === to && from !== "recovering"),
        [],
      );
    });

    test("has a reason and an event for everything", () => {
      for (const { from, to, on, when } of rows) {
        assert.ok(when.length > 1, `${from} ${to}`);
        assert.ok(on === "any" || on.length > 0, `${from} ${to}`);
      }
    });
  });
}

describe("a passage", () => {
  const to = (from: string) => PASSAGE_TRANSITIONS.filter((row) => row.from === from).map((row) => row.to);

  test("can reach every phase and every end", () => {
    const reached = new Set<string>(["new"]);
    for (const from of reached) for (const one of to(from)) reached.add(one);
    assert.deepEqual(
      [...PHASES, ...RESULTS].filter((one) => !reached.has(one)),
      [],
    );
  });

  test("comes to an end from every phase, and from no end anywhere else", () => {
    for (const phase of PHASES) {
      const reached = new Set<string>([phase]);
      for (const from of reached) for (const one of to(from)) reached.add(one);
      assert.ok(
        RESULTS.some((result) => reached.has(result)),
        phase,
      );
    }
    for (const result of RESULTS) assert.deepEqual(to(result), []);
  });

  test("has its boom raised only from armed and lowered only from clearing, by time", () => {
    const into = (phase: string) => PASSAGE_TRANSITIONS.filter((row) => row.to === phase);
    assert.deepEqual(
      into("opening").map(({ from }) => from),
      ["armed"],
    );
    assert.deepEqual(
      into("closing").map(({ from, on }) => [from, on]),
      [["clearing", ["timer-expired"]]],
    );
  });

  test("is PASSED only from where a vehicle has crossed", () => {
    for (const { from, to: end } of PASSAGE_TRANSITIONS) {
      if (end !== "PASSED" && end !== "PASSED_OFFICER") continue;
      assert.ok(["crossing", "clearing", "closing", "recovering", "hold"].includes(from), from);
    }
  });
});
