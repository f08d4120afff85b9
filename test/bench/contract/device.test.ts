import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { XMLParser } from "fast-xml-parser";
import type { ContractReport } from "#bench/contract/report/report";
import { generateKeys } from "#bench/operations/keys";
import { lockLane } from "#daemon/lane-lock";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";

const MAIN = fileURLToPath(new URL("../../../src/bench/contract/main.ts", import.meta.url));
const POLICY = fileURLToPath(new URL("../../../config/policies/standard.yaml", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "gatelane-contract-"));
const file = (name: string) => join(folder, name);
const plc = new GatePlcSimulator({ speed: 15 });
const scale = new WeighbridgeSimulator({ speed: 5, seed: 7 });

before(async () => {
  await plc.start();
  await scale.start();
  mkdirSync(file("data"));
  const key = generateKeys("operations-1");
  writeFileSync(file("operations.pem"), key.publicKeyPem);
  writeFileSync(
    file("lane.yaml"),
    [
      "version: 1",
      "site: huu-nghi",
      "lane: lane-1",
      "direction: EXPORT",
      "dataDir: ./data",
      `policy: ${POLICY}`,
      "devices:",
      `  gate: { driver: modbus-gate, host: 127.0.0.1, port: ${plc.port}, unit: 1, pollMs: 20, timeoutMs: 300 }`,
      `  scale: { driver: modbus-weighbridge, host: 127.0.0.1, port: ${scale.port}, unit: 1, pollMs: 50, timeoutMs: 300 }`,
      "upstream:",
      "  url: mqtt://127.0.0.1:1883",
      "  trust: [{ kid: operations-1, publicKeyFile: ./operations.pem }]",
      "",
    ].join("\n"),
  );
  chmodSync(file("lane.yaml"), 0o600);
});
after(async () => {
  await plc.stop();
  await scale.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly report: ContractReport | undefined;
  readonly stderr: string;
}

async function contract(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => {
      text[name] += chunk.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  const report = text.stdout.startsWith("{") ? (JSON.parse(text.stdout) as ContractReport) : undefined;
  return { code, report, stderr: text.stderr };
}

const onLane = (...args: string[]) => contract("--device", file("lane.yaml"), "--json", ...args);
const resultsOf = ({ report }: Outcome) => (report?.families ?? []).flatMap(({ results }) => results);
const named = (outcome: Outcome, words: RegExp) => resultsOf(outcome).filter(({ name }) => words.test(name));

const reasonOf = (outcome: Outcome) => named(outcome, /raises and lowers/)[0]?.reason ?? "";

describe("the contract of the devices that a lane configuration names", () => {
  it("is asked on the wire; what needs somebody or motion is skipped with a reason and what to do", async () => {
    const args = ["--only", "gate", "--junit", file("out.xml"), "--html", file("out.html")];
    const outcome = await onLane(...args);
    assert.equal(outcome.code, 0, outcome.stderr);
    const { passed = 0, failed, skipped = 0 } = outcome.report?.counts ?? {};
    assert.equal(failed, 0);
    assert.ok(passed >= 10 && skipped >= 20, `${passed} passed, ${skipped} skipped`);
    for (const wire of [/TIMEOUT on silence/, /late answers/, /garbage/, /cut links/, /starts without its PLC/]) {
      assert.deepEqual(
        named(outcome, wire)
          .filter(({ name }) => name.startsWith("raises") || name.startsWith("starts"))
          .map(({ status }) => status),
        ["passed"],
        String(wire),
      );
    }
    for (const result of resultsOf(outcome).filter(({ status }) => status === "skipped")) {
      assert.ok(result.reason.length > 10 && result.advice.length > 10, result.name);
    }
    assert.deepEqual([plc.counters.raise, plc.counters.lower], [0, 0], "nothing has moved");
    assert.ok(resultsOf(outcome).some(({ measured }) => measured.length > 0));
    const xml = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(file("out.xml"), "utf8"));
    assert.equal(Number(xml.testsuites["@_tests"]), resultsOf(outcome).length);
    assert.equal(xml.testsuites.testsuite.testcase.length, resultsOf(outcome).length);
    const html = readFileSync(file("out.html"), "utf8");
    for (const { name } of resultsOf(outcome)) assert.ok(html.includes(name.replaceAll("'", "&#39;")), name);
  });

  it("moves the boom only with --allow-motion, once up and once down", async () => {
    const outcome = await onLane("--only", "gate", "--allow-motion");
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.deepEqual(
      named(outcome, /raises and lowers/).map(({ status }) => status),
      ["passed"],
    );
    assert.deepEqual([plc.counters.raise, plc.counters.lower], [1, 1]);
    assert.equal(plc.inputs.boomClosed, true);
  });

  it("does not lower the boom on a vehicle: the lane's interlock stands before the wire", async () => {
    const before = plc.counters.lower;
    const ending = plc.onChange((change) => {
      if (change.type === "inputs" && change.inputs.boomOpen) plc.setInputs({ loopUnder: true });
    });
    try {
      let outcome = await onLane("--only", "gate", "--allow-motion");
      // On a machine that stands still for seconds the PLC loses the watchdog and obeys nobody: then it is asked again.
      for (let tries = 1; tries < 3 && /: boomOpen$/.test(reasonOf(outcome)); tries += 1) {
        outcome = await onLane("--only", "gate", "--allow-motion");
      }
      assert.equal(outcome.code, 1);
      const [result] = named(outcome, /raises and lowers/);
      assert.equal(result?.status, "failed");
      assert.match(result?.reason ?? "", /not sent: The boom is not lowered while the zone under it is occupied/);
      assert.equal(plc.counters.lower, before);
    } finally {
      ending();
      plc.setInputs({ loopUnder: false });
      plc.pushBoom(0);
    }
  });

  it("tells what failed and what to look at when a device does not keep its promise", async () => {
    scale.setFrozen(true);
    try {
      const outcome = await onLane("--only", "scale");
      assert.equal(outcome.code, 1);
      const [result] = named(outcome, /sees the empty platform/);
      assert.equal(result?.status, "failed");
      assert.match(result?.advice ?? "", /STALE/);
      assert.deepEqual([outcome.report?.counts.passed, outcome.report?.counts.failed], [0, 1], "the rest is not asked");
    } finally {
      scale.setFrozen(false);
    }
  });

  it("does not touch a lane whose daemon runs", async () => {
    const unlock = lockLane(file("data"));
    try {
      const outcome = await onLane();
      assert.equal(outcome.code, 78);
      assert.match(outcome.stderr, /stop that one first/);
    } finally {
      unlock();
    }
  });

  it("says what it does not know, and shows its help", async () => {
    assert.equal((await onLane("--only", "barrier-7")).code, 2);
    assert.equal((await contract("--only", "no-such-driver")).code, 2);
    assert.equal((await contract("--no-such-option")).code, 2);
    assert.equal((await contract("--device", file("absent.yaml"))).code, 78);
    assert.equal((await contract("--help")).code, 0);
  });
});
