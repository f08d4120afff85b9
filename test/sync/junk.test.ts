import assert from "node:assert/strict";
import { test } from "node:test";
import { laneTopics } from "#contract/upstream";
import { BareLane, LANE, SITE, startedBroker, startedOperations, until } from "./support.ts";

const TOPICS = laneTopics(SITE, LANE);
const JUNK = 100_000;

test("100,000 junk messages that a stranger had the broker keep are refused, counted, and stop nothing", async (t) => {
  const broker = await startedBroker(t);
  const { aedes } = broker;
  assert.ok(aedes);
  const payload = Buffer.from('{"open":"sesame"}');
  for (let n = 0; n < JUNK; n++) {
    const topic = TOPICS.command.replace("+", `junk-${n}`);
    await new Promise<void>((resolve, reject) => {
      aedes.publish({ cmd: "publish", topic, payload, qos: 0, retain: true, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  const lane = new BareLane(t, broker.url);
  lane.append(500);
  const startedAt = performance.now();
  lane.uplink.start();
  const operations = await startedOperations(t, broker);
  await until(() => lane.acked === 500, "the journal goes upstream all the same");
  t.diagnostic(`journal acknowledged after ${Math.round(performance.now() - startedAt)} ms`);
  for (let part = 1; part <= 10; part++) {
    await until(() => lane.uplink.rejected >= (JUNK * part) / 10, `${part} tenths of it were refused`);
  }
  assert.equal(lane.uplink.rejected, JUNK);
  t.diagnostic(`all refused after ${Math.round(performance.now() - startedAt)} ms`);
  assert.equal(operations.report(LANE).chainOk, true);
  const rows = lane.of("rejected");
  assert.ok(rows.length >= 20 && rows.length <= 40, `${rows.length} rows in the journal`);
  assert.ok(rows.every(({ source, detail }) => source === "command" && detail.startsWith("a retained command")));
  assert.equal(lane.of("link").filter(({ up }) => !up).length, 0, "the connection stood");
});
