import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { laneTopics } from "#contract/upstream";
import { BareLane, LANE, SITE, startedBroker, startedOperations, until } from "./support.ts";

const GOOD = { gaps: [], duplicates: 0, chainOk: true };

test("entries arrive in order, are acknowledged, and the cursor follows", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker);
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  for (let round = 0; round < 5; round++) lane.append(20);
  await until(() => lane.acked === 100, "all entries acknowledged");
  const { head, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 100, redelivered: 0 });
  assert.equal(head?.seq, 100);
  assert.equal(operations.status(LANE)?.state, "online");
  assert.deepEqual(lane.of("rejected"), []);
  assert.deepEqual(
    lane.of("link").map(({ up }) => up),
    [true],
  );
});

test("a broker that does not speak MQTT 5 is met with 3.1.1, at once and from then on, without a word of a broken link", async (t) => {
  const broker = await startedBroker(t);
  const versions: unknown[] = [];
  const watch = () => {
    assert.ok(broker.aedes);
    broker.aedes.preConnect = (_client, packet, done) => {
      versions.push(packet.protocolVersion);
      done(null, true);
    };
  };
  watch();
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  await until(() => lane.of("link").length > 0, "connected");
  assert.deepEqual(
    lane.of("link").map(({ up, detail }) => [up, detail]),
    [[true, "connected with MQTT 3.1.1"]],
  );
  await broker.restart();
  watch();
  await until(() => lane.of("link").length === 3, "down, and connected again");
  assert.deepEqual(versions, [5, 4, 4]);
});

test("F14: what was written while there was no broker is sent when it comes, each entry once", async (t) => {
  const broker = await startedBroker(t);
  await broker.stop();
  // Sent again soon: the lane may find the broker before operations do, and then speaks to nobody.
  const lane = new BareLane(t, broker.url, { resendAfterMs: 300 });
  lane.uplink.start();
  lane.append(1_500);
  await until(() => lane.of("link").length > 0, "the link was told to be down");
  assert.equal(lane.of("link")[0]?.up, false);
  await broker.start();
  const operations = await startedOperations(t, broker);
  await until(() => lane.acked === 1_500, "the backlog acknowledged");
  lane.append(10);
  await until(() => lane.acked === 1_510, "what came later acknowledged");
  const { head: _, redelivered: __, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 1_510 });
});

test("F17: a broker that acknowledged and then lost everything costs nothing: sent again from the last receipt", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker);
  const lane = new BareLane(t, broker.url, { resendAfterMs: 300 });
  lane.uplink.start();
  lane.append(50);
  await until(() => lane.acked === 50, "the first part acknowledged");
  await operations.stop();
  // The broker takes these for the absent subscriber, and forgets them when it dies.
  let taken = 0;
  broker.aedes?.on("publish", (packet) => {
    if (packet.topic.includes("/event/")) taken += 1;
  });
  lane.append(200);
  await until(() => taken === 200, "the broker has them all");
  await broker.restart();
  const sentAgain: number[] = [];
  broker.aedes?.on("publish", (packet) => {
    if (packet.topic.includes("/event/"))
      sentAgain.push((JSON.parse(packet.payload.toString()) as { seq: number }).seq);
  });
  await operations.start();
  await until(() => lane.acked === 250, "all acknowledged in the end");
  const { head, redelivered: _, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 250 });
  assert.equal(Math.min(...sentAgain), 51, "what operations had acknowledged is not sent again");
  assert.equal(head?.seq, 250);
});

test("F15: a broker that dies again and again under load loses nothing and doubles nothing", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker);
  const lane = new BareLane(t, broker.url, { resendAfterMs: 300 });
  lane.uplink.start();
  for (let round = 1; round <= 4; round++) {
    lane.append(150);
    await until(() => lane.acked > (round - 1) * 150, `something of round ${round} acknowledged`);
    lane.append(50);
    await broker.restart();
  }
  await until(() => lane.acked === 800, "all acknowledged in the end");
  const { head: _, redelivered: __, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 800 });
});

test("F65: without a receipt from operations entries are sent again, within one connection", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker, { acknowledge: false });
  const lane = new BareLane(t, broker.url, { resendAfterMs: 200 });
  lane.uplink.start();
  lane.append(10);
  await until(() => operations.report(LANE).redelivered >= 20, "sent a third time");
  operations.setAcknowledging(true);
  await until(() => lane.acked === 10, "acknowledged");
  assert.deepEqual(
    lane.of("link").map(({ up }) => up),
    [true],
    "the connection stood all the time",
  );
  assert.equal(operations.report(LANE).duplicates, 0);
});

test("what the broker has is not sent again within a connection before its time", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker, { acknowledge: false });
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  for (let sent = 1; sent <= 5; sent++) {
    lane.append(10);
    await until(() => operations.report(LANE).received === sent * 10, "received");
  }
  assert.equal(operations.report(LANE).redelivered, 0);
});

test("no more than the horizon is sent ahead of what operations acknowledge, and as much of what is new", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker, { acknowledge: false });
  const lane = new BareLane(t, broker.url, { horizon: 40, window: 16 });
  lane.uplink.start();
  lane.append(100);
  await until(() => operations.report(LANE).received === 40, "the horizon reached");
  for (let n = 0; n < 60; n++) {
    lane.append(1);
    await delay(1);
  }
  await until(() => operations.report(LANE).received === 80, "as many live entries");
  await delay(50);
  assert.equal(operations.report(LANE).received, 80);
  operations.setAcknowledging(true);
  await until(() => lane.acked === 160, "all acknowledged");
  const { head: _, redelivered: __, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 160 });
});

