import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Broker } from "#bench/operations/broker";
import { generateKeys } from "#bench/operations/keys";
import { type EventMessage, laneTopics } from "#contract/upstream";
import { BareLane, KEYS, LANE, SITE, signedText, startedBroker, until } from "../sync/support.ts";
import { lanectl, startLanectl } from "./lanectl.ts";

const TOPICS = laneTopics(SITE, LANE);

function folderWithKeys(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-tail-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "ops.key"), KEYS.privateKeyPem);
  writeFileSync(join(folder, "ops.pem"), KEYS.publicKeyPem);
  return folder;
}

function publish(broker: Broker, topic: string, payload: string, retain = false): void {
  broker.aedes?.publish(
    { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
    () => undefined,
  );
}

test("stands in for central operations: stores, acknowledges, goes on from what it holds", async (t) => {
  const folder = folderWithKeys(t);
  const broker = await startedBroker(t);
  const lane = new BareLane(t, broker.url, { resendAfterMs: 300 });
  lane.uplink.start();
  lane.append(30);
  const file = join(folder, "all.ndjson");
  const verb = ["ops-tail", "--url", broker.url, "--site", SITE, "--ndjson", file];
  const signing = ["--ack", "--key", `${KEYS.kid}=${join(folder, "ops.key")}`];
  const first = await lanectl([...verb, ...signing, "--idle", "1"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /lane-1: 30 entries up to 30, chain whole, no gap, 0 forks/);
  assert.equal(lane.acked, 30);
  const held = readFileSync(file, "utf8").trim().split("\n");
  assert.deepEqual(
    held.map((line) => (JSON.parse(line) as EventMessage).seq).sort((a, b) => a - b),
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  assert.equal(first.stdout.split("\n").filter((line) => /lane\.event/.test(line)).length, 30);

  lane.append(2);
  const second = await lanectl([...verb, ...signing, "--idle", "1", "--json"]);
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stderr, /32 entries up to 32/);
  assert.deepEqual(
    second.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as EventMessage).seq),
    [31, 32],
  );
  assert.equal(lane.acked, 32);
});

test("F11, T9: a fork, an altered entry and a forged acknowledgement end with 1; Ctrl-C ends it", async (t) => {
  const folder = folderWithKeys(t);
  const broker = await startedBroker(t);
  const trust = ["--trust-key", `${KEYS.kid}=${join(folder, "ops.pem")}`];
  const child = startLanectl(["ops-tail", "--url", broker.url, "--site", SITE, "--json", ...trust]);
  t.after(() => child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let subscribed = false;
  broker.aedes?.on("subscribe", () => {
    subscribed = true;
  });
  await until(() => subscribed, "it listens");
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  lane.append(3);
  await until(() => stdout.split("\n").length === 4, "three entries");
  const entries = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EventMessage);
  const [, two] = entries;
  assert.ok(two);
  publish(broker, TOPICS.event("lane/event"), JSON.stringify({ ...two, data: { other: true } }));
  await until(() => stdout.includes('"problem":"fork"'), "the fork");
  publish(broker, TOPICS.event("lane/event"), JSON.stringify({ ...two, seq: 4 }));
  await until(() => stdout.includes('"problem":"altered"'), "the altered one");
  const claim = { site: SITE, lane: LANE, boot: two.boot, seq: 2, hash: two.hash, at: "2026-01-05T10:00:00Z" };
  publish(broker, TOPICS.ack, signedText(JSON.stringify(claim), generateKeys(KEYS.kid)));
  await until(() => /FORGED: .*signature is bad/.test(stderr), "the forged signature");
  publish(broker, TOPICS.ack, signedText(JSON.stringify({ ...claim, hash: "f".repeat(64) })));
  await until(() => /FORGED: .*another hash for entry 2/.test(stderr), "the other hash");
  publish(broker, TOPICS.status, "{}");
  await until(() => /malformed message on/.test(stderr), "the malformed message");
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 1);
  assert.match(stderr, /lane-1: 3 entries up to 3, CHAIN BROKEN, no gap, 1 forks/);
});

test("missing entries at rest end with 1, and say which", async (t) => {
  const broker = await startedBroker(t);
  assert.ok(broker.aedes);
  broker.aedes.authorizeForward = (_client, packet) =>
    packet.topic.includes("/event/") && /"seq":[23],/.test(packet.payload.toString()) ? null : packet;
  const lane = new BareLane(t, broker.url);
  broker.aedes.on("subscribe", (_subscriptions, client) => {
    if (!client.id.startsWith("ops-tail")) return;
    lane.uplink.start();
    lane.append(5);
  });
  const { code, stderr } = await lanectl(["ops-tail", "--url", broker.url, "--site", SITE, "--idle", "1"]);
  assert.equal(code, 1);
  assert.match(stderr, /missing 2-3/);
});

test("wrong usage and files that are missing are told apart", async (t) => {
  const folder = folderWithKeys(t);
  const url = ["--url", "mqtt://127.0.0.1:1", "--site", SITE];
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--site", SITE], 2, /--url/],
    [[...url, "--key", "nothing"], 2, /ops-1=ops-1\.pem/],
    [[...url, "--ack"], 2, /needs --key/],
    [[...url, "--ack", "--key", `a=${join(folder, "ops.key")}`], 2, /needs --ndjson/],
    [[...url, "--ack", "--ndjson", join(folder, "x"), "--key", "a=none"], 78, /ENOENT/],
    [[...url, "--ca-file", join(folder, "none.pem")], 78, /ENOENT/],
  ];
  for (const [args, code, words] of cases) {
    const run = await lanectl(["ops-tail", ...args]);
    assert.equal(run.code, code, run.stderr);
    assert.match(run.stderr, words);
  }
});

for (const [how, interrupt] of [
  ["after ten seconds", false],
  ["at once with Ctrl-C", true],
] as const) {
  test(`where no broker is it says so once, and ends ${how} with 69`, async (t) => {
    // Port 1 is nobody's.
    const child = startLanectl(["ops-tail", "--url", "mqtt://127.0.0.1:1", "--site", SITE, "--idle", "1"]);
    t.after(() => child.kill("SIGKILL"));
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupt && !child.killed) child.kill("SIGINT");
    });
    const [code] = await once(child, "close");
    assert.equal(code, 69, stderr);
    assert.equal(stderr.match(/not connected/g)?.length, 1, stderr);
    assert.match(stderr, /the broker lets nobody in: .*ECONNREFUSED/);
  });
}
