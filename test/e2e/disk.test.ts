import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ChaosLane } from "#bench/chaos/chaos-lane";
import { Traffic } from "#bench/chaos/traffic";
import { ERRNO } from "#bench/faults/shim";
import type { LaneSnapshot } from "#contract/messages";
import { lanectl } from "./lanectl.ts";
import { until } from "./until.ts";

const folder = mkdtempSync(join(tmpdir(), "gatelane-disk-"));
let traffic: Traffic | undefined;
const lane = await ChaosLane.create(folder, (truck, phase) => traffic?.noticed(truck, phase));
await lane.start();
after(async () => {
  await lane.stop();
  lane.disk.unmount();
  rmSync(folder, { recursive: true, force: true });
});

async function statusWhen(what: string, fits: (lane: LaneSnapshot) => boolean): Promise<LaneSnapshot> {
  let last: LaneSnapshot | undefined;
  const look = async () => {
    last = await lane.status();
    return last !== undefined && fits(last) ? last : undefined;
  };
  return await until(what, look, () => JSON.stringify(last));
}

const isReady = ({ mode, link, devices, storage }: LaneSnapshot) =>
  mode === "auto" && link.up && devices.every(({ state }) => state === "up") && storage?.mode === "ok";

/** The first one may be held: a start has to see the weighbridge empty once. */
async function onePasses(): Promise<void> {
  await statusWhen("the lane is ready", isReady);
  assert.ok((await traffic?.send()) === true || (await traffic?.send()) === true, "a truck passes");
}

let waiting: Promise<boolean> | undefined;

/** Breaks the disk and sends a truck; resolves when the lane is down and has said why. */
async function brokenWhile(what: string, fail: () => void): Promise<void> {
  await statusWhen("the lane is ready", isReady);
  const { raised } = lane.hardware.boom;
  fail();
  waiting = traffic?.send();
  let shown = await status();
  await until(what, async () => {
    shown = await status();
    return shown.code === 69 && /the lane is down and nothing is commanded/.test(shown.stderr) ? true : undefined;
  });
  assert.match(shown.stderr, /The database could not be opened, read or written/);
  assert.equal(lane.hardware.boom.raised, raised, "the boom has not moved");
}

const status = () => lanectl(join(folder, "data", "lane.sock"), "status");

const skip = !lane.disk.isMounted ? "only root can mount a small disk" : lane.shim === undefined && "no C compiler";

describe("the disk of a running lane", { skip }, () => {
  test("F7: full: nobody is let through, it is said with what to do, and room ends it", async () => {
    traffic = await Traffic.paint(lane, 5);
    lane.runDaemon();
    await onePasses();
    const { raised } = lane.hardware.boom;
    lane.disk.fill();
    assert.equal(await traffic.send(), false, "held until the driver turned back");
    const { storage } = await statusWhen("the disk is said to be full", (one) => one.storage?.mode === "full");
    assert.match(storage?.advice ?? "", /Make room/);
    assert.equal(lane.hardware.boom.raised, raised);
    const shown = await lanectl(join(folder, "data", "lane.sock"), "status");
    assert.match(shown.stdout, /storage\s+full/);
    lane.disk.free();
    await onePasses();
  });

  test("F5: slow: nobody is let through while a flush takes longer than half a second", async () => {
    const { raised } = lane.hardware.boom;
    lane.shim?.slowFlushes(600);
    assert.equal(await traffic?.send(), false, "held until the driver turned back");
    await statusWhen("the disk is said to be slow", (one) => one.storage?.mode === "slow");
    assert.equal(lane.hardware.boom.raised, raised);
    lane.shim?.slowFlushes(0);
    await onePasses();
  });

  test("F8: read-only: the lane is down and says why, nobody is let through, and it comes back by itself", async () => {
    await brokenWhile("the disk may only be read", () => lane.shim?.failWrites(ERRNO.EROFS));
    lane.shim?.failWrites(0);
    assert.equal(await waiting, true, "the truck that waited passes");
    await statusWhen("the lane is ready", isReady);
  });

  test("F6: a flush that failed is never taken for one that worked: the lane starts anew on what the disk has", async () => {
    await brokenWhile("flushes fail", () => lane.shim?.failFlushes(ERRNO.EIO));
    lane.shim?.failFlushes(0);
    assert.equal(await waiting, true, "the truck that waited passes");
    assert.equal(await lane.verified(), true);
  });

  test("both are on record, and nothing that was promised is lost", async () => {
    const modes = lane
      .entriesAfter(0, 10_000)
      .flatMap(({ type, data }) => (type === "lane.storage" ? [(data as { mode?: string }).mode] : []));
    assert.deepEqual(
      modes.filter((mode, index) => mode !== modes[index - 1]),
      ["full", "ok", "slow", "ok"],
    );
    assert.equal(await lane.verified(), true);
    assert.equal(await lane.stopDaemon(), 0);
  });
});
