import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, FusedIdentity, IdentityRead } from "#contract/decision";
import { decide } from "#lanes/decision/decide";
import {
  cached,
  decisionInput,
  EPOCH,
  identity,
  OTHER_CONTAINER,
  policyWith,
  read,
  SITE,
  TRACTOR,
} from "../builders.ts";
import { box, torn } from "./case.ts";

const MISREAD_PLATE = TRACTOR.replace("12C", "12G");

function decided(
  input: Partial<DecisionInput>,
  candidates: readonly CachedClearance[],
  policy: Parameters<typeof policyWith>[0] = {},
) {
  return decide({
    input: decisionInput(input),
    candidates,
    policy: policyWith(policy),
    site: SITE,
    passage: "P000001",
    utc: EPOCH,
  });
}

describe("a repair", () => {
  const ROOM = [torn("plate", MISREAD_PLATE, TRACTOR)];
  const repaired = (plate: FusedIdentity, reads: readonly IdentityRead[], others: readonly CachedClearance[] = []) =>
    decided({ plate, reads }, [cached(), ...others]);
  const plateRead = (text: string, confidence: number) => read({ kind: "plate", text, confidence });

  test("is told with both texts, and what was read stays what it is", () => {
    const decision = repaired(identity(MISREAD_PLATE), ROOM);
    const rule = decision.rules.find(({ id }) => id === "M2");
    assert.match(rule?.detail ?? "", new RegExp(`${MISREAD_PLATE} .* is taken for ${TRACTOR}`));
    assert.equal(decision.input.plate?.text, MISREAD_PLATE);
  });

  test("is made when pictures of one camera disagree", () => {
    const reads = [plateRead(MISREAD_PLATE, 0.8), plateRead(TRACTOR, 0.82)];
    assert.equal(repaired(identity(MISREAD_PLATE), reads).reason, "CLEARED");
  });

  test("is not made when cameras agree on the other plate, and says why", () => {
    for (const confidence of [0.6, 0.75, 0.9, 1]) {
      const reads = [plateRead(MISREAD_PLATE, confidence), read({ ...plateRead(MISREAD_PLATE, 0.9), source: "rear" })];
      const decision = repaired(identity(MISREAD_PLATE), reads);
      assert.equal(decision.reason, "PLATE_MISMATCH");
      const rule = decision.rules.find(({ id }) => id === "M2");
      assert.match(rule?.detail ?? "", /look alike, but the reads leave \d\.\d% for it and 35\.0% is asked/);
    }
  });

  test("is not made by one doubtful picture against a sure one", () => {
    const torn4 = { ...torn("plate", MISREAD_PLATE, TRACTOR), source: "rear" };
    assert.equal(repaired(identity(MISREAD_PLATE), [plateRead(MISREAD_PLATE, 0.99), torn4]).reason, "PLATE_MISMATCH");
  });

  test("needs the share that the policy names", () => {
    const under = (minRepairShare: number) =>
      decided({ plate: identity(MISREAD_PLATE), reads: ROOM }, [cached()], { identity: { minRepairShare } }).reason;
    assert.equal(under(0.25), "CLEARED");
    assert.equal(under(0.5), "PLATE_MISMATCH");
  });

  for (const [why, plate] of [
    ["an unlikely misreading", "12X12345"],
    ["a digit for another digit", "12C12346"],
    ["two misreadings", "12G12845"],
    ["a character missing", "12C1234"],
  ] as const) {
    test(`is not made over ${why}`, () => {
      assert.equal(repaired(identity(plate), [torn("plate", plate, TRACTOR)]).reason, "PLATE_MISMATCH");
    });
  }

  test("is not made when another announced plate is near", () => {
    const near = cached({
      id: "CL-9",
      containers: [box(OTHER_CONTAINER)],
      vehicle: { tractorPlate: "12G12346", tareKg: 1 },
    });
    assert.equal(repaired(identity(MISREAD_PLATE), ROOM, [near]).reason, "PLATE_MISMATCH");
  });

  test("is not made when both identities come from one device", () => {
    assert.equal(repaired(identity(MISREAD_PLATE, { sources: ["side:onboard"] }), ROOM).reason, "PLATE_MISMATCH");
  });

  test("is not made towards a record of another container", () => {
    const decision = decided({ plate: identity(MISREAD_PLATE), reads: ROOM }, [
      cached({ containers: [box(OTHER_CONTAINER)] }),
    ]);
    assert.equal(decision.reason, "NO_CLEARANCE");
    assert.match(decision.rules.find(({ id }) => id === "P1")?.detail ?? "", /12C12345 is announced and looks alike/);
  });
});
