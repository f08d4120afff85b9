import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import mqtt, { type MqttClient } from "mqtt";
import { parse, stringify } from "yaml";
import { LANE, SITE } from "#bench/demo/lane-files";
import { generateKeys } from "#bench/operations/keys";
import { type Ack, type ClearanceSnapshot, laneTopics } from "#contract/upstream";
import { createSigner } from "#sync/sign";
import { signedText } from "../sync/support.ts";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, textOf } from "./journal.ts";
import { lanectl } from "./lanectl.ts";
import { announcedTruck } from "./trucks.ts";

const topics = laneTopics(SITE, LANE);
const COMMAND = topics.command.replace("+", "open");
const MEGABYTE = 1024 * 1024;
const at = "2026-01-01T00:00:00.000Z";
const ack: Ack = { site: SITE, lane: LANE, boot: "none", seq: 1, hash: "0".repeat(64), at };
const forged: ClearanceSnapshot = { site: SITE, version: 1000, at, records: [announcedTruck(9).clearance] };

const ended = generateKeys("operations-0");

let lane: BenchLane;
let stranger: MqttClient;

before(async () => {
  lane = await BenchLane.open([announcedTruck(1).clearance]);
  trustEnded(lane.files.config);
  stranger = await mqtt.connectAsync(lane.broker.url);
  await stranger.publishAsync(COMMAND, "{}", { qos: 1, retain: true });
  await lane.startDaemon();
  await lane.ready();
});

after(async () => {
  await stranger?.endAsync(true);
  await lane?.close();
});

/** A key of operations that ended long ago still stands in the lane file. */
function trustEnded(file: string): void {
  writeFileSync(join(dirname(file), "ended.pem"), ended.publicKeyPem);
  const config = parse(readFileSync(file, "utf8")) as { upstream: { trust: object[] } };
  config.upstream.trust.push({ kid: ended.kid, publicKeyFile: "./ended.pem", validUntil: "2026-01-31" });
  writeFileSync(file, stringify(config));
}

/** As operations sign it. */
const signed = (content: object) => createSigner(lane.keys).sign(content);

/** Sends one message; the entry with which the lane rejects it. */
async function rejection(topic: string, payload: string): Promise<{ source?: string; code?: string }> {
  const from = lane.reader.head().seq;
  await stranger.publishAsync(topic, payload, { qos: 1 });
  const entry = await lane.entry("the message is rejected", entryOf("security.rejected"), from);
  const [source, code] = [textOf(entry, "source"), textOf(entry, "code")];
  return { ...(source === undefined ? {} : { source }), ...(code === undefined ? {} : { code }) };
}

test("a command that a broker kept for the lane is refused", async () => {
  const entry = await lane.entry("the command is rejected", entryOf("security.rejected"));
  assert.deepEqual(entry.data, { source: "command", code: "MESSAGE_REFUSED", detail: "a retained command" });
});

test("a message that is no JSON", async () => {
  assert.deepEqual(await rejection(topics.ack, "open sesame"), { source: "ack", code: "MESSAGE_NOT_JSON" });
});

test("JSON that fits no schema", async () => {
  const unsigned = { source: "ack", code: "MESSAGE_SCHEMA" };
  assert.deepEqual(await rejection(topics.ack, '{"gate":"open"}'), unsigned);
  assert.deepEqual(await rejection(topics.ack, JSON.stringify(ack)), unsigned, "an acknowledgement without signature");
});

test("a megabyte, and ten", async () => {
  const large = { source: "replay", code: "MESSAGE_TOO_LARGE" };
  assert.deepEqual(await rejection(topics.replay, "9".repeat(MEGABYTE)), large);
  assert.deepEqual(await rejection(topics.ack, "9".repeat(10 * MEGABYTE)), { ...large, source: "ack" });
});

test("clearances without a signature, and with a stranger's", async () => {
  const unsigned = { source: "clearance/snapshot", code: "MESSAGE_SCHEMA" };
  assert.deepEqual(await rejection(topics.clearanceSnapshot, JSON.stringify(forged)), unsigned);
  const theirs = await createSigner(generateKeys("operations-1")).sign(forged);
  const strange = { source: "clearance/snapshot", code: "MESSAGE_UNSIGNED" };
  assert.deepEqual(await rejection(topics.clearanceSnapshot, theirs), strange);
  const delta = { site: SITE, version: 2, at, upsert: forged.records, remove: [] };
  const unknown = await createSigner(generateKeys("operations-2")).sign(delta);
  assert.deepEqual(await rejection(topics.clearanceDelta, unknown), {
    source: "clearance/delta",
    code: "MESSAGE_UNSIGNED",
  });
});

