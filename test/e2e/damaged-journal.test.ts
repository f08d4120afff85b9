import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Database from "better-sqlite3";
import { BenchLane } from "./bench-lane.ts";
import { lanectl } from "./lanectl.ts";
import { until } from "./until.ts";

let lane: BenchLane;

before(async () => {
  lane = await BenchLane.running([]);
  assert.equal(await lane.stopDaemon(), 0);
});
after(() => lane?.close());

/** What somebody with the file in hand does to entry 3. */
function alter(path: string, passage: string | null): void {
  const db = new Database(path);
  db.exec("DROP TRIGGER IF EXISTS journal_never_changes");
  db.prepare("UPDATE journal SET passage = ? WHERE seq = 3").run(passage);
  db.close();
}

test("B31: a lane whose journal was altered while it stood still lets nobody in, says which entry, and goes on when the journal is put back", async () => {
  const { database, socket } = lane.files;
  const [, , third] = lane.entries;
  assert.equal(third?.seq, 3);
  alter(database, "P000099");
  await lane.startDaemon();
  let shown = await lanectl(socket, "status");
  await until("the lane says why it is down", async () => {
    shown = await lanectl(socket, "status");
    return shown.code === 69 && /the lane is down and nothing is commanded/.test(shown.stderr) ? true : undefined;
  });
  assert.match(shown.stderr, /the journal is damaged at entry 3: its content does not have its hash/);
  assert.deepEqual(lane.hardware.boom, { raised: 0, lowered: 0 });
  alter(database, third.passage);
  await lane.ready();
  assert.equal((await lane.reader.verify()).ok, true);
});
