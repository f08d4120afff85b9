import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { generateKeys } from "#bench/operations/keys";
import type { Clearance } from "#contract/clearance";
import type { ToControl } from "#contract/messages";
import { isoUtc } from "#contract/units";
import { LaneApi } from "#edge/api/lane-api";
import { ClearanceList } from "#store/clearance-list";
import { JournalReader } from "#store/journal-reader";
import { ImportDesk } from "#sync/clearance/import-desk";
import { ListArchive } from "#sync/clearance/list-archive";
import { Rejections } from "#sync/rejections";
import { SNAPSHOT } from "../edge/api/sample-lane.ts";
import { clearance, commit, openStore, temporaryFolder } from "../store/support.ts";
import { clock, KEYS, LANE, SITE, signedText } from "../sync/support.ts";
import { lanectl } from "./lanectl.ts";

const HOUR = 3_600_000;
const at = (ageMs = 0) => isoUtc(Date.now() - ageMs);
const list = (version: number, records: Clearance[], more: object = {}) => ({
  site: SITE,
  version,
  at: at(),
  records,
  ...more,
});
const changes = (version: number, upsert: Clearance[], remove: string[] = []) => ({
  site: SITE,
  version,
  at: at(),
  upsert,
  remove,
});
const lines = (...contents: object[]) => contents.map((one) => `${signedText(JSON.stringify(one))}\n`).join("");

/** A lane that holds three clearances and takes every list that it is given, or refuses it. */
async function lane(t: TestContext, refused: string | null = null) {
  const folder = temporaryFolder(t);
  const path = join(folder, "lane.db");
  const { store } = openStore(path);
  const suspended: Clearance = {
    ...clearance("CL-2", 1, "12C01234"),
    holds: [{ kind: "SUSPENDED", since: "2026-01-05T02:00:00Z", by: "customs" }],
  };
  commit(store, {
    clearances: {
      replace: { version: 3, records: [clearance("CL-1"), suspended, clearance("CL-3")], receivedAtUtc: 1 },
    },
  });
  const use = { clearance: "CL-1", use: "consumed", passage: "P7", seq: 1, hash: "a".repeat(64), utcMs: 1 } as const;
  commit(store, { neighbour: { lane: "lane-2", through: 1, uses: [use] } });
  commit(store, { clearances: { consumption: [{ id: "CL-3", consumption: "reserved", passage: "P9" }] } });
  const posted: Extract<ToControl, { type: "clearance-snapshot" }>[] = [];
  const rejected: string[] = [];
  const imports = new ImportDesk({
    site: SITE,
    lane: LANE,
    trust: [KEYS],
    maxAgeMs: 24 * HOUR,
    clock,
    rejections: new Rejections(clock, ({ source, code, detail }) => rejected.push(`${source} ${code}: ${detail}`)),
    post: (message) => {
      if (message.type !== "clearance-snapshot") return;
      posted.push(message);
      const importId = message.imported?.importId ?? "";
      const { version } = message;
      queueMicrotask(() => imports.settled({ type: "clearance-import-outcome", importId, version, refused }));
    },
  });
  const socket = join(folder, "lane.sock");
  const archivePath = join(folder, "clearances.ndjson");
  const api = new LaneApi({
    socketPath: socket,
    snapshot: () => ({ ...SNAPSHOT, clearances: { ...SNAPSHOT.clearances, ladder: "stale" } }),
    reader: JournalReader.open(path),
    clearances: { list: ClearanceList.open(path), imports, archivePath },
  });
  await api.start();
  t.after(async () => {
    await api.stop();
    store.close();
  });
  const run = (...args: string[]) => lanectl(["--socket", socket, ...args]);
  const take = (content: string, name = "list.ndjson") => {
    writeFileSync(join(folder, name), content);
    return run("clearance", "import", join(folder, name));
  };
  return { folder, run, take, posted, rejected, archivePath };
}

test("the list, a part of it, and one clearance with who used it", async (t) => {
  const { run } = await lane(t);
  const all = (await run("clearance", "list")).stdout;
  assert.match(all, /CL-1 .*consumed elsewhere\n.*CL-2 .*SUSPENDED\n.*CL-3 .*reserved\n/);
  const part = (await run("clearance", "list", "--text", "12C01234")).stdout;
  assert.match(part, /^CL-2 [^\n]*\n$/);
  assert.match((await run("clearance", "list", "--after", "CL-2", "-n", "5")).stdout, /^CL-3 [^\n]*\n$/);
  assert.match((await run("clearance", "show", "CL-1")).stdout, /used +consumed by lane-2\/P7/);
  assert.match((await run("clearance", "show", "CL-2")).stdout, /holds +SUSPENDED by customs/);
  assert.equal((await run("clearance", "show", "CL-9")).code, 1);
  assert.match((await run("status")).stdout, /clearances .*STALE/);
});

