import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { isLaneError } from "#contract/errors";
import { isoUtc } from "#contract/units";
import { OrderKeys } from "#sync/orders/order-keys";
import { OrderMemory } from "#sync/orders/order-memory";
import { LANE, SITE, signedText } from "../support.ts";
import { BenchDesk, CENTRE, command, OFFICER, OPEN, STRANGER, SUPERVISOR, signed } from "./support.ts";

test("an order reaches the lane with who gave it and the proof, and its outcome comes back", async (t) => {
  const bench = await BenchDesk.start(t);
  const wanted = command(bench.clock);
  const payload = signed(wanted);
  const { outcome } = await bench.take(payload);
  assert.deepEqual(bench.orders, [
    {
      id: wanted.id,
      by: { subject: "HQ-0017", role: "officer" },
      secondBy: null,
      reason: "the driver is ill",
      wish: OPEN,
      proof: { channel: "operations", signed: JSON.parse(Buffer.from(payload).toString()) },
    },
  ]);
  bench.done(wanted.id);
  assert.deepEqual(await outcome, { id: wanted.id, state: "done", code: "", detail: "the boom is open" });
  assert.deepEqual(bench.rejected, []);
});

test("T6: the same order is carried out once and answered as often as it comes, also after a restart", async (t) => {
  const bench = await BenchDesk.start(t);
  const wanted = command(bench.clock);
  const payload = signed(wanted);
  const first = await bench.take(payload);
  const meanwhile = await bench.take(payload);
  bench.done(wanted.id);
  const done = await first.outcome;
  assert.deepEqual(await meanwhile.outcome, done);
  assert.deepEqual(await bench.outcome(payload), done);
  await bench.restart();
  assert.deepEqual(await bench.outcome(payload), done);
  assert.equal(bench.orders.length, 1);
  assert.deepEqual(bench.rejected, [], "a broker may deliver twice; that is no attack");

  bench.clock.now += 11_000;
  assert.deepEqual(await bench.outcome(payload), done);
  assert.equal(bench.orders.length, 1);
  assert.deepEqual(
    bench.rejected.map(({ code }) => code),
    ["ORDER_REPLAYED"],
  );
});

test("an order signed with a key that has ended is refused by the name of the key", async (t) => {
  const keys = new OrderKeys([{ ...OFFICER, subject: "HQ-0017", roles: ["officer"], validUntil: "2026-01-31" }], () =>
    Date.parse("2026-02-01T00:00:00Z"),
  );
  const bench = await BenchDesk.start(t, { keys });
  await assert.rejects(bench.take(signed(command(bench.clock))), (error) => isLaneError(error, "MESSAGE_KEY_EXPIRED"));
  assert.deepEqual(
    bench.rejected.map(({ code, detail }) => [code, detail]),
    [["MESSAGE_KEY_EXPIRED", "the key officer-17 ended on 2026-01-31"]],
  );
  assert.deepEqual(bench.orders, []);
});

test("T6: a nonce serves once with one key, also after a restart", async (t) => {
  const bench = await BenchDesk.start(t);
  const first = command(bench.clock);
  await bench.take(signed(first));
  const second = { ...command(bench.clock), nonce: first.nonce };
  assert.equal((await bench.outcome(signed(second))).code, "ORDER_REPLAYED");
  await bench.restart();
  assert.equal((await bench.outcome(signed(second))).code, "ORDER_REPLAYED");
  const theirs = { ...command(bench.clock), nonce: first.nonce, role: "operations" as const };
  await bench.take(signed(theirs, CENTRE));
  assert.deepEqual(
    bench.orders.map(({ id }) => id),
    [first.id, theirs.id],
  );
});

test("an id that was used is not used for something else", async (t) => {
  const bench = await BenchDesk.start(t);
  const first = command(bench.clock);
  await bench.take(signed(first));
  bench.done(first.id);
  const other = { ...command(bench.clock), id: first.id, wish: { name: "close" as const } };
  assert.equal((await bench.outcome(signed(other), "close")).state, "done", "what became of the order with this id");
  assert.equal(bench.orders.length, 1);
  assert.equal(bench.rejected[0]?.code, "ORDER_REPLAYED");
});

