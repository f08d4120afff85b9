import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Store } from "#store/store";
import { draft } from "./support.ts";

/**
 * Run by power-loss.test.ts behind the recorder: makes groups of entries durable, and writes down in the same folder,
 * so that the order of both is recorded, what it was promised. Arguments: folder, boot, number of groups.
 */
const [folder = "", boot = "", groups = "0"] = process.argv.slice(2);
const { store } = Store.open({ path: join(folder, "lane.db"), boot, startedUtc: 0 });
const acks = openSync(join(folder, "promises"), "a");
for (let group = 0; group < Number(groups); group++) {
  const many = group % 5 === 0 ? 12 : 1;
  const drafts = Array.from({ length: many }, (_, n) => draft({ group, n, text: "x".repeat((group * 37) % 900) }));
  const [result] = store.commitGroup([{ drafts, laneState: { group } }]);
  if (result === undefined || result instanceof Error) throw result ?? new Error("no result");
  writeSync(acks, result.entries.map(({ seq, hash }) => `${seq} ${hash}\n`).join(""));
}
closeSync(acks);
// Ends without closing the database, as a machine without power does.
process.exit(0);
