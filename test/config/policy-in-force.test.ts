import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { readConfusion } from "#config/confusion";
import { loadPolicy } from "#config/load-policy";
import { hashOf } from "#config/load-yaml";
import { loadPolicyInForce, readersOf } from "#config/policy-in-force";
import { DEFAULT_CONFUSION } from "#lanes/fusion/confusion";
import { policyWith } from "../lanes/builders.ts";
import { issuesOf, temporaryFolder, write } from "./lane-folder.ts";

const MEASURED = new URL("../../models/confusion.json", import.meta.url);
const folder = temporaryFolder();
const reader = (change: { class: "id-reader" | "seal-reader"; options: Record<string, unknown> }) => ({
  id: "r",
  driver: "text",
  home: "edge" as const,
  ...change,
});
const tagReader = reader({ class: "id-reader", options: { kind: "tag" } });

describe("the policy in force", () => {
  const file = write(folder, "standard.yaml", stringify(policyWith()));

  test("has the measured confusion table, and its hash is over both", () => {
    const { value, hash } = loadPolicyInForce(file);
    assert.deepEqual(value.confusion, JSON.parse(readFileSync(MEASURED, "utf8")));
    assert.equal(hash, hashOf({ ...policyWith(), confusion: readConfusion(MEASURED) }));
    assert.notEqual(hash, loadPolicy(file).hash);
    assert.ok(Object.isFrozen(value) && Object.isFrozen(value.confusion?.classes));
  });

  test("keeps the table that the site brings", () => {
    const confusion = { ...DEFAULT_CONFUSION, classes: ["AB"] };
    const own = write(folder, "own.yaml", stringify({ ...policyWith(), confusion }));
    const { value, hash } = loadPolicyInForce(own);
    assert.deepEqual(value.confusion?.classes, ["AB"]);
    assert.equal(hash, loadPolicy(own).hash);
  });

  test("is refused when it asks for what no device of the lane reads", () => {
    const asks = write(folder, "asks.yaml", stringify(policyWith({ clearance: { requiredIdentities: ["tag"] } })));
    const paths = (readers: readonly (typeof tagReader)[]) =>
      issuesOf(() => loadPolicyInForce(asks, { readers })).map(({ path }) => path);
    assert.deepEqual(paths([]), ["clearance.requiredIdentities"]);
    assert.equal(loadPolicyInForce(asks, { readers: [tagReader] }).value.clearance.requiredIdentities[0], "tag");
  });
});

test("what a lane can read is what its readers are for", () => {
  const seal = reader({ class: "seal-reader", options: {} });
  const code = reader({ class: "id-reader", options: { kind: "code" } });
  assert.deepEqual([...readersOf({ readers: [tagReader, seal] })].sort(), ["seal", "tag"]);
  assert.deepEqual([...readersOf({ readers: [code] })], ["qr"]);
  assert.deepEqual([...readersOf({ readers: [reader({ class: "id-reader", options: {} })] })].sort(), ["qr", "tag"]);
  assert.equal(readersOf({ readers: [] }).size, 0);
});
