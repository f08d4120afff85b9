import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import mqtt from "mqtt";
import { AedesBroker } from "#bench/brokers/aedes-broker";
import type { BenchBroker } from "#bench/brokers/broker-process";
import { isInstalled, type Program } from "#bench/brokers/debian";
import { Mosquitto } from "#bench/brokers/mosquitto";
import { NatsCluster } from "#bench/brokers/nats-cluster";
import { Operations, type OperationsOptions } from "#bench/operations/operations";
import { laneTopics } from "#contract/upstream";
import { sha256 } from "#store/hash";
import { PictureLine } from "#sync/evidence/picture-line";
import { clearance } from "../store/support.ts";
import { BareLane, KEYS, LANE, SITE } from "../sync/support.ts";
import { BACKLOG_72_HOURS, BacklogTemplate, eventually } from "./backlog.ts";

/**
 * One suite for every broker: whatever it does, operations end up with every entry once. `npm run test:brokers` runs it;
 * it is not part of the ordinary tests, because it needs programs that are not ours.
 */

interface Candidate {
  readonly program: Program | undefined;
  readonly make: () => BenchBroker;
  /** What it speaks. */
  readonly protocol: string;
}

const CANDIDATES: readonly Candidate[] = [
  { program: undefined, make: () => new AedesBroker(), protocol: "MQTT 3.1.1" },
  { program: "mosquitto", make: () => new Mosquitto({ persistence: false }), protocol: "MQTT 5" },
  { program: "mosquitto", make: () => new Mosquitto({ persistence: true }), protocol: "MQTT 5" },
  { program: "nats-server", make: () => new NatsCluster(), protocol: "MQTT 3.1.1" },
];

const TOPICS = laneTopics(SITE, LANE);
const COMPLETE = { gaps: [], duplicates: 0, chainOk: true };
/** What is lost in a broker is sent again soon, so that a case does not take its time. */
const SOON = { resendAfterMs: 2_000, ackTimeoutMs: 5_000, connectTimeoutMs: 5_000 };

const template = new BacklogTemplate(BACKLOG_72_HOURS);
const small = new BacklogTemplate(5_000);
after(() => {
  template.remove();
  small.remove();
});

async function operationsAt(t: TestContext, broker: BenchBroker, options: Partial<OperationsOptions> = {}) {
  const operations = new Operations({ url: broker.url, site: SITE, keys: KEYS, repairAfterMs: 2_000, ...options });
  t.after(() => operations.stop());
  await operations.start();
  return operations;
}

function complete(operations: Operations, entries: number): void {
  const { head, redelivered: _, ...rest } = operations.report(LANE);
  assert.deepEqual({ ...rest, head: head?.seq }, { ...COMPLETE, received: entries, head: entries });
}

