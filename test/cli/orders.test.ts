import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Order, OrderOutcome } from "#contract/order";
import { LaneApi } from "#edge/api/lane-api";
import { OrderWords } from "#edge/api/order-words";
import { JournalReader } from "#store/journal-reader";
import { SNAPSHOT, sampleJournal } from "../edge/api/sample-lane.ts";
import { BenchDesk, OFFICER, STRANGER, SUPERVISOR } from "../sync/orders/support.ts";
import { clock } from "../sync/support.ts";
import { lanectl } from "./lanectl.ts";

type Answer = (order: Order) => OrderOutcome;
const carriedOut: Answer = ({ id, wish }) => ({ id, state: "done", code: "", detail: `${wish.name} was carried out` });

/** A daemon's socket with a lane behind it that answers every order at once. */
async function lane(t: TestContext, answer: Answer = carriedOut) {
  const { folder, database } = sampleJournal(t);
  const bench = await BenchDesk.start(t, {
    clock,
    post: (order) => {
      bench.orders.push(order);
      queueMicrotask(() => bench.desk.settled(answer(order)));
    },
  });
  const socket = join(folder, "lane.sock");
  const api = new LaneApi({
    socketPath: socket,
    snapshot: () => SNAPSHOT,
    reader: JournalReader.open(database),
    orders: { desk: bench.desk, words: new OrderWords(clock) },
  });
  await api.start();
  t.after(() => api.stop());
  const keyFile = ({ kid, privateKeyPem }: typeof OFFICER, name = kid) => {
    const file = join(folder, `${name}.key`);
    writeFileSync(file, privateKeyPem, { mode: 0o600 });
    return `${kid}=${file}`;
  };
  const run = (...args: string[]) => lanectl(["--socket", socket, ...args]);
  return { bench, folder, run, keyFile, key: keyFile(OFFICER) };
}

const WORD = /--yes ([A-Z0-9]{5}) /;

test("an order of one step is signed, carried out and its outcome shown", async (t) => {
  const { bench, run, key } = await lane(t);
  const done = await run("hold", "P000007", "--reason", "tip-off", "--key", key);
  assert.deepEqual(done, { code: 0, stdout: "done: hold was carried out\n", stderr: "" });
  const [order] = bench.orders;
  assert.deepEqual(order?.wish, { name: "hold", passage: "P000007" });
  assert.deepEqual(order?.by, { subject: "HQ-0017", role: "officer" });
  assert.equal(order?.proof?.channel, "lane");
  const vi = await run("release", "P000007", "--reason", "nhầm", "--key", key, "--lang", "vi");
  assert.match(vi.stdout, /^đã thực hiện: /);
  const json = await run("correct", "P000007", "plate", "29H67890", "--reason", "dirty", "--key", key, "--json");
  assert.equal((JSON.parse(json.stdout) as OrderOutcome).state, "done");
  assert.deepEqual(bench.orders.at(-1)?.wish, {
    name: "correct",
    passage: "P000007",
    field: "plate",
    value: "29H67890",
  });
});

test("every verb gives its wish", async (t) => {
  const { bench, run, key } = await lane(t);
  const sign = ["--reason", "why", "--key", key];
  const verbs: readonly (readonly [readonly string[], object])[] = [
    [["refuse", "P1"], { name: "refuse", passage: "P1" }],
    [["mode", "maintenance"], { name: "mode", mode: "maintenance" }],
    [["clear-fault"], { name: "clear-fault" }],
    [["resolve", "P1", "CL-1", "--crossed"], { name: "resolve", passage: "P1", clearance: "CL-1", crossed: true }],
    [["resolve", "P1", "CL-1", "--not-crossed"], { name: "resolve", passage: "P1", clearance: "CL-1", crossed: false }],
  ];
  for (const [args, wish] of verbs) {
    assert.equal((await run(...args, ...sign)).code, 0, args.join(" "));
    assert.deepEqual(bench.orders.at(-1)?.wish, wish);
  }
  assert.equal((await run("resolve", "P1", "CL-1", ...sign)).code, 2, "crossed or not must be said");
  assert.equal((await run("hold", "P1", "--key", key)).code, 2, "no reason");
});