test("a signed file is taken: a list, and the changes that follow it", async (t) => {
  const { take, posted, rejected } = await lane(t);
  const file = lines(list(5, [clearance("A"), clearance("B")]), changes(6, [clearance("C")], ["A"]));
  const done = await take(file);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /taken: version 6, 2 clearances/);
  assert.deepEqual(
    posted.map(({ version, records }) => [version, records.map(({ id }) => id)]),
    [[6, ["B", "C"]]],
  );
  assert.deepEqual(rejected, []);
});

test("B39, T7: a file that is cut off, old, foreign, altered or out of order is refused with the reason, and reported", async (t) => {
  const { take, posted, rejected } = await lane(t);
  const good = list(5, [clearance("A")]);
  const stranger = generateKeys(KEYS.kid);
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["too old", lines({ ...good, at: at(25 * HOUR) }), /older than the policy allows/],
    ["of the future", lines({ ...good, at: at(-HOUR) }), /in the future/],
    ["of another site", lines({ ...good, site: "tan-thanh" }), /another site/],
    ["of a stranger", signedText(JSON.stringify(good), stranger), /MESSAGE_UNSIGNED/],
    ["altered", lines(good).replace(/.{4}"}\n$/, 'AAAA"}\n'), /MESSAGE_UNSIGNED/],
    ["not signed", JSON.stringify(good), /MESSAGE_SCHEMA/],
    ["no list at all", "open sesame", /MESSAGE_NOT_JSON/],
    ["nothing", "", /the file is empty/],
    ["cut off in its last line", lines(good).slice(0, -30), /MESSAGE_NOT_JSON/],
    ["changes first", lines(changes(6, [])), /MESSAGE_SCHEMA/],
    ["a change missing", lines(good, changes(7, [])), /after version 5 are not those that follow/],
  ];
  for (const [why, content, reason] of cases) {
    const { code, stderr } = await take(content);
    assert.equal(code, 1, why);
    assert.match(stderr, reason, why);
  }
  assert.deepEqual(posted, []);
  assert.equal(rejected.length, cases.length);
  assert.ok(rejected.every((line) => line.startsWith("clearance file MESSAGE_")));
});

test("what the lane itself refuses is said with its reason", async (t) => {
  const { take, rejected } = await lane(t, "clearance list 2 is not newer than 3");
  const { code, stderr } = await take(lines(list(2, [])));
  assert.equal(code, 1);
  assert.match(stderr, /not newer than 3/);
  assert.equal(rejected.length, 1);
});

test("B28: what was received is exported as it was signed, to a new file only, and another lane takes it", async (t) => {
  const { folder, run, archivePath } = await lane(t);
  const file = join(folder, "out.ndjson");
  assert.equal((await run("clearance", "export", "-o", file)).code, 1, "nothing was received yet");
  const archive = new ListArchive(archivePath);
  const [one, two, three] = [list(5, [clearance("A")]), changes(6, [clearance("B")]), changes(9, [])];
  const keep = (kind: "clearance-snapshot" | "clearance-delta", message: object) =>
    archive.keep({ kind, message } as never, Buffer.from(signedText(JSON.stringify(message))));
  keep("clearance-delta", changes(4, []));
  keep("clearance-snapshot", one);
  keep("clearance-delta", two);
  keep("clearance-snapshot", { ...one, version: 6 });
  keep("clearance-delta", three);
  await archive.settled();
  assert.equal(readFileSync(archivePath, "utf8"), lines(one, two));
  const done = await run("clearance", "export", "-o", file);
  assert.match(done.stdout, /2 signed messages/);
  for (const place of [file, join(folder, "no-such-folder", "out.ndjson")]) {
    const refused = await run("clearance", "export", "-o", place);
    assert.equal(refused.code, 2, place);
    assert.match(refused.stderr, /cannot be written: .*name a file that does not exist yet/);
  }
  const other = await lane(t);
  assert.equal((await other.take(readFileSync(file, "utf8"))).code, 0);
  assert.deepEqual(
    other.posted[0]?.records.map(({ id }) => id),
    ["A", "B"],
  );
});