test("a key that has ended, with a date of today and with one of its time: refused by name, and shown to the technician", async () => {
  const refused = { source: "ack", code: "MESSAGE_KEY_EXPIRED" };
  const today = { ...ack, at: new Date().toISOString() };
  for (const content of [today, ack]) {
    assert.deepEqual(await rejection(topics.ack, await createSigner(ended).sign(content)), refused);
  }
  const { keys } = await lane.statusWhen("the last refusal is shown", (one) => one.lastRejected?.code === refused.code);
  assert.deepEqual(keys, [{ kid: "operations-0", signs: "operations", state: "ended", detail: "ended on 2026-01-31" }]);
  const { stdout } = await lanectl(lane.files.socket, "status");
  assert.match(stdout, /keys +operations-0 of operations ended on 2026-01-31; what it signs is refused/);
  assert.match(
    stdout,
    /messages refused +\d+, the last at .*: ack, the key operations-0 ended on 2026-01-31 \(MESSAGE_KEY/,
  );
});

test("acknowledgements of operations that do not fit the journal: another hash, and beyond its end", async () => {
  const refused = { source: "ack", code: "MESSAGE_REFUSED" };
  assert.deepEqual(await rejection(topics.ack, await signed(ack)), refused);
  assert.deepEqual(await rejection(topics.ack, await signed({ ...ack, seq: 1_000_000 })), refused);
});

test("requests to send entries again that nobody can: beyond exact numbers, beyond the end, for another lane", async () => {
  const request = { site: SITE, lane: LANE, from: 1, to: 1, at };
  const beyond = `{"site":"${SITE}","lane":"${LANE}","from":1,"to":9223372036854775808,"at":"${at}"}`;
  const schema = { source: "replay", code: "MESSAGE_SCHEMA" };
  assert.deepEqual(await rejection(topics.replay, signedText(beyond, lane.keys)), schema);
  const refused = { source: "replay", code: "MESSAGE_REFUSED" };
  assert.deepEqual(await rejection(topics.replay, await signed({ ...request, to: 2 ** 52 })), refused);
  assert.deepEqual(await rejection(topics.replay, await signed({ ...request, lane: "lane-9" })), refused);
});

test("clearances of operations that do not follow: a version missing, one from before, another site", async () => {
  const version = lane.operations.clearanceVersion;
  const delta = { site: SITE, version: version + 2, at, upsert: [], remove: [] };
  const gap = { source: "clearance-delta", code: "MESSAGE_REFUSED" };
  assert.deepEqual(await rejection(topics.clearanceDelta, await signed(delta)), gap);
  const foreign = { source: "clearance/snapshot", code: "MESSAGE_REFUSED" };
  assert.deepEqual(await rejection(topics.clearanceSnapshot, await signed({ ...forged, site: "tan-thanh" })), foreign);
  await lane.operations.publishDelta([]);
  await lane.statusWhen("the next version is taken", ({ clearances }) => clearances.version === version + 1);
  const old = { ...forged, version };
  const older = { source: "clearance-snapshot", code: "MESSAGE_REFUSED" };
  assert.deepEqual(await rejection(topics.clearanceSnapshot, await signed(old)), older);
});

test("a command of operations to a lane that knows no keys for orders", async () => {
  const order = await signed({ site: SITE, lane: LANE, at });
  assert.deepEqual(await rejection(COMMAND, order), { source: "command", code: "MESSAGE_REFUSED" });
});

test("the lane has not moved, learnt nothing and goes on", async () => {
  const rows = lane.entries.filter(entryOf("security.rejected")).length;
  const status = await lane.statusWhen("the rejections are counted", ({ rejected }) => rejected === rows);
  assert.equal(status.boot, lane.entries[0]?.boot, "no process was started again");
  assert.equal(status.link.up, true);
  assert.deepEqual(
    { version: status.clearances.version, records: status.clearances.records },
    { version: lane.operations.clearanceVersion, records: 1 },
  );
  assert.deepEqual(lane.hardware.boom, { raised: 0, lowered: 0 });
  assert.equal(lane.hardware.gate.lights.entry, "green");
  await lane.expectUpstreamComplete();
});
