import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { FleetBroker } from "#bench/fittings/fleet-broker";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { LANE_YAML, temporaryFolder, write, writeReferencedFiles } from "../config/lane-folder.ts";
import { ROOT } from "../tidy/files.ts";
import { DeviceLane } from "./device-lane.ts";
import { lanectl } from "./lanectl.ts";

const folder = temporaryFolder();
const listening: Server[] = [];

afterEach(async () => {
  for (const server of listening.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A lane whose files are right, under a name of its own. */
function laneFile(name: string, change: (text: string) => string = (text) => text): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeReferencedFiles(place);
  copyFileSync(join(ROOT, "config/policies/standard.yaml"), join(place, "policy.yaml"));
  return write(place, "lane.yaml", change(LANE_YAML));
}

async function doctor(file: string): Promise<{ code: number | null; findings: readonly Finding[] }> {
  const { code, stdout, stderr } = await lanectl(["--config", file, "doctor", "--json"]);
  assert.ok(stdout.startsWith("{"), `${stdout}${stderr}`);
  return { code, ...(JSON.parse(stdout) as { findings: readonly Finding[] }) };
}

const of = (findings: readonly Finding[], area: string) => findings.filter((one) => one.area === area);

/** Somebody who listens, on a port of this machine. */
async function listener(): Promise<number> {
  const server = createServer((socket) => void socket.destroy());
  listening.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("with good files and no daemon: what can be known, where nobody listens, and what to do about each", async () => {
  const gate = await listener();
  const file = laneFile("good", (text) => text.replace("15020", String(gate)).replace("15021", "1"));
  const { code, findings } = await doctor(file);
  assert.equal(code, 1, "nobody listens where the weighbridge is");
  for (const area of ["configuration", "policy", "secrets", "models", "certificates", "device gate"]) {
    assert.deepEqual(
      of(findings, area).map(({ outcome }) => outcome),
      ["good"],
      area,
    );
  }
  assert.equal(of(findings, "daemon")[0]?.outcome, "warning");
  assert.match(of(findings, "device scale")[0]?.found ?? "", /127\.0\.0\.1:1: ECONNREFUSED/);
  assert.ok(findings.every(({ outcome, fix }) => (outcome === "good") === (fix === null)));
});

test("a readable secret, too few weights for the policy, and mistakes of the lane file are wrong", async () => {
  const file = laneFile("bad", (text) => text.replace("port: 15021", "port: 15021\n    pollMs: 200"));
  chmodSync(join(folder, "bad", "secrets/camera-password"), 0o644);
  const { code, findings } = await doctor(file);
  assert.equal(code, 1);
  assert.match(of(findings, "secrets")[0]?.fix ?? "", /^chmod 600 .*camera-password$/);
  assert.match(of(findings, "policy")[0]?.found ?? "", /20 weights within 2000 ms; a weight every 200 ms gives 10/);
  const broken = await doctor(laneFile("broken", (text) => text.replace("EXPORT", "BOTH")));
  assert.deepEqual([broken.code, of(broken.findings, "configuration")[0]?.outcome], [1, "wrong"]);
  assert.match(of(broken.findings, "configuration")[0]?.fix ?? "", /^lanectl config check/);
});

test("a certificate that ends soon is reported before it does", async () => {
  const pki = join(folder, "pki");
  const broker = new FleetBroker({ folder: pki, tls: true, login: undefined });
  await broker.start();
  await broker.stop();
  const file = laneFile("ending", (text) => text.replace("  trust:", `  caFile: ${broker.caFile}\n  trust:`));
  const { findings } = await doctor(file);
  const [certificate] = of(findings, "certificates");
  assert.equal(certificate?.outcome, "warning");
  assert.match(certificate?.found ?? "", /ends in [012] days/);
});

test("a key for signatures that ends soon is reported, and when none of operations holds any more", async () => {
  const key = "publicKeyFile: ./secrets/operations-1.pem";
  const ending = (day: string) =>
    laneFile(`key-${day}`, (text) => text.replace(key, `${key}\n      validUntil: ${day}`));
  const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const soon = of((await doctor(ending(inTenDays))).findings, "signing keys");
  assert.deepEqual(
    soon.map(({ outcome, found }) => [outcome, found.replace(/ in \d+ /, " in n ")]),
    [["warning", `operations-1 of operations ends on ${inTenDays}, in n days`]],
  );
  const over = of((await doctor(ending("2026-01-31"))).findings, "signing keys");
  assert.deepEqual(
    over.map(({ outcome }) => outcome),
    ["warning", "wrong"],
  );
  assert.match(over[1]?.found ?? "", /no key of operations holds/);
});

test("with a running daemon its own word about the devices counts, and nothing is connected to", async (t) => {
  const lane = await DeviceLane.open(t);
  const file = laneFile("running", (text) => `${text}socket: ${lane.socketPath}\n`);
  lane.camera.faults.unauthorised = true;
  let { findings } = await doctor(file);
  // A device is not in the daemon's list before it was heard of for the first time.
  for (let tries = 0; tries < 20 && of(findings, "device scale").length === 0; tries += 1) {
    ({ findings } = await doctor(file));
  }
  assert.match(of(findings, "daemon")[0]?.found ?? "", /^lane lane-1 at work/);
  assert.equal(of(findings, "device scale").length, 1);
  // The lane of this test was made from no file, so it cannot be that of this one.
  assert.match(of(findings, "configuration")[1]?.found ?? "", /changed after laned had started/);
});

test("doctor and bundle need a lane file", async () => {
  for (const verb of ["doctor", "bundle"]) {
    const { code, stderr } = await lanectl([verb]);
    assert.equal(code, 2);
    assert.match(stderr, /--config <file>/);
  }
});

test("T19: a bundle holds what helps, and no secret wherever it was planted", async (t) => {
  const lane = await DeviceLane.open(t);
  const planted = "P1anted-Secret/Wörd";
  const file = laneFile("bundle", (text) => `${text}socket: ${lane.socketPath}\n# do not write it here: ${planted}\n`);
  writeFileSync(join(folder, "bundle", "secrets/camera-password"), `${planted}\n`, { mode: 0o600 });
  const plcKey = "2b7e151628aed2a6abf7158809cf4f3c";
  writeFileSync(join(folder, "bundle", "secrets/plc.key"), `${plcKey}\n`, { mode: 0o600 });
  writeFileSync(
    file,
    `${readFileSync(file, "utf8").replace(/( +)driver: modbus-gate\n/, "$&$1challengeKeyFile: ./secrets/plc.key\n")}# ${plcKey}\n`,
  );
  const key = readFileSync(join(folder, "bundle", "secrets/private.pem"), "utf8");
  mkdirSync(join(folder, "bundle", "data"), { recursive: true });
  writeFileSync(join(folder, "bundle", "data", "lane-key.private.pem"), key, { mode: 0o600 });
  writeFileSync(file, `${readFileSync(file, "utf8")}# ${key.replaceAll("\n", "\n# ")}`);
  const out = join(folder, "bundle", "help.json.gz");
  const { code, stdout, stderr } = await lanectl(["--config", file, "bundle", "-o", out]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /help\.json\.gz: \d+ bytes/);
  const text = gunzipSync(readFileSync(out)).toString("utf8");
  assert.ok(!text.includes(planted) && !text.includes(JSON.stringify(planted).slice(1, -1)));
  for (const line of key.split("\n").filter((one) => one !== "" && !one.startsWith("-----"))) {
    assert.ok(!text.includes(line), "no line of the key");
  }
  assert.ok(!text.includes(plcKey), "no key of the PLC");
  assert.match(text, /do not write it here: \(secret removed\)/);
  const bundle = JSON.parse(text) as {
    lane: { status: { lane: string }; journal: { entries: unknown[] } };
    findings: Finding[];
  };
  assert.equal(bundle.lane.status.lane, "lane-1");
  assert.ok(bundle.lane.journal.entries.length > 0 && bundle.findings.length > 0);
  assert.equal((await lanectl(["--config", file, "bundle", "-o", out])).code, 2, "nothing is written over");
});
