import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { test } from "node:test";
import mqtt from "mqtt";
import { busTopics, type UsesMessage } from "#contract/neighbour";
import { readNeighbourHeads } from "#store/neighbour-uses";
import { signUses } from "#sync/lan-bus/uses-letter";
import { SITE, startedBroker, until } from "../support.ts";
import { BusLane } from "./support.ts";

/** Two lanes of which the second listens to the first. */
async function pair(t: Parameters<typeof startedBroker>[0]) {
  const [one, two] = [new BusLane(t, "lane-1"), new BusLane(t, "lane-2")];
  await one.start([]);
  await two.start([one]);
  await until(() => two.bus?.neighbours.heard === 1, "the neighbour is heard");
  return { one, two };
}

test("what one lane reserves, consumes and releases its neighbour hears, with the place in its chain", async (t) => {
  const { one, two } = await pair(t);
  one.use("CL-1", "reserved");
  await until(() => two.heard.length === 1, "reserved is heard");
  one.idle(3);
  one.use("CL-1", "consumed");
  one.use("CL-2", "released", "P000002");
  await until(() => two.heard.length === 3, "all is heard");
  assert.deepEqual(two.heard, [
    ["lane-1", "CL-1", "reserved"],
    ["lane-1", "CL-1", "consumed"],
    ["lane-1", "CL-2", "released"],
  ]);
  const places = two.uses.map(({ seq, hash }) => [seq, /^[0-9a-f]{64}$/.test(hash)]);
  assert.deepEqual(places, [
    [1, true],
    [5, true],
    [6, true],
  ]);
  assert.deepEqual(two.rejected, []);
});

test("a lane that starts asks for what was used before, page after page, and later only for what it missed", async (t) => {
  const [one, two] = [new BusLane(t, "lane-1"), new BusLane(t, "lane-2")];
  for (let n = 0; n < 450; n++) one.use(`CL-${n}`, "consumed");
  await one.start([]);
  await two.start([one]);
  await until(() => two.heard.length === 450, "all that was used before");
  assert.equal(readNeighbourHeads(two.path).get("lane-1"), 450);
  await two.bus?.stop();
  one.use("CL-450", "reserved");
  await two.start([one]);
  await until(() => two.heard.length === 451, "what was missed");
  assert.deepEqual(two.heard.at(-1), ["lane-1", "CL-450", "reserved"]);
  assert.equal(two.news.flatMap(({ uses }) => uses).length, 451, "nothing came twice");
});

test("two lanes that were apart hear each other when the network is back", async (t) => {
  const { one, two } = await pair(t);
  const port = one.bus?.port ?? 0;
  await one.bus?.stop();
  await until(() => two.bus?.neighbours.heard === 0, "the neighbour is gone");
  one.use("CL-7", "consumed");
  two.use("CL-7", "consumed");
  await one.start([two], port);
  await until(() => two.heard.length === 1 && one.heard.length === 1, "both hear of it");
  assert.deepEqual(
    [one.heard[0], two.heard[0]],
    [
      ["lane-2", "CL-7", "consumed"],
      ["lane-1", "CL-7", "consumed"],
    ],
  );
});

test("a neighbour with a new disk is heard from its first entry on", async (t) => {
  const { one, two } = await pair(t);
  one.idle(50);
  one.use("CL-1", "consumed");
  await until(() => two.heard.length === 1, "heard");
  const port = one.bus?.port ?? 0;
  await one.bus?.stop();
  const anew = new BusLane(t, "lane-1", { key: one.key });
  anew.use("CL-2", "consumed");
  await anew.start([], port);
  await until(() => two.heard.length === 2, "heard anew");
  assert.deepEqual(two.heard.at(-1), ["lane-1", "CL-2", "consumed"]);
});

