import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ajv } from "ajv";
import { PolicySchema } from "#lanes/decision/policy";
import { policyWith } from "../builders.ts";

const accepts = new Ajv({ allErrors: true }).compile(PolicySchema);

describe("the policy schema", () => {
  test("accepts the policy that is shipped", () => {
    assert.ok(accepts(policyWith()), JSON.stringify(accepts.errors));
  });

  test("needs every section and refuses unknown ones", () => {
    for (const section of PolicySchema.required) {
      assert.equal(accepts({ ...policyWith(), [section]: undefined }), false, section);
    }
    assert.equal(accepts({ ...policyWith(), extra: 1 }), false);
    assert.equal(accepts(policyWith({ weight: { tolleranceKg: 1 } as never })), false);
  });

  const refused: readonly (readonly [string, Parameters<typeof policyWith>[0]])[] = [
    ["a recovery wait of less than 3 s", { timers: { recoveryClearMs: 2999 } }],
    ["a share above one", { weight: { toleranceShare: 1.1 } }],
    ["no attempt to close", { timers: { closeTries: 0 } }],
    ["an unknown authority", { clearance: { requiredAuthorities: ["mayor" as never] } }],
    ["a command that may wait for long", { interlock: { commandAgeMs: 10_001 } }],
  ];
  for (const [why, change] of refused) {
    test(`refuses ${why}`, () => assert.equal(accepts(policyWith(change)), false));
  }
});
