import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decide } from "#lanes/decision/decide";
import type { Text } from "#lanes/decision/reasons";
import { RULE_TITLES } from "#lanes/decision/rule-titles";
import { RULES } from "#lanes/decision/rules";
import {
  cached,
  clearance,
  decisionInput,
  EPOCH,
  identity,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  policyWith,
  SITE,
} from "../builders.ts";
import { RULE_CASES, type RuleCase } from "./cases.ts";

function decisionOf(facts: Omit<RuleCase, "when" | "says"> = {}) {
  return decide({
    input: decisionInput(facts.input),
    candidates: facts.candidates ?? [cached(facts.clearance)],
    policy: policyWith(facts.policy),
    site: { ...SITE, ...facts.site },
    passage: "P000001",
    utc: EPOCH,
  });
}

for (const [id, cases] of Object.entries(RULE_CASES)) {
  describe(`rule ${id}: ${new Map<string, Text>(Object.entries(RULE_TITLES)).get(id)?.en}`, () => {
    for (const one of cases) {
      test(one.when, () => {
        const record = decisionOf(one);
        const result = record.rules.find((rule) => rule.id === id);
        assert.ok(result, "the rule is in the table");
        assert.ok(result.detail.length > 0, "it says what was compared with what");
        if (typeof one.says === "string") {
          assert.equal(result.outcome, one.says, result.detail);
          assert.equal(result.reason, undefined);
          return;
        }
        const [verdict, reason] = one.says;
        assert.equal(result.outcome, "fail", result.detail);
        assert.equal(result.reason, reason);
        if (record.decidingRule === id) assert.deepEqual([record.verdict, record.reason], [verdict, reason]);
        assert.notEqual(record.verdict, "PASS");
      });
    }
  });
}

test("every rule of the table has cases that hold, that fail, and that do not apply where they can", () => {
  assert.deepEqual(
    RULES.map(({ id }) => id),
    Object.keys(RULE_CASES),
  );
  assert.deepEqual(Object.keys(RULE_TITLES), Object.keys(RULE_CASES));
  const alwaysApply = ["V1", "Q2"];
  for (const [id, cases] of Object.entries(RULE_CASES)) {
    const said = cases.map(({ says }) => (typeof says === "string" ? says : "fail"));
    assert.ok(said.includes("pass"), `${id} holds`);
    assert.ok(said.includes("fail"), `${id} fails`);
    assert.ok(alwaysApply.includes(id) || said.includes("not-applicable"), `${id} does not apply`);
  }
});

describe("the decision", () => {
  test("is PASS only when no rule fails, and names the clearance", () => {
    const record = decisionOf();
    assert.equal(record.verdict, "PASS");
    assert.equal(record.reason, "CLEARED");
    assert.equal(record.decidingRule, null);
    assert.deepEqual(record.clearance, { id: "CL-1", version: 1 });
    assert.deepEqual(record.wouldOpen, []);
    assert.equal(record.rules.length, RULES.length);
  });

  test("is by the first failing rule, and every other failing rule is kept with what would mend it", () => {
    const record = decisionOf({
      input: { boomHealthy: false, weight: null },
      clearance: { holds: [{ kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" }], status: "PENDING" },
    });
    assert.equal(record.decidingRule, "V1");
    const failed = record.rules.flatMap(({ id, outcome }) => (outcome === "fail" ? [id] : []));
    assert.deepEqual(failed, ["V1", "V2", "P3", "M5"]);
    assert.equal(record.wouldOpen.length, failed.length);
  });

  test("takes the record that both identities name when the tractor has several", () => {
    const candidates = [cached({ id: "CL-0", containers: [{ ...box(), number: OTHER_CONTAINER }] }), cached()];
    assert.equal(decisionOf({ candidates }).clearance?.id, "CL-1");
    assert.equal(decisionOf({ candidates }).verdict, "PASS");
  });

  test("stays with the record this passage has reserved", () => {
    const twin = cached({ id: "CL-0" });
    const reserved = cached({}, { consumption: "reserved", passage: "P000001" });
    assert.equal(decisionOf({ candidates: [twin, reserved] }).clearance?.id, "CL-1");
  });

  test("does not depend on the order in which the cache names the records", () => {
    const candidates = [cached({ id: "CL-3" }), cached({ id: "CL-2" }), cached()];
    assert.deepEqual(decisionOf({ candidates }), decisionOf({ candidates: candidates.toReversed() }));
  });

  test("is never PASS on an identity that is another's", () => {
    for (const input of [
      { plate: identity(OTHER_TRACTOR) },
      { container: identity(OTHER_CONTAINER, { sources: ["side"] }) },
      { container: null },
      { plate: null },
    ]) {
      assert.notEqual(decisionOf({ input }).verdict, "PASS", JSON.stringify(input));
    }
  });
});

const box = () => clearance().containers[0] ?? assert.fail("a container");
