import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import type { Explanation } from "#edge/api/explanation";
import { LaneApi } from "#edge/api/lane-api";
import { JournalReader } from "#store/journal-reader";
import { write } from "../config/lane-folder.ts";
import { ENTRIES, HELD, PASSED, SNAPSHOT, sampleApi, sampleJournal } from "../edge/api/sample-lane.ts";
import { commit, draft, openStore } from "../store/support.ts";
import { ROOT } from "../tidy/files.ts";
import { lanectl, lanectlProcess, startLanectl } from "./lanectl.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

test("status shows the lane, and what to look at for a faulty device", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { code, stdout, stderr } = await lanectl(["status", "--socket", socketPath]);
  assert.equal(code, 0, stderr);
  for (const part of [/huu-nghi \/ lane-1/, /mode +auto/, /boom +closed/, /arrival, scale/, /18 acknowledged/]) {
    assert.match(stdout, part);
  }
  assert.match(stdout, /side +camera +down +OFFLINE +no answer from 10\.0\.0\.8\. No connection to the device: check/);
  assert.doesNotMatch(stdout, CONTROL, "no colours without a terminal");
});

test("status --json is the snapshot, also with the socket from the environment or the lane file", async (t) => {
  const { socketPath, folder } = await sampleApi(t);
  const file = write(folder, "lane.yaml", "socket: ./lane.sock\n");
  const runs = await Promise.all([
    lanectl(["--json", "--socket", socketPath, "status"]),
    lanectlProcess(["status", "--json"], { GATELANE_SOCKET: socketPath }),
    lanectl(["status", "--json", "--config", file]),
  ]);
  for (const { code, stdout, stderr } of runs) {
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), SNAPSHOT);
  }
});

test("colours follow FORCE_COLOR and NO_COLOR", async (t) => {
  const { socketPath } = await sampleApi(t);
  const [forced, refused] = await Promise.all([
    lanectlProcess(["status", "--socket", socketPath], { FORCE_COLOR: "1" }),
    lanectlProcess(["status", "--socket", socketPath], { FORCE_COLOR: "1", NO_COLOR: "1" }),
  ]);
  assert.match(forced.stdout, CONTROL);
  assert.doesNotMatch(refused.stdout, CONTROL);
});

test("explain tells what was read, every rule, which one decides, and what would open the gate", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { code, stdout, stderr } = await lanectl(["explain", "last", "--socket", socketPath]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, new RegExp(`Passage ${HELD}`));
  assert.match(stdout, /front +plate +桂A12345 +confidence 0\.91/);
  assert.match(stdout, /side +container +MSCU1234566 +confidence 0\.97, check digit fits/);
  assert.match(stdout, /rear +OFFLINE: no answer/);
  assert.match(stdout, /38460 kg, spread 10 kg/);
  assert.match(stdout, /PASS +CLEARED +taken back: the clearance was suspended/);
  assert.match(stdout, /Decision {2}HOLD {2}PLATE_MISMATCH/);
  assert.match(stdout, /Biển số không khớp/);
  assert.match(stdout, /车牌不符/);
  assert.match(stdout, /FAILS +M2 +The tractor is the one cleared +read 桂A12345, cleared is 29H67890 <- decides/);
  assert.match(stdout, /FAILS +Q2 .*the list is 9 h old$/m);
  assert.match(
    stdout,
    /What would open this gate\n {2}- the tractor is 29H67890\n {2}- the link returns or a list is imported/,
  );
});

test("B29, T20: nothing that a device sent reaches the terminal as a control character", async (t) => {
  const { socketPath } = await sampleApi(t);
  const [text, tail, json] = await Promise.all([
    lanectl(["explain", HELD, "--socket", socketPath]),
    lanectl(["journal", "tail", "--socket", socketPath]),
    lanectl(["explain", HELD, "--json", "--socket", socketPath]),
  ]);
  assert.match(text.stdout, /桂A12345\\x1b\[31m/);
  for (const { stdout } of [text, tail, json]) assert.doesNotMatch(stdout, CONTROL);
  const explanation: Explanation = JSON.parse(json.stdout);
  assert.equal(explanation.reads.at(-1)?.text, "桂A12345\u001b[31m", "JSON keeps the value itself");
});

test("explain of a vehicle that passed shows the boom and the end", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { stdout } = await lanectl(["explain", PASSED, "--socket", socketPath]);
  assert.match(stdout, /Closed .*: PASSED, the vehicle left/);
  assert.match(stdout, /raise-boom +done, limit switch +PASS CLEARED/);
  assert.doesNotMatch(stdout, /What would open/);
});

test("explain of an unknown passage is a no", async (t) => {
  const { socketPath } = await sampleApi(t);
  const [text, json] = await Promise.all([
    lanectl(["explain", "../../etc", "--socket", socketPath]),
    lanectl(["explain", "nobody", "--json", "--socket", socketPath]),
  ]);
  assert.equal(text.code, 1);
  assert.match(text.stderr, /there is no passage/);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.stdout).error.code, "NOT_FOUND");
});

test("passages are a table", async (t) => {
  const { socketPath } = await sampleApi(t);
  const [table, json] = await Promise.all([
    lanectl(["passages", "--socket", socketPath]),
    lanectl(["passages", "-n", "1", "--json", "--socket", socketPath]),
  ]);
  const lines = table.stdout.trimEnd().split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[1] ?? "", new RegExp(`${HELD} +MSCU1234566 +桂A12345 +HOLD +PLATE_MISMATCH +open`));
  assert.match(lines[2] ?? "", new RegExp(`${PASSED}.*PASS +CLEARED +PASSED`));
  assert.equal(JSON.parse(json.stdout).length, 1);
});

