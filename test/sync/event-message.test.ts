import assert from "node:assert/strict";
import { test } from "node:test";
import { entryHash } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import { entryOfMessage, eventWriter, toEventMessage } from "#sync/event-message";
import { commit, databasePath, draft, openStore } from "../store/support.ts";

test("a row written as text is the message of its entry, whatever it holds", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path, 'boot "1"');
  const drafts = [
    draft(null),
    draft({ text: 'a "quote", a \\ and a line\n end, 桂A12345, \u2028 \ud83d\ude9a', list: [1, 2.5, 1e21, -0] }),
    draft({ nested: { hash: "not this one" } }, "decision.made", 'passage "7"'),
    draft("only text", "read.plate"),
    { ...draft({}), utc: 1_760_000_000_000.25, monotonicMs: 0.1 + 0.2 },
  ];
  commit(store, { drafts });
  const reader = JournalReader.open(path);
  t.after(() => {
    reader.close();
    store.close();
  });
  const write = eventWriter('si"te', "lane-1");
  const rows = reader.rows(1, 100);
  assert.equal(rows.length, drafts.length);
  for (const [index, entry] of reader.range(1, 100).entries()) {
    const row = rows[index];
    assert.ok(row !== undefined);
    const message = JSON.parse(write(row));
    assert.deepEqual(message, toEventMessage('si"te', "lane-1", entry));
    assert.equal(write(row), JSON.stringify(toEventMessage('si"te', "lane-1", entry)), "byte for byte");
    assert.equal(entryHash(entryOfMessage(message)), entry.hash);
  }
});
