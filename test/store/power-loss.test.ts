import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DiskAndClockShim } from "#bench/faults/shim";
import { CUT_MODES, type DiskChange, RecordedDisk, readWriteLog } from "#bench/faults/write-log";
import { createRandom } from "#bench/scene/random";
import { isLaneError } from "#contract/errors";
import { JournalReader } from "#store/journal-reader";
import { Store } from "#store/store";

/** Cut points of each of the two recordings. */
const CUTS = Number(process.env["GATELANE_POWER_CUTS"] ?? 600);
/** In memory where there is such a place: what a cut has left is opened, never flushed in earnest. */
const PLACES = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const GROUPS = 120;
const CHILD = fileURLToPath(new URL("./power-child.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gatelane-power-"));
const target = join(folder, "disk");
mkdirSync(target);
const isThereCompiler = DiskAndClockShim.build({ folder, target }) !== undefined;
after(() => rmSync(folder, { recursive: true, force: true }));

interface Recording {
  readonly start: ReadonlyMap<string, Buffer>;
  readonly changes: readonly DiskChange[];
}

/** Lets a lane's store write and records all that reaches the disk, and in which order. */
function recorded(boot: string): Recording {
  const start = new Map(readdirSync(target).map((name) => [join(target, name), readFileSync(join(target, name))]));
  const log = join(folder, `${boot}.log`);
  const shim = DiskAndClockShim.build({ folder, target, log });
  assert.ok(shim !== undefined);
  const env = { ...process.env, ...shim.environment };
  const { status, stderr } = spawnSync(process.execPath, [CHILD, target, boot, String(GROUPS)], {
    env,
    encoding: "utf8",
  });
  shim.close();
  assert.equal(status, 0, stderr);
  // The index in memory does not outlive a power cut.
  return {
    start: new Map([...start].filter(([path]) => !path.endsWith("-shm"))),
    changes: readWriteLog(readFileSync(log)),
  };
}

/** What the lane was promised before the cut, from the file in which it was written down. */
function promises({ start, changes }: Recording, count: number): Map<number, string> {
  const isPromise = ({ kind, path }: DiskChange) => kind === "write" && path.endsWith("/promises");
  const before = start.get(join(target, "promises"))?.toString() ?? "";
  const text =
    before +
    changes
      .slice(0, count)
      .filter(isPromise)
      .map(({ data }) => data.toString())
      .join("");
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [Number(line.split(" ")[0]), line.split(" ")[1] ?? ""]));
}

/** Cuts the power at random points; returns how many promised entries are missing or altered afterwards. */
function lostIn(recording: Recording, cuts: number): number {
  const random = createRandom(7);
  const points = Array.from({ length: cuts }, () => random.integer(0, recording.changes.length));
  const disk = new RecordedDisk(recording.changes, recording.start);
  let lost = 0;
  for (const count of points.sort((one, other) => one - other)) {
    disk.advanceTo(count);
    const found = disk.cut(random.pick(CUT_MODES), random);
    lost += lostOf(promises(recording, count), found);
  }
  return lost;
}

/** Opens what a cut has left as the lane would. */
function lostOf(promised: ReadonlyMap<number, string>, found: ReadonlyMap<string, Buffer>): number {
  const place = mkdtempSync(join(PLACES, "gatelane-cut-"));
  for (const [path, content] of found)
    if (!path.endsWith("/promises")) writeFileSync(join(place, basename(path)), content);
  const path = join(place, "lane.db");
  // It verifies the end of the chain and refuses to write behind a damaged one.
  Store.open({ path, boot: "after the cut", startedUtc: 0 }).store.close();
  const reader = JournalReader.open(path);
  let lost = 0;
  for (const [seq, hash] of promised) if (reader.entry(seq)?.hash !== hash) lost += 1;
  reader.close();
  rmSync(place, { recursive: true });
  return lost;
}

describe("F3: the power fails", { skip: !isThereCompiler && "no C compiler" }, () => {
  for (const [name, boot] of [
    ["a fresh database", "boot-1"],
    ["one that was opened again", "boot-2"],
  ] as const) {
    test(`at ${CUTS} points while ${name} is written: no promised entry is lost`, () => {
      const recording = recorded(boot);
      assert.ok(promises(recording, recording.changes.length).size > GROUPS, "it has written");
      const flushes = recording.changes.filter(({ kind }) => kind === "sync").length;
      assert.ok(flushes >= GROUPS, "every group was flushed");
      assert.equal(lostIn(recording, CUTS), 0);
    });
  }

  test("the same search finds what is lost when flushes are left out", () => {
    const all = recorded("boot-3");
    const unflushed = { ...all, changes: all.changes.filter(({ kind }) => kind !== "sync" && kind !== "sync-folder") };
    try {
      assert.ok(lostIn(unflushed, 40) > 0);
    } catch (error) {
      // A database that cannot even be opened has lost everything.
      assert.ok(isLaneError(error), String(error));
    }
  });
});