test("B27: what moves the boom takes two steps; a word serves once, for its own order", async (t) => {
  const { bench, run, key } = await lane(t);
  const sign = ["--reason", "fire brigade", "--key", key];
  const first = await run("open", ...sign);
  assert.equal(first.code, 3);
  assert.match(first.stdout, /Nothing has happened yet[\s\S]*boom: closed[\s\S]*occupied: arrival, scale/);
  const word = WORD.exec(first.stdout)?.[1] ?? "";
  assert.deepEqual(bench.orders, []);
  assert.equal((await run("close", ...sign, "--yes", word)).code, 1, "the word of another order");
  assert.equal((await run("open", ...sign, "--yes", word)).code, 1, "a word that was used up by that");
  const again = JSON.parse((await run("open", ...sign, "--json")).stdout) as { word: string };
  assert.equal((await run("open", ...sign, "--yes", again.word)).code, 0);
  assert.equal((await run("open", ...sign, "--yes", again.word)).code, 1);
  assert.equal(bench.orders.length, 1);
  assert.equal((await run("pass", "P1", ...sign)).code, 3);
  assert.ok(bench.rejected.every(({ source, code }) => source === "order" && code === "ORDER_UNCONFIRMED"));
  assert.equal(bench.rejected.length, 3);
});

test("T10: a second person signs with a key of their own", async (t) => {
  const { bench, run, key, keyFile } = await lane(t);
  const sign = ["--reason", "false alarm", "--key", key];
  const word = async () => WORD.exec((await run("reset-emergency", ...sign)).stdout)?.[1] ?? "";
  const second = keyFile(SUPERVISOR);
  assert.equal((await run("reset-emergency", ...sign, "--second", second, "--yes", await word())).code, 0);
  assert.deepEqual(bench.orders[0]?.secondBy, { subject: "HQ-0002", role: "supervisor" });
  const same = ["--second", key, "--second-role", "officer"];
  const refused = await run("reset-emergency", ...sign, ...same, "--yes", await word());
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /refused ORDER_APPROVAL/);
});

test("who has no key, a stranger's, or one that others can read, gives no order", async (t) => {
  const { bench, folder, run, key, keyFile } = await lane(t);
  const order = ["hold", "P1", "--reason", "why"];
  assert.equal((await run(...order)).code, 2);
  const stranger = await run(...order, "--key", keyFile(STRANGER, "stranger"));
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /not signed|signature/i);
  const role = await run(...order, "--key", key, "--role", "supervisor");
  assert.match(role.stdout, /refused ORDER_ROLE: This key may not act in this role/);
  chmodSync(join(folder, `${OFFICER.kid}.key`), 0o644);
  const readable = await run(...order, "--key", key);
  assert.equal(readable.code, 78);
  assert.match(readable.stderr, /chmod 600/);
  assert.deepEqual(bench.orders, []);
});

test("a refusal of the lane and a failure end with 1 and say why", async (t) => {
  const { run, key } = await lane(t, ({ id }) => ({
    id,
    state: "refused",
    code: "BLOCKED",
    detail: "it is suspended",
  }));
  const refused = await run("hold", "P1", "--reason", "why", "--key", key);
  assert.deepEqual([refused.code, refused.stdout], [1, "refused BLOCKED: it is suspended\n"]);
});

test("a socket without orders only shows the lane", async (t) => {
  const { folder, database } = sampleJournal(t);
  const socket = join(folder, "lane.sock");
  const api = new LaneApi({ socketPath: socket, snapshot: () => SNAPSHOT, reader: JournalReader.open(database) });
  await api.start();
  t.after(() => api.stop());
  const { code, stderr } = await lanectl(["--socket", socket, "open", "--reason", "x"]);
  assert.deepEqual([code, /there is no \/orders/.test(stderr)], [1, true]);
});
