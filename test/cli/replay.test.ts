import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { stringify } from "yaml";
import { RecordedLane } from "../control/recorded-lane.ts";
import { cached, GROSS_KG, policyWith } from "../lanes/builders.ts";
import { backsOut, isJudged } from "../lanes/vehicle.ts";
import { lanectl } from "./lanectl.ts";

const STANDARD = fileURLToPath(new URL("../../config/policies/standard.yaml", import.meta.url));

/** One vehicle, held because it is 700 kg too heavy. */
const recorded = new RecordedLane({ clearances: [cached()], grossKg: GROSS_KG + 700 });
backsOut(isJudged(recorded.lane.ready()));
const database = recorded.close();
const folder = dirname(database);
after(() => recorded.remove());

const file = (name: string, policy: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, stringify(policy));
  return path;
};

describe("lanectl replay", () => {
  test("says that everything comes out the same, with exit code 0", async () => {
    const { code, stdout } = await lanectl(["replay", "--database", database]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^the same: \d+ events, 1 decisions, 1 passages/);
  });

  test("finds the journal beside the socket", async () => {
    const { code } = await lanectl(["--socket", join(folder, "lane.sock"), "replay", "P000001"]);
    assert.equal(code, 0);
  });

  test("lists the vehicles whose verdict another policy would change", async () => {
    const other = file("mild.yaml", policyWith({ weight: { toleranceKg: 1000 } }));
    const { code, stdout } = await lanectl(["replay", "--database", database, "--policy", other]);
    assert.equal(code, 0);
    assert.match(stdout, /changes the verdict on 1 vehicle/);
    assert.match(stdout, /P000001 +CSQU3054383 +12C12345 +HOLD +WEIGHT +PASS +CLEARED/);
    const json = await lanectl(["--json", "replay", "P000001", "--database", database, "--policy", other]);
    assert.deepEqual(JSON.parse(json.stdout).changes[0].would, {
      verdict: "PASS",
      reason: "CLEARED",
      decidingRule: null,
    });
  });

  test("says that a policy changes nothing", async () => {
    const { stdout } = await lanectl(["replay", "--database", database, "--policy", STANDARD]);
    assert.match(stdout, /changes no verdict/);
  });

  test("ends with 1 and shows both rows when a decision was altered", async () => {
    const altered = join(folder, "altered.db");
    copyFileSync(database, altered);
    const db = new Database(altered);
    for (const { name } of db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .all()) {
      db.exec(`DROP TRIGGER ${name}`);
    }
    db.exec(
      `UPDATE journal SET data = replace(data, '"verdict":"HOLD"', '"verdict":"PASS"') WHERE type = 'decision.made'`,
    );
    db.close();
    const { code, stdout } = await lanectl(["replay", "--database", altered]);
    assert.equal(code, 1);
    assert.match(stdout, /^1 difference:/);
    assert.match(stdout, /decision\.made, P000001: the row is another one/);
    assert.match(stdout, /journal .*"verdict":"PASS"/);
    assert.match(stdout, /replayed .*"verdict":"HOLD"/);
  });

  for (const [args, code, says] of [
    [["P000099", "--database", database], 1, /no passage P000099/],
    [["--since", "2099-01-01T00:00:00Z", "--database", database], 1, /nothing was recorded/],
    [["--since", "yesterday", "--database", database], 2, /A time in UTC is expected/],
    [["--database", join(folder, "absent.db")], 1, /absent\.db/],
    [["--database", database, "--policy", join(folder, "absent.yaml")], 78, /absent\.yaml/],
  ] as const) {
    test(`${args.join(" ").replaceAll(folder, "")} ends with ${code}`, async () => {
      const run = await lanectl(["replay", ...args]);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stdout + run.stderr, says);
    });
  }
});

describe("lanectl policy check", () => {
  test("accepts the policy that is shipped and names its hash", async () => {
    const { code, stdout } = await lanectl(["policy", "check", STANDARD]);
    assert.equal(code, 0);
    assert.match(stdout, /no mistakes found\n {2}policy {2}standard [0-9a-f]{64}\n/);
  });

  test("refuses contradictions and another hash with 78, all at once", async () => {
    const path = file("broken.yaml", policyWith({ offline: { freshMs: 2, limitMs: 1 } }));
    const { code, stdout } = await lanectl(["policy", "check", path, "--sha256", "0".repeat(64)]);
    assert.equal(code, 78);
    assert.match(stdout, /2 errors/);
    assert.match(stdout, /offline\.freshMs/);
    const json = JSON.parse((await lanectl(["--json", "policy", "check", path])).stdout);
    assert.deepEqual([json.ok, json.issues.length], [false, 1]);
  });
});
