import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EntryFile } from "#bench/operations/entry-file";
import { loadOrGenerateKeys } from "#bench/operations/keys";
import { LaneBook } from "#bench/operations/lane-book";
import { Operations } from "#bench/operations/operations";
import { isLaneError } from "#contract/errors";
import { GENESIS_HASH } from "#contract/journal";
import { isoUtc } from "#contract/units";
import type { EventMessage } from "#contract/upstream";
import { entryHash } from "#store/hash";
import { toEventMessage } from "#sync/event-message";
import { BareLane, KEYS, LANE, SITE, startedBroker, startedOperations, until } from "./support.ts";

/** A good journal of `count` entries, as messages. */
function chain(count: number, data: unknown = {}): EventMessage[] {
  let prevHash = GENESIS_HASH;
  return Array.from({ length: count }, (_, index) => {
    const fields = {
      seq: index + 1,
      utc: 1_760_000_000_000 + index,
      monotonicMs: index + 0.5,
      boot: "boot",
      type: "lane.event" as const,
      passage: null,
      data,
      prevHash,
    };
    const hash = entryHash(fields);
    prevHash = hash;
    return toEventMessage(SITE, LANE, { ...fields, hash });
  });
}

function judged(messages: readonly (EventMessage | undefined)[]) {
  const book = new LaneBook();
  for (const message of messages) {
    assert.ok(message);
    book.take(message);
  }
  const { head, ...rest } = book.report();
  return { ...rest, head: head?.seq ?? null };
}

const good = chain(6);
const [one, two, three, four, five, six] = good;

test("F18, F19: the judge sees a good chain, in any order and with repeats, as good", () => {
  const clean = { received: 6, gaps: [], duplicates: 0, redelivered: 0, chainOk: true, head: 6 };
  assert.deepEqual(judged(good), clean);
  assert.deepEqual(judged([three, one, six, two, five, four]), clean);
  assert.deepEqual(judged([...good, two, five, two]), { ...clean, redelivered: 3 });
});

test("the judge sees a gap, and holds its head before it", () => {
  const seen = judged([one, two, five]);
  assert.deepEqual(seen, {
    received: 3,
    gaps: [{ from: 3, to: 4 }],
    duplicates: 0,
    redelivered: 0,
    chainOk: true,
    head: 2,
  });
  assert.equal(judged([two, three]).head, null);
});

test("T9: the judge sees an altered entry, a second past, and a link that does not fit", () => {
  assert.ok(two && three);
  assert.equal(judged([one, { ...two, passage: "P" }]).chainOk, false);
  assert.equal(judged([one, { ...two, utcMs: two.utcMs + 1 }]).chainOk, false);
  const other = chain(6, { rewritten: true });
  const rewritten = judged([...good, other[2]]);
  assert.deepEqual([rewritten.duplicates, rewritten.redelivered], [1, 0]);
  assert.equal(judged([one, two, { ...three, data: 1 }]).chainOk, false);
  const spliced = judged([one, two, other[2]]);
  assert.deepEqual([spliced.chainOk, spliced.head], [false, 2]);
  const disguised = judged([...good, { ...two, data: "other data under the old hash" }]);
  assert.equal(disguised.duplicates, 1);
});

test("the shown time is that of the row", () => {
  assert.equal(one?.utc, isoUtc(1_760_000_000_000));
});

test("operations that start again know what they held, and go on without asking for it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-operations-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "entries.ndjson");
  const broker = await startedBroker(t);
  const first = await startedOperations(t, broker, { file });
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  lane.append(20);
  await until(() => lane.acked === 20, "acknowledged");
  await first.stop();
  assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 20);
  const second = await startedOperations(t, broker, { file });
  assert.equal(second.report(LANE).head?.seq, 20);
  lane.append(5);
  await until(() => lane.acked === 25, "acknowledged by the second");
  assert.deepEqual(second.report(LANE).redelivered, 0);
  assert.equal(second.report(LANE).chainOk, true);
});

test("half a line left by a power cut is cut off; anything else that is no entry is an error", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-operations-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "entries.ndjson");
  const lines = good.map((message) => `${JSON.stringify(message)}\n`);
  writeFileSync(path, lines.slice(0, 3).join("") + lines[3]?.slice(0, 40));
  const file = new EntryFile(path);
  const seqs: number[] = [];
  file.open(({ seq }) => seqs.push(seq));
  assert.ok(four);
  file.append(four);
  file.close();
  file.close();
  assert.deepEqual(seqs, [1, 2, 3]);
  assert.equal(readFileSync(path, "utf8"), lines.slice(0, 4).join(""));
  writeFileSync(path, "{}\n");
  assert.throws(
    () => new EntryFile(path).open(() => undefined),
    (error) => isLaneError(error, "STORE_FAILED"),
  );
});

test("a gap that stays is asked for, and the lane fills it", async (t) => {
  const broker = await startedBroker(t);
  // The broker loses three entries on their way, once, as one does whose queue is full.
  const lost = new Set([4, 5, 9]);
  assert.ok(broker.aedes);
  broker.aedes.authorizeForward = (_client, packet) => {
    if (!packet.topic.includes("/event/")) return packet;
    const { seq } = JSON.parse(packet.payload.toString()) as { seq: number };
    return lost.delete(seq) ? null : packet;
  };
  const operations = await startedOperations(t, broker, { repairAfterMs: 100 });
  const lane = new BareLane(t, broker.url);
  lane.uplink.start();
  lane.append(20);
  await until(() => lane.acked === 20, "all acknowledged");
  assert.deepEqual([operations.report(LANE).gaps, operations.report(LANE).chainOk, lost.size], [[], true, 0]);
});

test("who listens late sees no gap before, and still every break", () => {
  const book = new LaneBook({ keep: false, fromGenesis: false });
  for (const message of [three, five, four]) assert.ok(message && book.take(message) === "new");
  assert.deepEqual(book.report().gaps, []);
  assert.equal(book.head()?.seq, 5);
  assert.deepEqual(book.entries(), []);
  const other = chain(7, { rewritten: true });
  assert.ok(other[5] && other[2]);
  assert.equal(book.take(other[5]), "unlinked");
  assert.equal(book.take(other[2]), "fork");
  assert.ok(three);
  assert.equal(book.take(three), "again");
  assert.equal(book.take({ ...other[5], seq: 9 }), "altered");
});

test("keys are made once, and the private one is for its owner only", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-keys-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const made = loadOrGenerateKeys(join(folder, "secrets"), "operations-1");
  assert.deepEqual(loadOrGenerateKeys(join(folder, "secrets"), "operations-1"), made);
  assert.equal(statSync(join(folder, "secrets", "operations-1.key")).mode & 0o777, 0o600);
});

test("a broker that forgets a subscription is met anew", async (t) => {
  const sockets: Socket[] = [];
  // Accepts everybody, and answers subscriptions from the second connection on.
  const broker = createServer((socket) => {
    const answers = sockets.push(socket) > 1;
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const kind = (bytes[0] ?? 0) >> 4;
      if (kind === 1) socket.write(Uint8Array.of(0x20, 2, 0, 0));
      if (kind === 8 && answers) socket.write(Uint8Array.of(0x90, 4, bytes[2] ?? 0, bytes[3] ?? 0, 1, 1));
    });
  }).listen(0, "127.0.0.1");
  await once(broker, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    broker.close();
  });
  const url = `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`;
  const operations = new Operations({ url, site: SITE, keys: KEYS, answerLimitMs: 200 });
  t.after(() => operations.stop());
  await operations.start();
  assert.equal(sockets.length, 2);
});
