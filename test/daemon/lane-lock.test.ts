import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isLaneError } from "#contract/errors";
import { lockLane } from "#daemon/lane-lock";

const folder = mkdtempSync(join(tmpdir(), "gatelane-lock-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const refused = (holder: number | undefined = process.ppid) => {
  assert.throws(
    () => lockLane(folder, 0),
    (error) => isLaneError(error, "LANE_RUNNING") && error.detail.startsWith(`process ${holder} runs the lane`),
  );
};

test("a lane is locked once, and can be locked again when it was given back", () => {
  const unlock = lockLane(folder, 0);
  refused();
  unlock();
  lockLane(folder, 0)();
});

test("the lock of a process that is killed ends with it", async () => {
  const program = `
    const { lockLane } = await import("#daemon/lane-lock");
    lockLane(process.argv[1], 0);
    process.stdout.write("locked");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: new URL("../..", import.meta.url),
  });
  try {
    assert.ok(child.stdout !== null);
    await once(child.stdout, "data");
    refused(process.pid);
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
  lockLane(folder, 0)();
});
