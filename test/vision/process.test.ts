import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually, letPass } from "#bench/contract/eventually";
import type { DeviceHealth } from "#contract/device";
import { LaneError } from "#contract/errors";
import { VisionProcess, type VisionProcessOptions } from "#edge/vision/process";
import { paintedJpeg, stored } from "../devices/recogniser/onnx/support.ts";

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));

/** A supervised child whose health is recorded; `reached` waits for a state. */
class Watched {
  readonly vision: VisionProcess;
  readonly history: DeviceHealth[] = [];
  #wake: () => void = () => {};

  constructor(options: VisionProcessOptions = {}) {
    this.vision = new VisionProcess({
      restartFirstMs: 20,
      ...options,
      onHealth: (health) => {
        this.history.push(health);
        this.#wake();
      },
    });
  }

  get faults(): string[] {
    return this.history.flatMap(({ fault }) => (fault === undefined ? [] : [fault.code]));
  }

  async until(reached: (history: readonly DeviceHealth[]) => boolean): Promise<void> {
    while (!reached(this.history)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  up(times = 1): Promise<void> {
    return this.until((history) => history.filter(({ state }) => state === "up").length >= times);
  }
}

const code = (expected: string) => (error: unknown) => error instanceof LaneError && error.code === expected;

/** Sends a signal to the child as it is now. */
function signal({ vision }: Watched, name: NodeJS.Signals): number {
  const { pid } = vision;
  assert.ok(pid !== undefined, "there is no child");
  process.kill(pid, name);
  return pid;
}

/** Whether a process runs; one that has ended and that nobody has waited for yet does not. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

let folder = "";
let painted = { jpegPath: "", sha256: "" };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatelane-vision-"));
  const jpeg = await paintedJpeg(900, 300, [{ text: "MSKU 413532 9", x: 60, y: 180, size: 90 }]);
  painted = await stored(join(folder, "painted.jpg"), jpeg);
});
after(() => rm(folder, { recursive: true }));

const container = () => ({ ...painted, task: "container" as const });

describe("the real child", { timeout: 120_000 }, () => {
  const watched = new Watched();
  before(() => watched.vision.start());
  after(() => watched.vision.stop());

  test("F45 reads a picture, giving way to the lane", async () => {
    const { readings, width, height, modelHash, elapsedMs } = await watched.vision.read(container());
    assert.deepEqual([readings[0]?.text, width, height], ["MSKU4135329", 900, 300]);
    assert.match(modelHash, /^[0-9a-f]{64}$/);
    assert.ok(elapsedMs > 0);
    assert.equal(getPriority(watched.vision.pid), 10);
  });

  test("answers errors in its pictures and goes on", async () => {
    const bad = await stored(join(folder, "bad.jpg"), Buffer.from("not a picture"));
    await assert.rejects(watched.vision.read({ ...bad, task: "plate" }), code("IMAGE_INVALID"));
    await assert.rejects(watched.vision.read({ ...container(), sha256: "0".repeat(64) }), code("IMAGE_INVALID"));
    assert.equal((await watched.vision.read(container())).readings.length, 1);
    assert.deepEqual(watched.faults, []);
  });

  test("killed while it reads, it fails that read, and the next child serves those that waited", async () => {
    const interrupted = watched.vision.read(container());
    const waiting = watched.vision.read(container());
    const killed = signal(watched, "SIGKILL");
    await assert.rejects(interrupted, code("VISION_DOWN"));
    assert.equal((await waiting).readings[0]?.text, "MSKU4135329");
    assert.notEqual(watched.vision.pid, killed);
    assert.deepEqual(watched.faults, ["VISION_DOWN"]);
    assert.equal(watched.history.at(-1)?.state, "up");
  });
});

describe("a child without its parent", { timeout: 60_000 }, () => {
  test("ends, but not by a signal meant for the parent", async () => {
    const parent = spawn(process.execPath, [program("parent")], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(line);
    process.kill(pid, "SIGTERM");
    process.kill(pid, "SIGINT");
    await letPass(100);
    assert.ok(isAlive(pid));
    parent.kill("SIGKILL");
    await eventually("the child ends", () => !isAlive(pid));
  });
});

describe("F42 a child that hangs", { timeout: 60_000 }, () => {
  const watched = new Watched({ program: program("greedy"), deadlineMs: 1500 });
  before(async () => {
    await watched.vision.start();
    await watched.up();
  });
  after(() => watched.vision.stop());

  test("F42 is killed at the deadline and replaced", async () => {
    const hung = signal(watched, "SIGSTOP");
    await assert.rejects(watched.vision.read(container()), code("VISION_TIMEOUT"));
    await watched.up(2);
    assert.throws(() => process.kill(hung, 0), /ESRCH/);
    assert.deepEqual(watched.faults, ["VISION_TIMEOUT"]);
    const { modelHash } = await watched.vision.read(container());
    assert.equal(modelHash, String(watched.vision.pid));
  });

  test("costs one child, however many reads waited behind", async () => {
    signal(watched, "SIGSTOP");
    const running = watched.vision.read(container());
    const waiting = watched.vision.read(container());
    await assert.rejects(running, code("VISION_TIMEOUT"));
    await assert.rejects(waiting, code("VISION_TIMEOUT"));
    await watched.up(3);
    assert.deepEqual(watched.faults, ["VISION_TIMEOUT", "VISION_TIMEOUT"]);
  });
});

describe("F43 children that fail", { timeout: 60_000 }, () => {
  test("one that never becomes ready is replaced", async () => {
    const watched = new Watched({ program: program("silent"), startMs: 150 });
    await watched.vision.start();
    await watched.until((history) => history.length >= 2);
    assert.deepEqual(watched.faults.slice(0, 2), ["VISION_TIMEOUT", "VISION_TIMEOUT"]);
    await watched.vision.stop();
  });

  test("F43 after three failures in a row reads are refused at once", async () => {
    const watched = new Watched({ program: program("stillborn"), restartMaxMs: 40 });
    await watched.vision.start();
    // Waits through the first failures, and is let go with the third.
    await assert.rejects(watched.vision.read(container()), code("VISION_DOWN"));
    assert.ok(watched.history.length >= 3);
    await assert.rejects(watched.vision.read(container()), code("VISION_DOWN"));
    assert.match(watched.history.at(-1)?.fault?.detail ?? "", /code 3/);
    await watched.vision.stop();
  });

  test("one that dies of every request fails only the request it died of", async () => {
    const watched = new Watched({ program: program("crashing") });
    await watched.vision.start();
    const reads = [watched.vision.read(container()), watched.vision.read(container())];
    const outcomes = await Promise.allSettled(reads);
    assert.ok(outcomes.every(({ status }) => status === "rejected"));
    assert.equal(watched.faults.length, 2);
    await watched.vision.stop();
  });

  test("an altered model is reported as such, to the waiting read too", async () => {
    const watched = new Watched({ program: program("altered-model") });
    await watched.vision.start();
    await assert.rejects(watched.vision.read(container()), code("MODEL_INVALID"));
    assert.equal(watched.history[0]?.fault?.code, "MODEL_INVALID");
    assert.match(watched.history[0]?.fault?.detail ?? "", /another SHA-256/);
    await assert.rejects(watched.vision.read(container()), code("MODEL_INVALID"));
    await watched.vision.stop();
  });

  test("F44 one that grows too large is replaced between two reads", async () => {
    const watched = new Watched({ program: program("greedy"), maxResidentBytes: 2_500_000 });
    await watched.vision.start();
    const children = new Set<string>();
    for (let i = 0; i < 7; i++) children.add((await watched.vision.read(container())).modelHash);
    assert.equal(children.size, 3);
    assert.deepEqual(watched.history, [{ state: "up" }], "a planned replacement is no fault");
    await watched.vision.stop();
  });

  test("one that babbles is listened to only where it makes sense", async () => {
    const watched = new Watched({ program: program("babbling") });
    await watched.vision.start();
    for (let i = 0; i < 3; i++) assert.equal((await watched.vision.read(container())).modelHash, "f");
    assert.deepEqual(watched.faults, []);
    await watched.vision.stop();
  });
});

describe("the queue", { timeout: 60_000 }, () => {
  test("is bounded", async () => {
    const watched = new Watched({ program: program("silent"), queueLimit: 3 });
    await watched.vision.start();
    const waiting = [1, 2, 3].map(() => watched.vision.read(container()));
    const settled = Promise.allSettled(waiting);
    await assert.rejects(watched.vision.read(container()), /too many reads wait/);
    await watched.vision.stop();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
  });

  test("lets a read that waited too long go without harming the child", async () => {
    const watched = new Watched({ program: program("silent"), deadlineMs: 200 });
    await watched.vision.start();
    const { pid } = watched.vision;
    await assert.rejects(watched.vision.read(container()), code("VISION_TIMEOUT"));
    assert.equal(watched.vision.pid, pid);
    await watched.vision.stop();
  });
});

describe("starting and stopping", { timeout: 60_000 }, () => {
  test("reads are refused before the start and after the stop; both may be called twice", async () => {
    const watched = new Watched({ program: program("greedy") });
    await assert.rejects(watched.vision.read(container()), code("VISION_DOWN"));
    await watched.vision.stop();
    await watched.vision.start();
    await watched.vision.start();
    await watched.up();
    const { pid } = watched.vision;
    assert.ok(pid !== undefined);
    await watched.vision.stop();
    await watched.vision.stop();
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    await assert.rejects(watched.vision.read(container()), code("VISION_DOWN"));
    assert.deepEqual(
      watched.history.map(({ state }) => state),
      ["up"],
    );
  });

  test("can be started again", async () => {
    const watched = new Watched({ program: program("greedy") });
    await watched.vision.start();
    await watched.vision.stop();
    await watched.vision.start();
    assert.deepEqual((await watched.vision.read(container())).readings, []);
    assert.equal(watched.history.at(-1)?.state, "up");
    await watched.vision.stop();
  });
});
