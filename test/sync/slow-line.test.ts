import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { BareLane, LANE, startedBroker, startedOperations, until } from "./support.ts";

/** 64 kbit/s, in bytes a second, and half of a round trip of 600 ms. */
const BYTES_PER_SECOND = 8_000;
const DELAY_MS = 300;
const COMPLETE = { gaps: [], duplicates: 0, chainOk: true };

/** A line to `port` that carries so much and takes so long, in both directions. Resolves with its own port. */
async function slowLine(t: TestContext, port: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(port, "127.0.0.1");
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    carry(client, broker);
    carry(broker, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Each byte takes its time on the line, one after the other, and arrives after the delay. */
function carry(from: Socket, to: Socket): void {
  let freeAt = performance.now();
  from.on("data", (bytes) => {
    freeAt = Math.max(freeAt, performance.now()) + (bytes.byteLength / BYTES_PER_SECOND) * 1000;
    setTimeout(() => to.write(bytes), freeAt - performance.now() + DELAY_MS);
  });
  // What is still on the line arrives before its end.
  from.on("close", () => setTimeout(() => to.destroy(), Math.max(0, freeAt - performance.now()) + DELAY_MS));
}

test("F20: on a line of 64 kbit/s a backlog drains, and a live entry does not wait for all of it", async (t) => {
  const broker = await startedBroker(t);
  const operations = await startedOperations(t, broker);
  const port = await slowLine(t, Number(new URL(broker.url).port));
  const lane = new BareLane(t, `mqtt://127.0.0.1:${port}`);
  lane.append(60);
  lane.uplink.start();
  await until(() => operations.report(LANE).received >= 8, "the backlog is under way");
  lane.append(1);
  await until(() => operations.hashAt(LANE, 61) !== undefined, "the live entry at operations");
  assert.ok(operations.report(LANE).gaps.length > 0, "it came before the end of the backlog");
  await until(() => lane.acked === 61, "everything acknowledged");
  const { head, received, redelivered, ...rest } = operations.report(LANE);
  assert.deepEqual(rest, COMPLETE);
  assert.deepEqual([head?.seq, received, redelivered], [61, 61, 0]);
  assert.deepEqual(
    lane.of("link").map(({ up }) => up),
    [true],
    "the connection stood all the time",
  );
});

test("F22: a broker whose name nobody knows keeps the lane offline with the reason, and stops nothing", async (t) => {
  const lane = new BareLane(t, "mqtt://broker.invalid:1883");
  lane.uplink.start();
  await until(() => lane.of("link").length > 0, "the link was told to be down");
  lane.append(10);
  const [told] = lane.of("link");
  assert.equal(told?.up, false);
  assert.match(told?.detail ?? "", /ENOTFOUND|EAI_AGAIN/);
  assert.equal(lane.uplink.depth()?.unsent, 10);
});
