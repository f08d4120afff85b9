import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { ConfigError } from "#config/issues";
import { loadPolicy, type PolicyExpectation } from "#config/load-policy";
import { policyWith } from "../lanes/builders.ts";

const SHIPPED = fileURLToPath(new URL("../../config/policies/standard.yaml", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "policy-"));
after(() => rmSync(folder, { recursive: true }));

function refusal(policy: unknown, expected?: PolicyExpectation): readonly string[] {
  const file = join(folder, "policy.yaml");
  writeFileSync(file, stringify(policy));
  try {
    loadPolicy(file, expected);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.code, "CONFIG_INVALID");
    return error.issues.map(({ path, value }) => `${path} ${value}`);
  }
  return [];
}

test("the policy that is shipped is accepted, frozen and has a hash of its content", () => {
  const { value, hash } = loadPolicy(SHIPPED);
  assert.ok(Object.isFrozen(value) && Object.isFrozen(value.outcomes));
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(loadPolicy(SHIPPED, { sha256: hash }).hash, hash);
});

test("comments and the order of keys do not change the hash, a figure does", () => {
  const file = join(folder, "same.yaml");
  const reversed = Object.fromEntries(Object.entries(policyWith()).toReversed());
  writeFileSync(file, `# another hand\n${stringify(reversed)}`);
  assert.equal(loadPolicy(file).hash, loadPolicy(SHIPPED).hash);
  writeFileSync(file, stringify(policyWith({ weight: { toleranceKg: 501 } })));
  assert.notEqual(loadPolicy(file).hash, loadPolicy(SHIPPED).hash);
});

test("another content than announced is refused with both hashes", () => {
  const [only, ...more] = refusal(policyWith(), { sha256: "a".repeat(64) });
  assert.match(only ?? "", new RegExp(`of hash ${loadPolicy(SHIPPED).hash}`));
  assert.deepEqual(more, []);
});

describe("a policy is refused as a whole", () => {
  const readers = new Set(["qr"] as const);
  const cases: readonly (readonly [why: string, policy: unknown, says: RegExp, expected?: PolicyExpectation])[] = [
    ["for a rule that does not exist", policyWith({ outcomes: { anything: "AUTO_OPEN" } as never }), /outcomes/],
    ["for an unknown section", { ...policyWith(), rules: { V9: "off" } }, /rules/],
    ["for a threshold out of range", policyWith({ identity: { minFusedConfidence: 1.1 } }), /minFusedConfidence/],
    ["for an outcome that is none", policyWith({ outcomes: { exact: "OPEN" as never } }), /outcomes.exact/],
    [
      "for an authority that does not exist",
      policyWith({ clearance: { requiredAuthorities: ["mayor" as never] } }),
      /requiredAuth/,
    ],
    [
      "for doing without customs",
      policyWith({ clearance: { requiredAuthorities: ["quarantine"] } }),
      /without customs/,
    ],
    ["for guesses", policyWith({ identity: { minFusedConfidence: 0.4, minReadConfidence: 0.3 } }), /more likely wrong/],
    [
      "for asking more of two than of one",
      policyWith({ identity: { minAgreeingConfidence: 0.9 } }),
      /more than minFused/,
    ],
    [
      "for not hearing reads that would do",
      policyWith({ identity: { minReadConfidence: 0.9 } }),
      /minReadConfidence 0.9/,
    ],
    ["for overruling what cameras agree on", policyWith({ identity: { minRepairShare: 0.05 } }), /overruled/],
    ["for two guesses that agree", policyWith({ identity: { minAgreeingConfidence: 0.4 } }), /two guesses/],
    ["for a ladder upside down", policyWith({ offline: { freshMs: 2000, limitMs: 1000 } }), /offline.freshMs/],
    [
      "for trusting old lists more than new ones",
      policyWith({ outcomes: { offlineFresh: "PROPOSE_TO_OFFICER" } }),
      /offlineStale/,
    ],
    ["for a zero that may be a load", policyWith({ weight: { zeroBandDivisions: 20 } }), /zeroBandDivisions/],
    ["for a weight that may swing", policyWith({ weight: { stableSpreadDivisions: 20 } }), /stableSpreadDivisions/],
    ["for a shorter wait after a restart", policyWith({ timers: { underClearMs: 4000 } }), /recoveryClearMs/],
    ["for pictures that are never taken", policyWith({ identity: { recaptureMs: 30_000 } }), /recaptureMs/],
    [
      "for a transponder that nobody reads",
      policyWith({ clearance: { requiredIdentities: ["tag"] } }),
      /tag, which no device/,
      { readers },
    ],
    [
      "for a mercy on trailers that nobody compares",
      policyWith({ clearance: { trailerMayBeUnread: true } }),
      /trailerMayBeUnread true, and trailers are not compared/,
    ],
    ["for a seal that nobody reads", policyWith({ clearance: { sealMustBeRead: true } }), /reads seals/, { readers }],
  ];
  for (const [why, policy, says, expected] of cases) {
    test(why, () => {
      const issues = refusal(policy, expected);
      assert.ok(
        issues.some((issue) => says.test(issue)),
        issues.join("\n"),
      );
    });
  }

  test("with every reason at once", () => {
    const policy = policyWith({ clearance: { requiredAuthorities: [] }, offline: { freshMs: 2, limitMs: 1 } });
    assert.equal(refusal(policy, { sha256: "0".repeat(64) }).length, 3);
  });

  test("and not for what its lane can read", () => {
    assert.deepEqual(refusal(policyWith({ clearance: { requiredIdentities: ["qr"] } }), { readers }), []);
  });
});
