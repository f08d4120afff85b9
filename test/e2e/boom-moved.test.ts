import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import type { JournalEntry } from "#contract/journal";
import { EvidenceStore } from "#store/evidence";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, memberOf, textOf } from "./journal.ts";

/** How often the boom is lifted, beside an idle processor and beside a busy one. */
const ROUNDS = 5;

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

/** Lifts the boom by hand and lets it down again. Returns how long after the PLC saw it the lane had it on record. */
async function lifted(): Promise<number> {
  const from = lane.reader.head().seq;
  const began = Date.now();
  lane.hardware.gate.pushBoom(1);
  const entry = await lane.entry("the move on record", moved, from);
  lane.hardware.gate.pushBoom(0);
  await lane.entry("the boom is seen down", closed, entry.seq);
  return entry.utc - began;
}

async function liftedOften(): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await lifted());
  return `on record after ${times.join(", ")} ms`;
}

test("F37 T4 a boom that moves uncommanded is an alarm on record each time, and the lane sends no command", async (t) => {
  t.diagnostic(await liftedOften());
  await lane.statusWhen(
    "the alarm stands",
    ({ alarms }) => alarms?.some(({ code }) => code === "UNCOMMANDED_MOVE") === true,
  );
  const { raise, lower, refused } = lane.hardware.gate.counters;
  assert.deepEqual({ raise, lower, refused }, { raise: 0, lower: 0, refused: 0 });
});

test("T4 the cameras are asked what they see, and their pictures stand in the journal beside the move", async () => {
  const [first] = lane.entries.filter(moved);
  assert.ok(first);
  const asked = (first.data as { captures?: readonly string[] }).captures ?? [];
  assert.equal(asked.length, 2, "front and side");
  for (const captureId of asked) {
    const image = await lane.entry(
      `picture ${captureId}`,
      (entry) => entryOf("read.image")(entry) && memberOf(entry, "event", "captureId") === captureId,
    );
    assert.equal(image.passage, null);
    const { sha256 } = memberOf(image, "event", "evidence") as { sha256: string };
    assert.ok(existsSync(new EvidenceStore({ directory: lane.evidenceDir }).pathOf(sha256)));
  }
  const others = lane.entries.filter(moved).slice(1);
  assert.ok(
    others.some(({ data }) => (data as { captures?: unknown }).captures === undefined),
    "not for each of many",
  );
});

test("F45 with two busy loops beside it the lane sees it, too, and its PLC never misses the watchdog", async (t) => {
  for (const _ of [1, 2]) burners.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  t.diagnostic(await liftedOften());
  assert.ok(lane.hardware.gate.watchdogSeen);
});
