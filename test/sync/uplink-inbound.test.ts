import assert from "node:assert/strict";
import { test } from "node:test";
import { laneTopics } from "#contract/upstream";
import { clearance } from "../store/support.ts";
import { BareLane, LANE, SITE, signedText, startedBroker, startedOperations, until } from "./support.ts";

const TOPICS = laneTopics(SITE, LANE);
const AT = "2026-01-05T10:00:00.000Z";

async function connectedLane(t: Parameters<typeof startedBroker>[0], now?: () => number) {
  const broker = await startedBroker(t);
  const lane = new BareLane(
    t,
    broker.url,
    now === undefined ? {} : { clock: { monotonic: now, utc: () => Date.now() } },
  );
  lane.uplink.start();
  const operations = await startedOperations(t, broker);
  lane.append(1);
  await until(() => lane.acked === 1, "the lane listens");
  const publish = (topic: string, payload: string | Buffer, retain = false) =>
    new Promise<void>((resolve, reject) => {
      broker.aedes?.publish(
        { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
        (error) => (error ? reject(error) : resolve()),
      );
    });
  return { broker, lane, operations, publish };
}

test("bad messages of every kind are reported with their source and code, and the link lives on", async (t) => {
  const { lane, operations, publish } = await connectedLane(t);
  const ack = { site: SITE, lane: LANE, boot: lane.boot, seq: 1, hash: "a".repeat(64), at: AT };
  const sent: readonly (readonly [string, string | Buffer, string, string])[] = [
    [TOPICS.ack, "not json", "ack", "MESSAGE_NOT_JSON"],
    [TOPICS.ack, JSON.stringify(ack), "ack", "MESSAGE_SCHEMA"],
    [TOPICS.ack, signedText(JSON.stringify({ ...ack, lane: "lane-2" })), "ack", "MESSAGE_REFUSED"],
    [TOPICS.ack, Buffer.alloc(70_000), "ack", "MESSAGE_TOO_LARGE"],
    [TOPICS.replay, signedText("{}"), "replay", "MESSAGE_SCHEMA"],
    [TOPICS.clearanceDelta, Buffer.from([0xff, 0xfe]), "clearance/delta", "MESSAGE_NOT_JSON"],
    [TOPICS.clearanceSnapshot, signedText("{}").replace(/.{4}"}$/, 'AAAA"}'), "clearance/snapshot", "MESSAGE_UNSIGNED"],
    [TOPICS.command.replace("+", "open"), signedText("{}"), "command", "MESSAGE_REFUSED"],
    [TOPICS.command.replace("+", "=cmd()\u001b[2J"), "x", "command", "MESSAGE_REFUSED"],
  ];
  for (const [topic, payload] of sent) await publish(topic, payload);
  await until(() => lane.of("rejected").length === sent.length, "all reported");
  assert.deepEqual(
    lane.of("rejected").map(({ source, code }) => [source, code]),
    sent.map(([, , source, code]) => [source, code]),
  );
  assert.equal(lane.uplink.rejected, sent.length);
  assert.ok(!JSON.stringify(lane.messages).includes("cmd()"));
  lane.append(5);
  await until(() => lane.acked === 6, "acknowledged after all that");
  assert.equal(operations.report(LANE).redelivered, 0);
});

test("F64: a signed acknowledgement that does not fit the journal releases nothing", async (t) => {
  const { lane, operations, publish } = await connectedLane(t);
  operations.setAcknowledging(false);
  lane.append(3);
  await until(() => operations.report(LANE).received === 4, "received");
  const entry = operations.entries(LANE).at(-1);
  assert.ok(entry);
  const acks = lane.of("ack").length;
  for (const claim of [
    { boot: entry.boot, seq: 900, hash: entry.hash },
    { boot: entry.boot, seq: 4, hash: "f".repeat(64) },
    { boot: "other", seq: 4, hash: entry.hash },
  ]) {
    await publish(TOPICS.ack, signedText(JSON.stringify({ site: SITE, lane: LANE, ...claim, at: AT })));
  }
  await until(() => lane.of("ack").length === acks + 3, "all three were handed to control");
  assert.equal(lane.acked, 1);
});

test("rejections are not more than 20 a minute, and the rest is counted", async (t) => {
  let now = 1_000;
  const { lane, publish } = await connectedLane(t, () => now);
  for (let n = 0; n < 50; n++) await publish(TOPICS.ack, "x");
  await until(() => lane.uplink.rejected === 50, "all 50 looked at");
  assert.equal(lane.of("rejected").length, 20);
  now += 60_000;
  await publish(TOPICS.ack, "x");
  await until(() => lane.of("rejected").length === 21, "one more in the next minute");
  assert.match(lane.of("rejected").at(-1)?.detail ?? "", /30 more were not reported/);
});

test("clearances: the list, then changes, in order; the list again for a lane that lost its place", async (t) => {
  const { broker, lane, operations, publish } = await connectedLane(t);
  await operations.publishSnapshot([clearance("A"), clearance("B")]);
  await operations.publishDelta([clearance("C")], ["A"]);
  await until(() => lane.of("clearance-delta").length === 1, "the changes");
  assert.deepEqual(
    lane.of("clearance-snapshot")[0]?.records.map(({ id }) => id),
    ["A", "B"],
  );
  const changes = lane.of("clearance-delta")[0] ?? assert.fail("changes");
  assert.ok(Math.abs(changes.at - Date.now()) < 60_000, "it says when operations signed it");
  assert.deepEqual(changes, {
    type: "clearance-delta",
    version: 2,
    at: changes.at,
    upsert: [clearance("C")],
    remove: ["A"],
  });
  await until(() => lane.of("clearance-snapshot").length === 2, "the list that follows the changes");
  assert.deepEqual(
    lane.of("clearance-snapshot")[1]?.records.map(({ id }) => id),
    ["B", "C"],
  );

  const gap = { site: SITE, version: 9, at: AT, upsert: [], remove: [] };
  await publish(TOPICS.clearanceDelta, signedText(JSON.stringify(gap)));
  await until(() => lane.of("clearance-snapshot").length === 3, "the list is fetched after a gap");

  await broker.restart();
  await until(() => lane.of("clearance-snapshot").length === 4, "the list is there again after a broker that forgot");
  assert.equal(lane.of("clearance-snapshot")[3]?.version, 2);
});

test("changes that come while the lane is away are delivered when it is back", async (t) => {
  const { broker, lane, operations } = await connectedLane(t);
  await operations.publishSnapshot([clearance("A")]);
  await until(() => lane.of("clearance-snapshot").length === 1, "the list");
  await lane.uplink.stop();
  await operations.publishDelta([clearance("B")]);
  await operations.publishDelta([clearance("C")]);
  lane.store.close();
  const back = new BareLane(t, broker.url, { path: lane.path });
  back.uplink.start();
  await until(() => back.of("clearance-delta").length === 2, "both changes");
  assert.deepEqual(
    back.of("clearance-delta").map(({ version }) => version),
    [2, 3],
  );
});

test("a stretch is sent again when operations ask, once, and only what exists", async (t) => {
  const { lane, operations, publish } = await connectedLane(t);
  lane.append(99);
  await until(() => lane.acked === 100, "acknowledged");
  await operations.requestReplay(LANE, 11, 60);
  await until(() => operations.report(LANE).redelivered === 50, "50 entries again");
  const request = { site: SITE, lane: LANE, at: "2099-01-01T00:00:00Z" };
  const bad = [
    { ...request, from: 90, to: 101 },
    { ...request, from: 9, to: 8 },
    { ...request, from: 1, to: 20_000 },
    { ...request, from: 1, to: 2, at: AT },
  ];
  for (const one of bad) await publish(TOPICS.replay, signedText(JSON.stringify(one)));
  await until(() => lane.of("rejected").length === bad.length, "all refused");
  lane.append(1);
  await until(() => lane.acked === 101, "the link goes on");
  assert.equal(operations.report(LANE).redelivered, 50);
});