test("F62: what is new goes out beside a backlog that waits, and both come in their order", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker, { acknowledge: false });
  const arrived: number[] = [];
  broker.aedes?.on("publish", ({ topic, payload }) => {
    if (topic.includes("/event/")) arrived.push((JSON.parse(payload.toString()) as { seq: number }).seq);
  });
  const lane = new BareLane(t, broker.url, { horizon: 100 });
  lane.append(2_000);
  lane.uplink.start();
  await until(() => operations.report(LANE).received === 100, "the backlog waits for operations");
  for (let n = 1; n <= 20; n++) lane.append(1);
  await until(() => operations.report(LANE).received === 120, "the live entries are there before the backlog");
  assert.deepEqual(operations.report(LANE).gaps, [{ from: 101, to: 2_000 }]);
  assert.equal(operations.report(LANE).head?.seq, 100, "what can be acknowledged ends before the gap");
  operations.setAcknowledging(true);
  await until(() => lane.acked === 2_020, "all acknowledged");
  const { head: _, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, { ...GOOD, received: 2_020, redelivered: 0 });
  const backlog = arrived.filter((seq) => seq <= 2_000);
  assert.deepEqual(
    backlog,
    backlog.toSorted((one, other) => one - other),
  );
  const live = arrived.filter((seq) => seq > 2_000);
  assert.deepEqual(
    live,
    live.toSorted((one, other) => one - other),
  );
});

test("F16: a broker that takes and never acknowledges is left, and everything is sent to the next", async (t) => {
  const broker = await startedBroker(t);
  const lane = new BareLane(t, broker.url, { ackTimeoutMs: 200, resendAfterMs: 300 });
  assert.ok(broker.aedes);
  const inFlight = { now: 0, most: 0 };
  broker.aedes.authorizePublish = (_client, packet) => {
    if (!packet.topic.includes("/event/")) return;
    inFlight.now += 1;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
  };
  broker.aedes.on("clientDisconnect", () => {
    inFlight.now = 0;
  });
  lane.uplink.start();
  await until(() => lane.of("link").some(({ up }) => up), "connected");
  lane.append(100);
  await until(() => lane.of("link").filter(({ up }) => !up).length >= 2, "the connection was given up twice");
  assert.match(lane.of("link").find(({ up }) => !up)?.detail ?? "", /acknowledged nothing for 200 ms/);
  assert.equal(inFlight.most, 32, "never more than the window");
  await broker.restart();
  await startedOperations(t, broker);
  await until(() => lane.acked === 100, "all acknowledged by the next broker");
});

test("F21: a peer that accepts and stays silent, or answers nothing after CONNACK, does not hold the lane", async (t) => {
  for (const [name, answer] of [
    ["silent", undefined],
    ["deaf", Buffer.from("20020000", "hex")],
  ] as const) {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      if (answer !== undefined) socket.once("data", () => socket.write(answer));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const lane = new BareLane(t, url, { connectTimeoutMs: 200, subscribeTimeoutMs: 200 });
    lane.append(1);
    lane.uplink.start();
    await until(() => sockets.length >= 3, `${name}: tried again and again`);
    await lane.uplink.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

test("a stop says goodbye, a death leaves the will; both show the lane offline", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker);
  const first = new BareLane(t, broker.url);
  first.uplink.start();
  first.append(3);
  await until(() => operations.status(LANE)?.state === "online", "online");
  await Promise.all([first.uplink.stop(), first.uplink.stop()]);
  await until(() => operations.status(LANE)?.state === "offline", "offline by a goodbye");
  assert.equal(operations.status(LANE)?.head?.seq, 3);
  first.store.close();

  const second = new BareLane(t, broker.url, { path: first.path });
  second.uplink.start();
  await until(() => operations.status(LANE)?.boot === second.boot, "the next start shows");
  await until(() => operations.status(LANE)?.state === "online", "online again");
  const clients = (broker.aedes as unknown as { clients: Record<string, { conn: Socket }> }).clients;
  clients[`lane-${SITE}-${LANE}`]?.conn.destroy();
  await until(() => operations.status(LANE)?.state === "offline", "offline by the will");
  await until(() => operations.status(LANE)?.state === "online", "back again");
});

test("snapshot and health: only the newest is sent, and again to a broker that forgot", async (t) => {
  const broker = await startedBroker(t);
  const seen: string[] = [];
  const watch = () => {
    broker.aedes?.on("publish", (packet) => {
      if (packet.topic === laneTopics(SITE, LANE).snapshot && packet.retain) seen.push(packet.payload.toString());
    });
  };
  watch();
  const lane = new BareLane(t, broker.url);
  for (let n = 1; n <= 1_000; n++) lane.uplink.publishSnapshot({ n });
  lane.uplink.start();
  await until(() => seen.length > 0, "the snapshot is there");
  assert.deepEqual(seen, ['{"n":1000}']);
  for (let n = 1_001; n <= 2_000; n++) lane.uplink.publishSnapshot({ n });
  await until(() => seen.at(-1) === '{"n":2000}', "the newest follows");
  assert.ok(seen.length <= 3, "those between were replaced by newer ones");
  seen.length = 0;
  await broker.restart();
  watch();
  await until(() => seen.at(-1) === '{"n":2000}', "sent again");
});