for (const { program, make, protocol } of CANDIDATES) {
  const missing = program !== undefined && !isInstalled(program);
  const broker = make();

  describe(broker.name, { skip: missing ? `${program} is not installed` : false }, () => {
    let copies = 0;
    const journal = (source: BacklogTemplate) => source.copy(`${broker.name.replace(/\W/g, "")}-${copies++}`);
    before(() => broker.start());
    after(() => broker.stop());

    test("in order: entries, status, snapshot, clearances, acknowledgements", async (t) => {
      const operations = await operationsAt(t, broker);
      const lane = new BareLane(t, broker.url, SOON);
      lane.uplink.start();
      await eventually(() => lane.of("link").some(({ up }) => up), "connected");
      assert.match(
        lane.of("link").at(-1)?.detail ?? "",
        new RegExp(`connected with ${protocol.replaceAll(".", "\\.")}`),
      );
      for (let n = 0; n < 20; n++) lane.append(10);
      await operations.publishSnapshot([clearance("A"), clearance("B")]);
      await operations.publishDelta([clearance("C")], ["A"]);
      await eventually(() => lane.acked === 200, "all acknowledged");
      await eventually(() => lane.of("clearance-delta").length === 1, "the changes to the clearances");
      assert.equal(lane.of("clearance-snapshot")[0]?.records.length, 2);
      assert.equal(operations.status(LANE)?.state, "online");
      await lane.uplink.stop();
      await eventually(() => operations.status(LANE)?.state === "offline", "goodbye");
      complete(operations, 200);
      assert.deepEqual(lane.of("rejected"), []);
    });

    test("F14, F62: a backlog of 72 hours drains beside live entries, no gap, no double", async (t) => {
      const operations = await operationsAt(t, broker, { keepEntries: false });
      const lane = new BareLane(t, broker.url, { ...SOON, path: journal(template) });
      const startedAt = performance.now();
      lane.uplink.start();
      let live = 0;
      const writer = setInterval(() => {
        lane.append(1);
        live += 1;
      }, 50);
      t.after(() => clearInterval(writer));
      await eventually(() => lane.acked >= BACKLOG_72_HOURS, "the backlog acknowledged", 300_000);
      const seconds = (performance.now() - startedAt) / 1000;
      clearInterval(writer);
      await eventually(() => lane.acked === BACKLOG_72_HOURS + live, "the live entries acknowledged");
      complete(operations, BACKLOG_72_HOURS + live);
      const { redelivered } = operations.report(LANE);
      t.diagnostic(`${BACKLOG_72_HOURS} entries in ${seconds.toFixed(1)} s, ${live} live, ${redelivered} came again`);
    });

    test("F15, F17: killed while a backlog drains, and started again with its memory lost", async (t) => {
      const operations = await operationsAt(t, broker);
      const lane = new BareLane(t, broker.url, { ...SOON, path: journal(small) });
      lane.uplink.start();
      for (const mark of [500, 2_000]) {
        await eventually(() => lane.acked >= mark, `${mark} acknowledged`);
        await broker.kill();
        lane.append(50);
        await eventually(() => lane.of("link").at(-1)?.up === false, "the link is down");
        await broker.start();
      }
      await eventually(() => lane.acked === 5_100, "all acknowledged", 240_000);
      complete(operations, 5_100);
    });

    test("F16: it takes what comes and acknowledges nothing, then comes to itself", async (t) => {
      const operations = await operationsAt(t, broker);
      const lane = new BareLane(t, broker.url, { ...SOON, path: journal(small) });
      lane.uplink.start();
      await eventually(() => lane.acked >= 500, "something acknowledged");
      broker.freeze(true);
      lane.append(50);
      await eventually(() => lane.of("link").at(-1)?.up === false, "the lane gives the connection up");
      assert.match(lane.of("link").at(-1)?.detail ?? "", /acknowledged nothing|closed/);
      broker.freeze(false);
      await eventually(() => lane.acked === 5_050, "all acknowledged", 240_000);
      complete(operations, 5_050);
    });

    test("a picture of two megabytes goes through", async (t) => {
      const bytes = Buffer.alloc(2_000_000, 7);
      let arrived = false;
      await operationsAt(t, broker, {
        observer: {
          onEvidence: (lane, hash, _bytes, intact) => {
            arrived = lane === LANE && hash === sha256(bytes) && intact;
          },
        },
      });
      const version = protocol === "MQTT 5" ? 5 : 4;
      const line = new PictureLine({
        url: broker.url,
        clientId: "pictures",
        version: () => version,
        keepaliveSeconds: 15,
        connectTimeoutMs: 5_000,
        slowestBytesPerSecond: 10_000,
      });
      t.after(() => line.stop());
      assert.equal(await line.send({ topic: TOPICS.evidence(sha256(bytes)), payload: bytes }), "sent", line.detail);
      await eventually(() => arrived, "the picture at operations");
    });

    if (broker instanceof Mosquitto) {
      test("MQTT 5 carries what it can beside the message; the limits it names are kept", async (t) => {
        const seen = new Map<string, mqtt.IPublishPacket>();
        const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5, clientId: "watcher" });
        t.after(() => client.endAsync(true));
        client.on("message", (topic, _payload, packet) => seen.set(topic, packet));
        await client.subscribeAsync(`gate/v1/${SITE}/#`, { qos: 1 });
        const lane = new BareLane(t, broker.url);
        lane.uplink.publishHealth({ well: true });
        lane.uplink.publishSnapshot({ quiet: true });
        lane.append(100);
        lane.uplink.start();
        await eventually(() => seen.size >= 4, "event, status, health, snapshot");
        await eventually(() => lane.uplink.depth()?.unsent === 0, "everything sent within what the broker takes");
        const event = seen.get(TOPICS.event("lane/event"))?.properties;
        assert.equal(event?.contentType, "application/json");
        assert.equal(event?.userProperties?.["schema"], "gatelane.event/1");
        assert.match(String(event?.userProperties?.["seq"]), /^\d+$/);
        const expiry = (topic: string) => seen.get(topic)?.properties?.messageExpiryInterval ?? 0;
        assert.ok(expiry(TOPICS.health) > 50 && expiry(TOPICS.health) <= 60);
        assert.ok(expiry(TOPICS.snapshot) > 290 && expiry(TOPICS.snapshot) <= 300);
        assert.equal(expiry(TOPICS.status), 0, "a status does not expire");
        assert.equal(lane.of("link").length, 1, "the connection stood all the time");
      });
    }

    if (broker instanceof NatsCluster) {
      test("one server of the cluster dies while a backlog drains, first another one, then the lane's own", async (t) => {
        const operations = await operationsAt(t, broker);
        const lane = new BareLane(t, broker.url, { ...SOON, path: journal(small) });
        lane.uplink.start();
        const [own = "", , other = ""] = broker.nodeNames;
        for (const [name, mark] of [
          [other, 500],
          [own, 2_500],
        ] as const) {
          await eventually(() => lane.acked >= mark, `${mark} acknowledged`, 240_000);
          await broker.killNode(name);
          await eventually(() => lane.acked >= mark + 500, `going on without ${name}`, 240_000);
          await broker.startNode(name);
        }
        await eventually(() => lane.acked === 5_000, "all acknowledged", 240_000);
        complete(operations, 5_000);
      });
    }
  });
}
