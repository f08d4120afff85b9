import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { writeLaneFiles } from "#bench/demo/lane-files";
import { generateKeys } from "#bench/operations/keys";

const LANED = fileURLToPath(new URL("../../src/daemon/main.ts", import.meta.url));
/** Nobody listens there: with a configuration that has errors nothing is connected to. */
const PORTS = { gate: 1, weighbridge: 2, cameras: { front: 3, rear: 4, side: 5 } };

type Lane = Record<string, unknown> & { devices: Record<string, Record<string, unknown>> };

let folder: string;
let good: Lane;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "gatelane-e2e-"));
  const { config } = writeLaneFiles({
    folder,
    ports: PORTS,
    brokerUrl: "mqtt://127.0.0.1:6",
    keys: generateKeys("operations-1"),
    cameraPassword: "secret",
    speed: 1,
    onboard: false,
    rear: false,
  });
  good = parse(readFileSync(config, "utf8")) as Lane;
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Starts laned on this configuration and waits for its end. */
function start(lane: Lane) {
  const file = join(folder, "lane.yaml");
  writeFileSync(file, stringify(lane));
  return spawnSync(process.execPath, [LANED, "--config", file], { encoding: "utf8", timeout: 60_000 });
}

test("B24: every mistake of a configuration is told at once, and nothing is started", () => {
  const files = readdirSync(folder).sort();
  const { front, gate, ...others } = good.devices;
  const { status, stderr, stdout } = start({
    ...good,
    lane: "lane 1",
    direction: "BOTH",
    policee: "./policy.yaml",
    devices: {
      ...others,
      gate: { ...gate, port: 70_000, pollMs: "fast" },
      front: { ...front, passwordFile: "./no-such-password" },
    },
  });
  assert.equal(status, 78);
  assert.equal(stdout, "");
  const mistakes = [
    "lane",
    "direction",
    "policee",
    "devices.gate.port",
    "devices.gate.pollMs",
    "devices.front.passwordFile",
  ];
  for (const path of mistakes) assert.match(stderr, new RegExp(`line \\d+: ${path.replaceAll(".", "\\.")}\n`));
  assert.match(stderr, new RegExp(`: ${mistakes.length} errors\n`));
  assert.deepEqual(readdirSync(folder).sort(), files, "no data folder, no socket");
});

test("F56: a policy with a mistake is refused the same way", () => {
  const policy = readFileSync(join(folder, "policy.yaml"), "utf8");
  writeFileSync(join(folder, "policy.yaml"), policy.replace(/toleranceShare: .*/, "toleranceShare: 3"));
  const { status, stderr } = start(good);
  writeFileSync(join(folder, "policy.yaml"), policy);
  assert.equal(status, 78);
  assert.match(stderr, /weight\.toleranceShare/);
  assert.equal(existsSync(join(folder, "data")), false);
});

test("wrong usage ends with 64, help and version with 0", () => {
  assert.equal(spawnSync(process.execPath, [LANED]).status, 64);
  assert.equal(spawnSync(process.execPath, [LANED, "--confg", "lane.yaml"]).status, 64);
  assert.match(execFileSync(process.execPath, [LANED, "--help"], { encoding: "utf8" }), /laned --config <file>/);
  assert.match(execFileSync(process.execPath, [LANED, "--version"], { encoding: "utf8" }), /^\d+\.\d+\.\d+\n$/);
});