test("B20: what is not fresh, not for us or not allowed is refused with its code, and never reaches the lane", async (t) => {
  const bench = await BenchDesk.start(t);
  const { clock } = bench;
  const at = (ms: number) => isoUtc(clock.now + ms);
  const cases: readonly (readonly [string, object, string])[] = [
    ["expired", command(clock, { issuedAt: at(-10_001), deadline: at(-1) }), "ORDER_EXPIRED"],
    ["of the future", command(clock, { issuedAt: at(5_001), deadline: at(9_000) }), "ORDER_EXPIRED"],
    ["good for too long", command(clock, { deadline: at(10_001) }), "ORDER_EXPIRED"],
    ["over before it began", command(clock, { deadline: at(-1) }), "ORDER_EXPIRED"],
    ["on a day that is none", command(clock, { issuedAt: "2026-02-31T25:00:00Z" }), "ORDER_EXPIRED"],
    ["for another lane", command(clock, { lane: "lane-2" }), "MESSAGE_REFUSED"],
    ["for another site", command(clock, { site: "tan-thanh" }), "MESSAGE_REFUSED"],
    ["in a role that the key has not", command(clock, { role: "supervisor" }), "ORDER_ROLE"],
    ["sent as another wish", command(clock, { wish: { name: "close" } }), "MESSAGE_REFUSED"],
  ];
  for (const [why, content, code] of cases) {
    const outcome = await bench.outcome(signed(content));
    assert.deepEqual([outcome.state, outcome.code], ["refused", code], why);
  }
  assert.deepEqual(bench.orders, []);
  assert.deepEqual(
    bench.rejected.map((one) => [one.source, one.code]),
    cases.map(([, , code]) => ["command", code]),
  );
});

test("T5: what nobody we know has signed is refused, reported, and answered to nobody", async (t) => {
  const bench = await BenchDesk.start(t);
  const good = command(bench.clock);
  const { reason: _, ...without } = good;
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ["a stranger's key under a known name", signed(good, STRANGER), "MESSAGE_UNSIGNED"],
    ["an unknown key", signed(good, { ...OFFICER, kid: "officer-18" }), "MESSAGE_UNSIGNED"],
    ["no signature", Buffer.from(JSON.stringify(good)), "MESSAGE_SCHEMA"],
    ["no JSON", Buffer.from("open sesame"), "MESSAGE_NOT_JSON"],
    ["ten megabytes", Buffer.alloc(10 * 1024 * 1024, 0x7b), "MESSAGE_TOO_LARGE"],
    ["a role that there is not", signed({ ...good, role: "king" }), "MESSAGE_SCHEMA"],
    ["a wish that there is not", signed({ ...good, wish: { name: "explode" } }), "MESSAGE_SCHEMA"],
    ["a field too many", signed({ ...good, also: 1 }), "MESSAGE_SCHEMA"],
    ["no reason", signed(without), "MESSAGE_SCHEMA"],
    ["a reason of two lines", signed({ ...good, reason: "a\nb" }), "MESSAGE_SCHEMA"],
    ["a reason of 201 characters", signed({ ...good, reason: "x".repeat(201) }), "MESSAGE_SCHEMA"],
  ];
  for (const [why, payload, code] of cases) {
    await assert.rejects(bench.take(payload), (error) => isLaneError(error) && error.code === code, why);
  }
  await assert.rejects(bench.take(signed(good), "open", true), /a retained command/);
  assert.deepEqual(bench.orders, []);
  assert.equal(bench.rejected.length, cases.length + 1);
  assert.equal(bench.desk.rejected, cases.length + 1);
});

test("T10: a second person has a key and a name of their own and approves this very order", async (t) => {
  const bench = await BenchDesk.start(t);
  const wanted = () => command(bench.clock);
  const approved = (content: ReturnType<typeof wanted>, change: object = {}, keys = SUPERVISOR) => {
    const { id, wish } = content;
    const approval = { site: SITE, lane: LANE, id, role: "supervisor", wish, ...change };
    return signed({ ...content, approval: JSON.parse(signedText(JSON.stringify(approval), keys)) });
  };
  const good = wanted();
  await bench.take(approved(good));
  assert.deepEqual(bench.orders[0]?.secondBy, { subject: "HQ-0002", role: "supervisor" });
  const bad: readonly (readonly [string, Uint8Array, string])[] = [
    ["the same person", approved(wanted(), { role: "officer" }, OFFICER), "ORDER_APPROVAL"],
    ["another order", approved(wanted(), { id: good.id }), "ORDER_APPROVAL"],
    ["another wish", approved(wanted(), { wish: { name: "close" } }), "ORDER_APPROVAL"],
    ["another lane", approved(wanted(), { lane: "lane-2" }), "ORDER_APPROVAL"],
    ["a stranger", approved(wanted(), {}, { ...STRANGER, kid: SUPERVISOR.kid }), "ORDER_APPROVAL"],
    ["a role that the key has not", approved(wanted(), { role: "technician" }), "ORDER_ROLE"],
  ];
  for (const [why, payload, code] of bad) assert.equal((await bench.outcome(payload)).code, code, why);
  assert.equal(bench.orders.length, 1);
});