test("T6: only what the neighbour's own key has signed counts", async (t) => {
  const broker = await startedBroker(t);
  const [one, stranger] = [new BusLane(t, "lane-1"), new BusLane(t, "lane-1")];
  const two = new BusLane(t, "lane-2");
  await two.start([{ name: "lane-1", url: broker.url, key: one.key }]);
  await until(() => two.bus?.neighbours.heard === 1, "connected");
  const use = { clearance: "CL-1", use: "consumed", passage: "P1", seq: 1, hash: "a".repeat(64), utcMs: 1 } as const;
  const message: UsesMessage = {
    schema: "gatelane.uses/1",
    site: SITE,
    lane: "lane-1",
    after: 0,
    through: 1,
    head: 1,
    uses: [use],
  };
  const say = (payload: string) =>
    broker.aedes?.publish(
      {
        cmd: "publish",
        topic: busTopics(SITE, "lane-1").uses,
        payload: Buffer.from(payload),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
  say(signUses(message, stranger.key));
  say(signUses({ ...message, lane: "lane-3" }, one.key));
  say(signUses({ ...message, site: "tan-thanh" }, one.key));
  say(JSON.stringify(message));
  say("not json");
  say(" ".repeat(300 * 1024));
  await until(() => two.rejected.length === 6, "all refused");
  assert.deepEqual(
    two.rejected.map(({ source, code }) => [source, code]),
    ["UNSIGNED", "REFUSED", "REFUSED", "SCHEMA", "NOT_JSON", "TOO_LARGE"].map((code) => [
      "neighbour lane-1",
      `MESSAGE_${code}`,
    ]),
  );
  assert.deepEqual(two.heard, []);
  say(signUses(message, one.key));
  await until(() => two.heard.length === 1, "the good one");
});

test("members may ask and listen; nobody else speaks, and nothing is kept for those who are away", async (t) => {
  const { one, two } = await pair(t);
  const member = await mqtt.connectAsync(one.url, { clientId: "member", reconnectPeriod: 0 });
  t.after(() => member.endAsync(true));
  member.on("error", () => undefined);
  const topics = busTopics(SITE, "lane-1");
  await assert.rejects(member.subscribeAsync("#"), "everything");
  await assert.rejects(member.subscribeAsync("lan/v1/+/+/uses"), "a wildcard");
  await member.subscribeAsync(topics.all);
  // It is put out, as MQTT 3.1.1 has no other way to say no.
  const out = new Promise<void>((resolve) => member.once("close", () => resolve()));
  member.publish(topics.uses, "{}", { qos: 1 }, () => undefined);
  await out;
  await until(() => one.rejected.length === 3, "all refused");
  const keeper = mqtt.connect(one.url, { clientId: "keeper", clean: false, reconnectPeriod: 0 });
  t.after(() => keeper.endAsync(true));
  const refused = await new Promise<boolean>((resolve) => {
    keeper.once("connect", () => resolve(false));
    keeper.once("close", () => resolve(true));
    keeper.on("error", () => undefined);
  });
  assert.ok(refused, "a session that is to be kept");
  one.use("CL-1", "consumed");
  await until(() => two.heard.length === 1, "the bus goes on");
});

test("F25, T15, B16: a packet without end, before or after the login, costs its connection and nothing else", async (t) => {
  const { one, two } = await pair(t);
  const huge = (first: number) => Buffer.from([first, 0xff, 0xff, 0xff, 0x7f]);
  const closed = (bytes: Buffer) =>
    new Promise<void>((resolve) => {
      const socket = createConnection(one.bus?.port ?? 0, "127.0.0.1", () => socket.write(bytes));
      socket.on("error", () => undefined);
      socket.once("close", () => resolve());
    });
  await closed(huge(0x10));
  await closed(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
  const connect = Buffer.from("100d00044d5154540402003c000161", "hex");
  await closed(Buffer.concat([connect, huge(0x30)]));
  assert.ok(one.rejected.length >= 3);
  one.use("CL-1", "consumed");
  await until(() => two.heard.length === 1, "the bus goes on");
});

test("F24: one member that stops reading does not stop the others", async (t) => {
  const { one, two } = await pair(t);
  const frozen = await mqtt.connectAsync(one.url, { clientId: "frozen", reconnectPeriod: 0, keepalive: 0 });
  t.after(() => frozen.endAsync(true));
  await frozen.subscribeAsync(busTopics(SITE, "lane-1").all);
  frozen.stream.pause();
  for (let page = 0; page < 200; page++) one.useMany(200, "consumed");
  const heard = () => two.news.reduce((sum, { uses }) => sum + uses.length, 0);
  await until(() => heard() >= 40_000, "the other member hears all");
});
