import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { isLaneError } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import type { Explanation } from "#edge/api/explanation";
import type { ChainCheck } from "#edge/api/journal-source";
import { LaneApi } from "#edge/api/lane-api";
import type { PassageSummary } from "#edge/api/passage-summary";
import { JournalReader } from "#store/journal-reader";
import { ENTRIES, EVIDENCE, HELD, PASSED, SNAPSHOT, sampleApi, sampleJournal } from "./sample-lane.ts";

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

interface Failure {
  readonly message: string;
}

interface Page {
  readonly head: { readonly seq: number };
  readonly entries: readonly JournalEntry[];
}

function ask<Body>(socketPath: string, path: string, method = "GET"): Promise<Answer<Body>> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    call.once("error", reject);
    call.end();
  });
}

test("shows the last reported state", async (t) => {
  const { socketPath } = await sampleApi(t);
  assert.deepEqual(await ask(socketPath, "/status"), { status: 200, body: SNAPSHOT });
  assert.deepEqual((await ask(socketPath, "/devices")).body, SNAPSHOT.devices);
  assert.deepEqual((await ask(socketPath, "/healthz")).body, { ok: true, lane: "lane-1", boot: SNAPSHOT.boot });
});

test("says so while the lane has not reported yet", async (t) => {
  const { socketPath } = await sampleApi(t, null);
  for (const path of ["/status", "/devices", "/healthz"]) {
    const { status, body } = await ask<Failure>(socketPath, path);
    assert.equal(status, 503);
    assert.match(body.message, /not reported/);
  }
});

test("lists passages, newest first", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { body } = await ask<readonly PassageSummary[]>(socketPath, "/passages");
  assert.deepEqual(
    body.map(({ passage, verdict, result }) => [passage, verdict, result]),
    [
      [HELD, "HOLD", null],
      [PASSED, "PASS", "PASSED"],
    ],
  );
  assert.equal(body[0]?.plate, "桂A12345");
  assert.equal((await ask<readonly unknown[]>(socketPath, "/passages?limit=1")).body.length, 1);
});

test("explains a passage from its entries", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { body } = await ask<Explanation>(socketPath, `/passages/${HELD}/explain`);
  assert.deepEqual((await ask(socketPath, "/passages/last/explain")).body, body);
  assert.deepEqual(
    body.reads.map(({ device, text, problem }) => [device, text, problem]),
    [
      ["front", "桂A12345", null],
      ["side", "MSCU1234566", null],
      ["rear", null, "OFFLINE: no answer"],
      ["front:onboard", "桂A12345\u001b[31m", null],
    ],
  );
  assert.equal(body.reads[0]?.evidence, EVIDENCE);
  assert.equal(body.weighings[0]?.grossKg, 38_460);
  assert.deepEqual(
    body.decisions.map(({ record, revoked }) => [record.verdict, revoked]),
    [
      ["PASS", "the clearance was suspended"],
      ["HOLD", null],
    ],
  );
  assert.equal(body.phase, "hold");
  assert.equal(body.result, null);
});

test("explains what the boom did", async (t) => {
  const { socketPath } = await sampleApi(t);
  const { body } = await ask<Explanation>(socketPath, `/passages/${PASSED}/explain`);
  assert.equal(body.commands.length, 1);
  assert.equal(body.commands[0]?.command, "raise-boom");
  assert.equal(body.commands[0]?.outcome, "done, limit switch");
  assert.equal(body.result, "PASSED");
});

test("gives the entries of a passage, pages of the journal, and its end", async (t) => {
  const { socketPath } = await sampleApi(t);
  assert.equal((await ask<readonly unknown[]>(socketPath, `/passages/${PASSED}`)).body.length, 5);
  const page = (await ask<Page>(socketPath, "/journal?after=3&limit=2")).body;
  assert.deepEqual(
    page.entries.map(({ seq }) => seq),
    [4, 5],
  );
  assert.equal(page.head.seq, ENTRIES);
  assert.deepEqual((await ask<Page>(socketPath, `/journal?after=${ENTRIES}`)).body.entries, []);
  const tail = (await ask<Page>(socketPath, "/journal/tail?n=3")).body.entries;
  assert.deepEqual(
    tail.map(({ seq }) => seq),
    [ENTRIES - 2, ENTRIES - 1, ENTRIES],
  );
});

