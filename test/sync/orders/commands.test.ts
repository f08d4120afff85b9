import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Ajv } from "ajv";
import mqtt from "mqtt";
import { type OutcomeMessage, OutcomeMessageSchema } from "#contract/command";
import { laneTopics } from "#contract/upstream";
import { CommandLine } from "#sync/orders/command-line";
import { Rejections } from "#sync/rejections";
import { BareLane, LANE, SITE, startedBroker, until } from "../support.ts";
import { BenchDesk, command, signed } from "./support.ts";

const TOPICS = laneTopics(SITE, LANE);
const COMMAND = TOPICS.command.replace("+", "open");
const isOutcome = new Ajv({ strict: true }).compile<OutcomeMessage>(OutcomeMessageSchema);

/** A lane on a broker that takes orders, and what operations hear of them. */
async function orderedLane(t: TestContext) {
  const broker = await startedBroker(t);
  let lane: BareLane | undefined;
  const report = new Rejections({ monotonic: () => performance.now(), utc: () => 0 }, (message) =>
    lane?.messages.push(message),
  );
  const bench = await BenchDesk.start(t, { rejections: report });
  const commands = new CommandLine({ site: SITE, lane: LANE, clock: bench.clock, desk: bench.desk });
  lane = new BareLane(t, broker.url, { commands });
  const outcomes: OutcomeMessage[] = [];
  const operations = await mqtt.connectAsync(broker.url, { reconnectPeriod: 20 });
  t.after(() => operations.endAsync(true));
  operations.on("message", (topic, payload) => {
    const message: unknown = JSON.parse(payload.toString());
    assert.ok(isOutcome(message));
    assert.equal(topic, TOPICS.outcome(message.id));
    outcomes.push(message);
  });
  await operations.subscribeAsync(TOPICS.outcome("+"), { qos: 1 });
  lane.uplink.start();
  await until(() => lane.of("link").some(({ up }) => up), "the lane is connected");
  const order = (payload: Uint8Array, topic = COMMAND) =>
    operations.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  return { broker, lane, bench, operations, outcomes, order };
}

test("a command of operations is carried out, and its outcome stands on the topic of its id", async (t) => {
  const { bench, lane, outcomes, order } = await orderedLane(t);
  const wanted = command(bench.clock);
  await order(signed(wanted));
  await until(() => bench.orders.length === 1, "the lane has the order");
  bench.done(wanted.id);
  await until(() => outcomes.length === 1, "the outcome");
  const { at: _, ...outcome } = outcomes[0] ?? { at: "" };
  const done = { state: "done", code: "", detail: "the boom is open" };
  assert.deepEqual(outcome, { schema: "gatelane.outcome/1", site: SITE, lane: LANE, id: wanted.id, ...done });
  await order(signed(wanted));
  await until(() => outcomes.length === 2, "the same outcome again");
  assert.equal(bench.orders.length, 1);
  assert.deepEqual(lane.of("rejected"), []);
});

test("a refused command is answered with its code when we know who has signed it, and always reported", async (t) => {
  const { bench, lane, outcomes, order } = await orderedLane(t);
  const late = command(bench.clock);
  bench.clock.now += 10_001;
  await order(signed(late));
  await order(signed(command(bench.clock)), TOPICS.command.replace("+", "close"));
  await order(Buffer.from("open sesame"));
  await order(Buffer.alloc(10 * 1024 * 1024));
  await until(() => lane.of("rejected").length === 4, "all reported");
  assert.deepEqual(
    lane.of("rejected").map(({ source, code }) => [source, code]),
    [
      ["command", "ORDER_EXPIRED"],
      ["command", "MESSAGE_REFUSED"],
      ["command", "MESSAGE_NOT_JSON"],
      ["command", "MESSAGE_TOO_LARGE"],
    ],
  );
  await until(() => outcomes.length === 2, "two are answered");
  assert.deepEqual(
    outcomes.map(({ state, code }) => [state, code]),
    [
      ["refused", "ORDER_EXPIRED"],
      ["refused", "MESSAGE_REFUSED"],
    ],
  );
  assert.deepEqual(bench.orders, []);
});

test("B17: a command that the broker kept is refused at every connection", async (t) => {
  const { broker, bench, lane, operations } = await orderedLane(t);
  const payload = Buffer.from(signed(command(bench.clock)));
  const kept = { cmd: "publish", topic: COMMAND, payload, qos: 1, retain: true, dup: false } as const;
  await operations.endAsync();
  await lane.uplink.stop();
  await new Promise<void>((resolve, reject) => {
    broker.aedes?.publish({ ...kept }, (error) => (error ? reject(error) : resolve()));
  });
  lane.uplink.start();
  await until(() => lane.of("rejected").length > 0, "refused");
  assert.match(lane.of("rejected")[0]?.detail ?? "", /a retained command/);
  assert.deepEqual(bench.orders, []);
});

test("an outcome that found no connection follows when there is one", async (t) => {
  const { broker, bench, lane, operations, outcomes, order } = await orderedLane(t);
  const wanted = command(bench.clock);
  await order(signed(wanted));
  await until(() => bench.orders.length === 1, "the lane has the order");
  await broker.stop();
  await until(() => lane.of("link").at(-1)?.up === false, "the connection is lost");
  await lane.uplink.stop();
  bench.done(wanted.id);
  const back = new Promise<void>((resolve) => operations.once("connect", () => resolve()));
  await broker.start();
  await back;
  await operations.subscribeAsync(TOPICS.outcome("+"), { qos: 1 });
  lane.uplink.start();
  await until(() => outcomes.some(({ id, state }) => id === wanted.id && state === "done"), "the outcome");
});
