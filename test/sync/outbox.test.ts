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

test("a quarter of the window is kept for what is new", (t) => {
  const { outbox, sent, append, connect } = outboxWith(t, 100);
  connect();
  assert.deepEqual(sent, numbers(1, 24));
  for (let n = 0; n < 20; n++) append(1);
  assert.deepEqual(sent.slice(24), numbers(101, 108), "never more than the window");
  assert.deepEqual(outbox.depth(), { head: 120, acked: 0, unsent: 88 });
});

test("room that the broker gives goes to live entries first", async (t) => {
  const { sent, append, connect, acknowledge, waiting } = outboxWith(t, 100);
  connect();
  for (let n = 0; n < 20; n++) append(1);
  await acknowledge(10);
  assert.deepEqual(sent.slice(32), numbers(109, 118));
  await acknowledge(32);
  while (waiting.length > 0) await acknowledge(waiting.length);
  assert.deepEqual(sent.slice(0, 24), numbers(1, 24));
  assert.deepEqual(
    sent.filter((seq) => seq > 100),
    numbers(101, 120),
  );
  assert.deepEqual(
    sent.filter((seq) => seq <= 100),
    numbers(1, 100),
  );
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
