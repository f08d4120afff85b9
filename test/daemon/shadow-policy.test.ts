import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { loadPolicyInForce } from "#config/policy-in-force";
import { readLane } from "#daemon/lane-setup";
import { issuesOf, LANE_YAML, temporaryFolder, write, writeReferencedFiles } from "../config/lane-folder.ts";
import { policyWith } from "../lanes/builders.ts";

const folder = temporaryFolder();
writeReferencedFiles(folder);
write(folder, "policy.yaml", stringify(policyWith()));
const mild = write(folder, "mild.yaml", stringify(policyWith({ name: "mild", weight: { toleranceKg: 1000 } })));
const lane = (more: string) => write(folder, "lane.yaml", LANE_YAML.replace("devices:", `${more}devices:`));

test("a lane without a shadow policy has none", () => assert.equal(readLane(lane("")).shadow, null));

test("a shadow policy is loaded beside the live one, with its own hash", () => {
  const { policy, shadow } = readLane(lane("shadowPolicyFile: ./mild.yaml\n"));
  assert.equal(policy.name, "standard");
  assert.deepEqual([shadow?.policy.name, shadow?.policyHash], ["mild", loadPolicyInForce(mild).hash]);
});

test("a shadow policy that contradicts itself or is absent is refused", () => {
  write(folder, "broken.yaml", stringify(policyWith({ offline: { freshMs: 2, limitMs: 1 } })));
  assert.deepEqual(
    issuesOf(() => readLane(lane("shadowPolicyFile: ./broken.yaml\n"))).map(({ path }) => path),
    ["offline.freshMs"],
  );
  assert.deepEqual(
    issuesOf(() => readLane(lane("shadowPolicyFile: ./absent.yaml\n"))).map(({ path }) => path),
    ["shadowPolicyFile"],
  );
});
