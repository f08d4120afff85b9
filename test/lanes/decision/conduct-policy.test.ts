import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ORDER_ROLES, type WishName } from "#contract/order";
import { conductOf, FAULT_DEFAULTS, OFFICER_DEFAULTS } from "#lanes/decision/conduct-policy";
import { policyWith } from "../builders.ts";

describe("how a lane is run", () => {
  test("is as built in where the policy says nothing", () => {
    const conduct = conductOf({});
    assert.deepEqual(conduct.officer, OFFICER_DEFAULTS);
    assert.deepEqual(conduct.faults, FAULT_DEFAULTS);
    assert.equal(conduct.pipelined, false);
  });

  test("is as the policy says, one figure at a time", () => {
    const conduct = conductOf({ officer: { answerMs: 5000 }, faults: { raiseTries: 1 }, pipelined: true });
    assert.equal(conduct.officer.answerMs, 5000);
    assert.deepEqual(conduct.officer.open, OFFICER_DEFAULTS.open);
    assert.equal(conduct.faults.raiseTries, 1);
    assert.equal(conduct.faults.gapMs, FAULT_DEFAULTS.gapMs);
    assert.ok(conduct.pipelined);
  });

  test("is worked out once for a policy", () => {
    const policy = policyWith();
    assert.equal(conductOf(policy), conductOf(policy));
  });

  test("in the standard policy nobody passes what is blocked, and two are needed to move the boom by word", () => {
    const { officer } = conductOf(policyWith());
    assert.deepEqual(officer.blockedRoles, []);
    const two: readonly WishName[] = ["open", "close", "reset-emergency", "resolve"];
    for (const name of two) assert.ok(officer[name].secondPerson, name);
    for (const role of ORDER_ROLES) {
      if (role === "operations") assert.ok(!officer.pass.roles.includes(role) && !officer.open.roles.includes(role));
    }
  });
});