test("an order that cannot be written down is not given", async (t) => {
  const bench = await BenchDesk.start(t);
  await bench.desk.stop();
  assert.equal((await bench.outcome(signed(command(bench.clock)))).code, "ORDER_UNRECORDED");
  assert.deepEqual(bench.orders, []);
});

test("a lane that does not answer is said not to have answered; what it says later still counts", async (t) => {
  const bench = await BenchDesk.start(t, { answerWithinMs: 20 });
  const wanted = command(bench.clock);
  const payload = signed(wanted);
  assert.deepEqual((await bench.outcome(payload)).code, "ORDER_UNANSWERED");
  bench.done(wanted.id);
  assert.deepEqual(
    bench.late.map(({ state }) => state),
    ["done"],
  );
  assert.equal((await bench.outcome(payload)).state, "done");
  bench.done("00000000-0000-7000-8000-000000000000");
  assert.equal(bench.late.length, 1, "an answer to nothing that was asked");
});

test("an order that was under way at a restart is not given again", async (t) => {
  const bench = await BenchDesk.start(t);
  const wanted = command(bench.clock);
  await bench.take(signed(wanted));
  await bench.restart();
  assert.equal((await bench.outcome(signed(wanted))).code, "ORDER_UNANSWERED");
  assert.equal(bench.orders.length, 1);
});

test("F11: with its memory lost or damaged the lane takes nothing that was issued before", async (t) => {
  const bench = await BenchDesk.start(t);
  const before = command(bench.clock);
  await bench.take(signed(before));
  rmSync(bench.file);
  await bench.restart();
  assert.equal((await bench.outcome(signed(before))).code, "ORDER_REPLAYED");
  bench.clock.now += 1;
  await bench.take(signed(command(bench.clock)));
  assert.equal(bench.orders.length, 2);
  const lines = readFileSync(bench.file, "utf8");
  writeFileSync(bench.file, lines.replace('"nonce"', '"nonse"'));
  const old = command(bench.clock);
  await bench.restart();
  assert.equal((await bench.outcome(signed(old))).code, "ORDER_REPLAYED");
  bench.clock.now += 1;
  const last = command(bench.clock);
  await bench.take(signed(last));
  appendFileSync(bench.file, '{"taken":"half a li');
  await bench.restart();
  assert.equal((await bench.outcome(signed(last))).code, "ORDER_UNANSWERED", "half a line at the end does no harm");
});

test("what is forgotten counts as known", async (t) => {
  const bench = await BenchDesk.start(t);
  const memory = new OrderMemory(`${bench.file}.large`, () => 1, 64);
  await memory.start();
  const order = (n: number) => ({ id: `order-${n}`, kid: "k", nonce: `nonce-${n}`, digest: "d", issuedAt: 1_000 + n });
  for (let n = 0; n <= 128; n++) await memory.take(order(n));
  assert.equal(memory.find("order-0"), undefined);
  assert.equal(memory.floor, order(63).issuedAt);
  assert.equal(memory.nonceUsed("k", "nonce-64"), true);
  await memory.stop();
  const again = new OrderMemory(`${bench.file}.large`, () => 1, 64);
  await again.start();
  t.after(() => again.stop());
  assert.equal(again.floor, memory.floor);
  assert.equal(again.find("order-128")?.nonce, "nonce-128");
});

test("a lane without keys takes no order; one key under two names is an error of the configuration", async (t) => {
  const bench = await BenchDesk.start(t, { keys: new OrderKeys([]) });
  await assert.rejects(bench.take(signed(command(bench.clock))), /knows no key/);
  const twice = [
    { ...OFFICER, subject: "a", roles: [] },
    { ...OFFICER, subject: "b", roles: [] },
  ];
  assert.throws(() => new OrderKeys(twice), /twice/);
  const renamed = twice.map((key, index) => ({ ...key, kid: `officer-${index}` }));
  assert.throws(() => new OrderKeys(renamed), /officer-0 and officer-1 are the same key/);
});
