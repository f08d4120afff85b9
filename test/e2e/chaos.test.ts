import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Chaos, chaosVerdict } from "#bench/chaos/chaos";

/** The short form of `npm run chaos`: the same mishaps, few kills. */
const KILLS = 3;
const folder = mkdtempSync(join(tmpdir(), "gatelane-chaos-test-"));
const told: string[] = [];
const chaos = new Chaos({ kills: KILLS, seed: 3, folder, progress: (text) => void told.push(text) });

after(async () => {
  await chaos.stop();
  chaos.lane?.disk.unmount();
  rmSync(folder, { recursive: true, force: true });
});

test("a lane that is killed, cut off, filled up and misled loses nothing and moves nothing unasked", async () => {
  const report = await chaos.run();
  const log = join(folder, "laned.log");
  if (!report.ok && existsSync(log)) cpSync(log, join(tmpdir(), "gatelane-chaos-test.log"));
  assert.equal(
    JSON.stringify(chaosVerdict(report)),
    `{"kills":${KILLS},"acknowledgedLost":0,"gaps":0,"duplicatesApplied":0,"chain":"ok","bootMoves":0,"ok":true}`,
    `${JSON.stringify(report)}\n${told.join("\n")}`,
  );
  assert.equal(report.unearnedRaises, 0);
  assert.ok(report.commands > 0, "trucks were let through");
  assert.ok(report.boots > 1, "the lane was started again");
});
