import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { LANE_YAML, temporaryFolder, write, writeReferencedFiles } from "../config/lane-folder.ts";
import { ROOT } from "../tidy/files.ts";
import { lanectl } from "./lanectl.ts";

const folder = temporaryFolder();
const EXAMPLE = join(ROOT, "config", "examples", "lane.yaml");
const POLICY = join(ROOT, "config", "policies", "standard.yaml");

before(() => {
  writeReferencedFiles(folder);
  cpSync(POLICY, join(folder, "policy.yaml"));
});

test("a sound lane is exit code 0 with its hashes", async () => {
  const file = write(folder, "lane.yaml", LANE_YAML);
  const [text, json] = await Promise.all([
    lanectl(["config", "check", file]),
    lanectl(["config", "check", file, "--json"]),
  ]);
  assert.equal(text.code, 0, text.stdout);
  assert.match(text.stdout, /no mistakes found[\s\S]*lane-1 at huu-nghi, export[\s\S]*gate \(modbus-gate\)/);
  const summary: Record<string, unknown> = JSON.parse(json.stdout);
  assert.equal(summary["ok"], true);
  assert.match(String(summary["configHash"]), /^[0-9a-f]{64}$/);
  assert.match(String(summary["policyHash"]), /^[0-9a-f]{64}$/);
});

test("mistakes in the lane file and in its policy are shown together, exit code 78", async () => {
  const policy = readFileSync(POLICY, "utf8").replace("minFusedConfidence:", "minFusedConfidnce:");
  write(folder, "slip.yaml", policy);
  const file = write(
    folder,
    "bad.yaml",
    LANE_YAML.replace("./policy.yaml", "./slip.yaml").replace("pollMs: 20", "pollMs: 20 ms"),
  );
  const [text, json] = await Promise.all([
    lanectl(["config", "check", file]),
    lanectl(["config", "check", file, "--json"]),
  ]);
  assert.equal(text.code, 78);
  assert.match(
    text.stdout,
    /line \d+: devices\.gate\.pollMs\n +is +"20 ms"\n +expected +a whole number of milliseconds.*\n +fix +write 20/,
  );
  assert.match(text.stdout, /slip\.yaml: 1 error\n +line \d+: identity\.minFusedConfidnce/);
  assert.match(text.stdout, /did you mean minFusedConfidence\?/);
  assert.equal(json.code, 78);
  assert.equal(JSON.parse(json.stdout).problems.length, 2);
});

test("the example only lacks its secrets, and says how to make them", async () => {
  const { code, stdout } = await lanectl(["config", "check", EXAMPLE, "--json"]);
  assert.equal(code, 78, "the example has secrets in the repository");
  const { problems }: { problems: readonly { issues: readonly { path: string; fix: string }[] }[] } =
    JSON.parse(stdout);
  const issues = problems.flatMap((problem) => problem.issues);
  for (const { path, fix } of issues) {
    assert.match(path, /passwordFile$|publicKeyFile$/);
    assert.match(fix, /write the password|ask operations/);
  }
});

test("the example is sound once its secrets are there", async () => {
  const copy = temporaryFolder();
  cpSync(EXAMPLE, join(copy, "examples", "lane.yaml"));
  cpSync(POLICY, join(copy, "policies", "standard.yaml"));
  writeReferencedFiles(join(copy, "examples"));
  const { code, stdout } = await lanectl(["config", "check", join(copy, "examples", "lane.yaml")]);
  assert.equal(code, 0, stdout);
});

test("a file that is not there is exit code 78", async () => {
  const { code, stdout } = await lanectl(["config", "check", join(folder, "absent.yaml")]);
  assert.equal(code, 78);
  assert.match(stdout, /absent\.yaml: 1 error\n +the file\n +is missing/);
});
