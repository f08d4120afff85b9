import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import type { JournalEntry } from "#contract/journal";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, memberOf, textOf } from "./journal.ts";

const ROUNDS = 7;
/** From the limit switch to the entry in the journal, milliseconds. */
const LIMIT_MS = 200;

let lane: BenchLane;
const burners: ChildProcess[] = [];

before(async () => {
  lane = await BenchLane.running([]);
});
afterEach(() => {
  for (const burner of burners.splice(0)) burner.kill("SIGKILL");
});
after(() => lane?.close());

const moved = (entry: JournalEntry) => entryOf("barrier.fault")(entry) && textOf(entry, "code") === "UNCOMMANDED_MOVE";

const closed = (entry: JournalEntry) => memberOf(entry, "event", "inputs", "boomClosed") === true;

/** Lifts the boom by hand and lets it down again, and returns how long the lane took to say so. */
async function lifted(): Promise<number> {
  const from = lane.reader.head().seq;
  const began = Date.now();
  lane.hardware.gate.pushBoom(1);
  const entry = await lane.entry("the move on record", moved, from);
  lane.hardware.gate.pushBoom(0);
  await lane.entry("the boom is seen down", closed, entry.seq);
  return entry.utc - began;
}

async function typical(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await lifted());
  return times.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

test("F37 T4 a boom that moves uncommanded is an alarm on record within 200 ms, and the lane sends no command", async (t) => {
  const ms = await typical();
  t.diagnostic(`${ms} ms`);
  assert.ok(ms <= LIMIT_MS, `${ms} ms`);
  await lane.statusWhen(
    "the alarm stands",
    ({ alarms }) => alarms?.some(({ code }) => code === "UNCOMMANDED_MOVE") === true,
  );
  const { raise, lower, refused } = lane.hardware.gate.counters;
  assert.deepEqual({ raise, lower, refused }, { raise: 0, lower: 0, refused: 0 });
});

test("F45 with two busy loops beside it the lane is as quick", async (t) => {
  for (const _ of [1, 2]) burners.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  const ms = await typical();
  t.diagnostic(`${ms} ms`);
  assert.ok(ms <= LIMIT_MS, `${ms} ms`);
});
