import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { v7 as uuid } from "uuid";
import { isLaneError, type LaneError } from "#contract/errors";
import { StoreClient } from "#store/client";
import { JournalReader } from "#store/journal-reader";
import { clearance, databasePath, draft, openStore } from "./support.ts";

interface Lane {
  readonly client: StoreClient;
  readonly failures: LaneError[];
}

function newClient(t: TestContext, path: string, maxPending?: number): Lane {
  const failures: LaneError[] = [];
  const client = new StoreClient({
    path,
    boot: uuid(),
    startedUtc: Date.now(),
    onFailure: (error) => failures.push(error),
    ...(maxPending === undefined ? {} : { maxPending }),
  });
  t.after(() => client.stop());
  return { client, failures };
}

const failed = (error: unknown) => isLaneError(error, "STORE_FAILED");

test("many commits at once are durable in the order in which they were made", async (t) => {
  const path = databasePath(t);
  const { client, failures } = newClient(t, path);
  const opened = await client.start();
  assert.equal(opened.head.seq, 0);
  const results = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => client.commit({ drafts: [draft({ index })] })),
  );
  assert.deepEqual(
    results.map(({ entries }) => entries[0]?.seq),
    Array.from({ length: 1_000 }, (_, index) => index + 1),
  );
  // Read by another connection while the writer is open: what was promised is there.
  const reader = JournalReader.open(path);
  assert.deepEqual(
    reader.range(1, 1_000).map(({ data }) => data),
    Array.from({ length: 1_000 }, (_, index) => ({ index })),
  );
  assert.equal((await reader.verify()).ok, true);
  reader.close();
  assert.equal(client.pending, 0);
  assert.deepEqual(failures, []);
});

test("stop makes durable what was given before it, and the next start finds it", async (t) => {
  const path = databasePath(t);
  const first = newClient(t, path);
  await first.client.start();
  const commits = [1, 2, 3].map((n) => first.client.commit({ drafts: [draft(n)], laneState: { n } }));
  await Promise.all([first.client.stop(), first.client.stop()]);
  assert.equal((await Promise.all(commits)).at(-1)?.head.seq, 3);
  await assert.rejects(first.client.commit({ drafts: [] }), failed);
  assert.deepEqual(first.failures, []);

  const second = newClient(t, path);
  const opened = await second.client.start();
  assert.equal(opened.head.seq, 3);
  assert.deepEqual(opened.laneState, { n: 3 });
});

test("a refused clearance list is told to its caller and the store goes on", async (t) => {
  const { client, failures } = newClient(t, databasePath(t));
  await client.start();
  const replace = (version: number) =>
    client.commit({ drafts: [], clearances: { replace: { version, records: [clearance("A")], receivedAtUtc: 1 } } });
  const [good, refused, after] = await Promise.allSettled([
    replace(2),
    replace(2),
    client.commit({ drafts: [draft(1)] }),
  ]);
  assert.equal(good.status, "fulfilled");
  assert.ok(refused.status === "rejected" && isLaneError(refused.reason, "MESSAGE_REFUSED"));
  assert.equal(after.status, "fulfilled");
  assert.deepEqual(failures, []);
});

test("F12: a store whose thread has failed rejects that batch and everything after it, and says so once", async (t) => {
  const path = databasePath(t);
  const { client, failures } = newClient(t, path);
  await client.start();
  await client.commit({ drafts: [draft("good")] });
  // A row by somebody else breaks the chain in the writer's hands, as a failing disk would break its promise.
  const { store } = openStore(path);
  store.commitGroup([{ drafts: [draft("foreign")] }]);
  store.close();
  const outcomes = await Promise.allSettled([1, 2, 3].map((n) => client.commit({ drafts: [draft(n)] })));
  for (const outcome of outcomes) assert.ok(outcome.status === "rejected" && failed(outcome.reason));
  await assert.rejects(client.commit({ drafts: [] }), failed);
  assert.equal(failures.length, 1);
  await client.stop();
  const reader = JournalReader.open(path);
  assert.deepEqual(
    reader.range(1, 10).map(({ data }) => data),
    ["good", "foreign"],
  );
  reader.close();
});

test("a batch that cannot be represented is a failure, not a gap", async (t) => {
  for (const data of [Number.NaN, () => "not data"]) {
    const { client, failures } = newClient(t, databasePath(t));
    await client.start();
    const outcomes = await Promise.allSettled([
      client.commit({ drafts: [draft({ data })] }),
      client.commit({ drafts: [draft("after")] }),
    ]);
    for (const { status } of outcomes) assert.equal(status, "rejected");
    assert.equal(failures.length, 1);
  }
});

test("F13: more commits waiting than the limit is a failure of the store", async (t) => {
  const { client, failures } = newClient(t, databasePath(t), 10);
  await client.start();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 11 }, (_, index) => client.commit({ drafts: [draft(index)] })),
  );
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.match(failures[0]?.message ?? "", /10 commits wait for the disk/);
  assert.equal(failures.length, 1);
});

test("a store that cannot open says why, and nothing can be committed", async (t) => {
  const path = databasePath(t);
  writeFileSync(path, "no database at all, but long enough to be looked at".repeat(50));
  const { client, failures } = newClient(t, path);
  await assert.rejects(client.start(), failed);
  await assert.rejects(client.commit({ drafts: [] }), failed);
  assert.deepEqual(failures, [], "start has told it already");
  await client.stop();
});

test("before its start a store commits nothing", async (t) => {
  const { client } = newClient(t, databasePath(t));
  await assert.rejects(client.commit({ drafts: [] }), failed);
});