test("journal tail shows the newest entries, and one a line with --json", async (t) => {
  const { socketPath } = await sampleApi(t);
  const [text, json] = await Promise.all([
    lanectl(["journal", "tail", "-n", "2", "--socket", socketPath]),
    lanectl(["journal", "tail", "-n", "3", "--json", "--socket", socketPath]),
  ]);
  assert.match(text.stdout, new RegExp(`^ +${ENTRIES - 1} .*decision.made`));
  assert.equal(text.stdout.trimEnd().split("\n").length, 2);
  const seqs = json.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).seq);
  assert.deepEqual(seqs, [ENTRIES - 2, ENTRIES - 1, ENTRIES]);
});

test("journal tail --follow goes on with new entries until Ctrl-C", async (t) => {
  const { socketPath, database } = await sampleApi(t);
  const child = startLanectl(["journal", "tail", "-n", "1", "--follow", "--json", "--socket", socketPath]);
  let seen = "";
  let written = false;
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    seen += chunk;
    if (!written) {
      written = true;
      const { store } = openStore(database);
      commit(store, { drafts: [draft({ fresh: 1 }), draft({ fresh: 2 })] });
      store.close();
    }
    if (seen.includes('"fresh":2')) child.kill("SIGINT");
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0);
  assert.deepEqual(
    seen
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).seq),
    [ENTRIES, ENTRIES + 1, ENTRIES + 2],
  );
});

test("status --watch waits for a daemon that is away and ends with Ctrl-C", async (t) => {
  const { folder, database } = sampleJournal(t);
  const socketPath = join(folder, "lane.sock");
  const child = startLanectl(["status", "--watch", "--json", "--socket", socketPath]);
  const api = new LaneApi({ socketPath, snapshot: () => SNAPSHOT, reader: JournalReader.open(database) });
  t.after(() => api.stop());
  let seen = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const isFirst = seen === "";
    seen += chunk;
    if (isFirst) void api.start();
    if (seen.includes('"site"')) child.kill("SIGINT");
  });
  assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
  const [away, there] = seen.trimEnd().split("\n");
  assert.equal(JSON.parse(away ?? "").error.code, "API_UNREACHABLE");
  assert.deepEqual(JSON.parse(there ?? ""), SNAPSHOT);
});

test("journal verify: a whole chain, with and without the daemon", async (t) => {
  const { socketPath, database } = await sampleApi(t);
  const runs = await Promise.all([
    lanectl(["journal", "verify", "--socket", socketPath]),
    lanectl(["journal", "verify", "--database", database]),
  ]);
  for (const { code, stdout } of runs) {
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^whole: ${ENTRIES} entries, the last is ${ENTRIES} [0-9a-f]{64}`));
  }
});

test("journal verify: a broken chain is a no that names the entry", async (t) => {
  const { socketPath, database } = await sampleApi(t);
  const db = new Database(database);
  db.exec("DROP TRIGGER journal_never_changes");
  db.exec("UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 4");
  db.close();
  const [text, json] = await Promise.all([
    lanectl(["journal", "verify", "--socket", socketPath]),
    lanectl(["journal", "verify", "--database", database, "--json"]),
  ]);
  assert.equal(text.code, 1);
  assert.match(text.stdout, /^broken at entry 4: /);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.stdout).firstBad.seq, 4);
});

test("device list shows every device", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { code, stdout } = await lanectl(["device", "list", "--socket", socketPath]);
  assert.equal(code, 0);
  assert.match(stdout, /^gate +gate +up$/m);
  assert.match(stdout, /^side +camera +down +OFFLINE/m);
});

test("a daemon that is away is exit code 69, with what to do", async (t) => {
  const { folder } = sampleJournal(t);
  const socket = join(folder, "none.sock");
  const [text, json] = await Promise.all([
    lanectlProcess(["status", "--socket", socket]),
    lanectl(["passages", "--json", "--socket", socket]),
  ]);
  assert.equal(text.code, 69);
  assert.equal(text.stdout, "");
  assert.match(text.stderr, /there is no such socket[\s\S]*systemctl status laned[\s\S]*--socket/);
  assert.equal(json.code, 69);
  assert.equal(JSON.parse(json.stdout).error.code, "API_UNREACHABLE");
});

test("a lane that has not reported yet, and a stranger at the socket, are exit code 69", async (t) => {
  const { socketPath, folder } = await sampleApi(t, null);
  const stranger = createServer((_request, response) => response.end("hello"));
  const strangerPath = join(folder, "stranger.sock");
  await new Promise<void>((resolve) => stranger.listen(strangerPath, resolve));
  t.after(() => stranger.close());
  const [early, strange] = await Promise.all([
    lanectl(["status", "--socket", socketPath]),
    lanectl(["status", "--socket", strangerPath]),
  ]);
  assert.equal(early.code, 69);
  assert.match(early.stderr, /not reported/);
  assert.equal(strange.code, 69);
  assert.match(strange.stderr, /not laned/);
});

test("wrong usage is exit code 2", async () => {
  const runs = await Promise.all(
    [
      [],
      ["open"],
      ["journal"],
      ["status", "--wtach"],
      ["explain"],
      ["passages", "-n", "0"],
      ["passages", "-n", "1e3"],
    ].map((args) => lanectl(args)),
  );
  for (const { code, stderr, stdout } of runs) {
    assert.equal(code, 2, stderr);
    assert.notEqual(stderr + stdout, "");
  }
});

test("bin/lanectl.js is the same program, with its exit codes", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "bin", "lanectl.js"), ...args], { encoding: "utf8" });
  assert.match(run("--version").stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(run("no-such-verb").status, 2);
});
