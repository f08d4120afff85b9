import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { JournalReader } from "#store/journal-reader";
import { databasePath } from "./support.ts";

const CHILD = fileURLToPath(new URL("./append-child.ts", import.meta.url));
const ROUNDS = 12;

/** Lets a child append until it was promised `enough` rows, kills it without warning, and returns every promise. */
async function appendAndKill(path: string, enough: number): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [CHILD, path], { stdio: ["ignore", "pipe", "inherit"] });
  const promised = new Map<number, string>();
  let rest = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [seq = "", hash = ""] = line.split(" ");
      promised.set(Number(seq), hash);
    }
    if (promised.size >= enough) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  assert.equal(signal, "SIGKILL", "the child ended by itself");
  return promised;
}

test("F1, F2: kill -9 while it appends loses no promised row and breaks no link", async (t) => {
  const path = databasePath(t);
  let promises = 0;
  let head = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const promised = await appendAndKill(path, 20 + round * 37);
    const reader = JournalReader.open(path);
    for (const [seq, hash] of promised) assert.equal(reader.entry(seq)?.hash, hash, `round ${round}, entry ${seq}`);
    const verification = await reader.verify();
    assert.equal(verification.ok, true, JSON.stringify(verification.firstBad));
    assert.ok(verification.head.seq >= head + promised.size);
    head = verification.head.seq;
    promises += promised.size;
    reader.close();
  }
  assert.ok(promises >= ROUNDS * 20);
});