test("checks the chain, and answers everybody who asks meanwhile", async (t) => {
  const { socketPath } = await sampleApi(t);
  const answers = await Promise.all([1, 2, 3].map(() => ask<ChainCheck>(socketPath, "/journal/verify")));
  for (const { body } of answers) {
    assert.equal(body.ok, true);
    assert.equal(body.entries, ENTRIES);
  }
});

test("refuses what it does not know", async (t) => {
  const { socketPath } = await sampleApi(t);
  for (const [path, method, status] of [
    ["/nowhere", "GET", 404],
    ["/passages/none", "GET", 404],
    ["/passages/none/explain", "GET", 404],
    ["/passages?limit=0", "GET", 400],
    ["/passages?limit=1001", "GET", 400],
    ["/journal?after=-1", "GET", 400],
    ["/journal?after=a", "GET", 400],
    [`/passages/${"x".repeat(65)}`, "GET", 400],
    ["/status", "POST", 404],
    ["/status", "DELETE", 404],
  ] as const) {
    const answer = await ask<Failure>(socketPath, path, method);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.equal(typeof answer.body.message, "string");
  }
});

test("only owner and group may connect", async (t) => {
  const { socketPath } = await sampleApi(t);
  assert.equal(statSync(socketPath).mode & 0o777, 0o660);
});

test("leaves the umask of the process as it was", async (t) => {
  const before = process.umask(0o022);
  t.after(() => void process.umask(before));
  await sampleApi(t);
  assert.equal(process.umask(), 0o022);
});

test("takes the place of a daemon that died", async (t) => {
  const { folder, database } = sampleJournal(t);
  const socketPath = join(folder, "lane.sock");
  leaveStaleSocket(socketPath);
  const api = new LaneApi({ socketPath, snapshot: () => SNAPSHOT, reader: JournalReader.open(database) });
  t.after(() => api.stop());
  await api.start();
  assert.equal((await ask(socketPath, "/healthz")).status, 200);
});

test("does not push a living daemon aside", async (t) => {
  const { socketPath, database } = await sampleApi(t);
  const second = new LaneApi({ socketPath, snapshot: () => null, reader: JournalReader.open(database) });
  t.after(() => second.stop());
  await assert.rejects(second.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
  await second.stop();
  assert.equal((await ask(socketPath, "/status")).status, 200, "the first one still answers");
});

test("removes nothing that is not a socket", async (t) => {
  const { folder, database } = sampleJournal(t);
  const kept = join(folder, "kept");
  writeFileSync(kept, "evidence");
  const link = join(folder, "link");
  symlinkSync(kept, link);
  for (const socketPath of [kept, link]) {
    const api = new LaneApi({ socketPath, snapshot: () => null, reader: JournalReader.open(database) });
    t.after(() => api.stop());
    await assert.rejects(api.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
    await api.stop();
    assert.ok(existsSync(socketPath));
  }
});

test("stops with a client that never finishes, removes the socket, and may be stopped again", async (t) => {
  const { api, socketPath } = await sampleApi(t);
  const idle = createConnection(socketPath);
  await new Promise((resolve) => idle.once("connect", resolve));
  idle.on("error", () => undefined);
  idle.write("GET /status HTTP/1.1\r\nHost: x\r\n");
  await api.stop();
  await api.stop();
  assert.ok(!existsSync(socketPath));
});

/** A socket file that nobody listens on: a process that binds it and dies without cleaning up. */
function leaveStaleSocket(path: string): void {
  const program = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"));`;
  spawnSync(process.execPath, ["-e", program]);
  assert.ok(existsSync(path), "the stale socket was not made");
}
