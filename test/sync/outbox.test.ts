import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { JournalReader } from "#store/journal-reader";
import { Outbox } from "#sync/outbox";
import { commit, databasePath, draft, openStore } from "../store/support.ts";

/** An outbox on a real journal, with a broker that acknowledges when it is told to. */
function outboxWith(t: TestContext, entries: number) {
  const path = databasePath(t);
  const { store } = openStore(path);
  const outbox = new Outbox({
    openJournal: () => JournalReader.open(path),
    window: 32,
    horizon: 960,
    ackTimeoutMs: 60_000,
    resendAfterMs: 60_000,
    onStuck: (detail) => assert.fail(detail),
    onUnreadable: (detail) => assert.fail(detail),
  });
  const sent: number[] = [];
  const waiting: (() => void)[] = [];
  const append = (count: number) => {
    const { head } = commit(store, { drafts: Array.from({ length: count }, (_, index) => draft({ index })) });
    outbox.headAdvanced(head.seq);
  };
  append(entries);
  t.after(() => {
    outbox.stop();
    store.close();
  });
  const connect = (receiveMaximum?: number) =>
    outbox.connected((entry, onAcked) => {
      sent.push(entry.seq);
      waiting.push(onAcked);
    }, receiveMaximum);
  /** What comes together is answered together, in the next turn. */
  const acknowledge = async (count: number) => {
    for (const onAcked of waiting.splice(0, count)) onAcked();
    await nextTurn();
  };
  return { outbox, sent, waiting, append, connect, acknowledge };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("a backlog fills the window by and by, and the room that the broker gives goes to live entries first", async (t) => {
  const { outbox, sent, append, connect, acknowledge, waiting } = outboxWith(t, 100);
  connect();
  assert.deepEqual(sent, numbers(1, 4));
  while (waiting.length < 32) await acknowledge(1);
  const before = sent.length;
  for (let n = 0; n < 20; n++) append(1);
  assert.equal(sent.length, before, "never more than the window");
  assert.deepEqual(outbox.depth(), { head: 120, acked: 0, unsent: 120 - before });
  await acknowledge(10);
  assert.deepEqual(sent.slice(before), numbers(101, 110));
  await acknowledge(15);
  assert.deepEqual(sent.slice(before + 10), [...numbers(111, 120), ...numbers(before + 1, before + 5)]);
  while (waiting.length > 0) await acknowledge(waiting.length);
  const backlog = sent.filter((seq) => seq <= 100);
  assert.deepEqual(backlog, numbers(1, 100));
  assert.equal(sent.length, 120);
});

test("what operations say they hold makes room before the cursor is durable, unless it cannot be true", async (t) => {
  const { outbox, sent, connect, acknowledge, waiting } = outboxWith(t, 2_000);
  connect();
  while (waiting.length > 0) await acknowledge(waiting.length);
  assert.equal(sent.length, 960);
  for (const seq of [961, 2_001, Number.MAX_SAFE_INTEGER])
    assert.equal(outbox.heard(seq), false, `${seq} was not sent`);
  assert.equal(outbox.heard(100), true);
  assert.equal(outbox.heard(100), false, "no news");
  while (waiting.length > 0) await acknowledge(waiting.length);
  assert.deepEqual(sent, numbers(1, 1_060));
  outbox.cursorAdvanced(50);
  await acknowledge(0);
  assert.equal(sent.length, 1_060, "a cursor that follows says nothing new");
  outbox.disconnected();
  connect();
  assert.equal(sent[1_060], 1, "a new connection begins behind the durable cursor");
});

test("a burst that the line does not take at once becomes backlog, and newer entries overtake it", async (t) => {
  const { sent, append, connect, acknowledge } = outboxWith(t, 0);
  connect();
  append(200);
  assert.deepEqual(sent, numbers(1, 32));
  await acknowledge(1);
  assert.equal(sent.length, 32, "what was live still takes the place of the backlog");
  append(1);
  assert.equal(sent.at(-1), 201);
  while (sent.length < 201) await acknowledge(1);
  assert.deepEqual(
    sent.filter((seq) => seq <= 200),
    numbers(1, 200),
  );
});

test("a broker that takes little at a time gets no more, and still everything", async (t) => {
  for (const receiveMaximum of [1, 3, 20]) {
    const { sent, waiting, append, connect, acknowledge } = outboxWith(t, 50);
    connect(receiveMaximum);
    append(1);
    while (waiting.length > 0) {
      assert.ok(waiting.length <= receiveMaximum);
      await acknowledge(1);
    }
    assert.deepEqual(
      sent.toSorted((one, other) => one - other),
      numbers(1, 51),
    );
  }
});
