import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Device } from "#contract/device";
import { eventually, letPass } from "./eventually.ts";
import type { Recorder } from "./recorder.ts";

/** A reader of identifiers or seals, and what it may see, in the words of this suite. */
export interface ReaderRig {
  /** Not started. Repeats a finding after 400 ms, tells at most 20 a second, misses the heartbeat after 300 ms. */
  readonly device: Device;
  readonly recorder: Recorder;
  readonly plant: {
    powerOn(): Promise<void>;
    powerOff(): Promise<void>;
    /** Cuts the connection. */
    drop(): void;
    /** The reader keeps its connection and says nothing. */
    setSilent(silent: boolean): void;
    /** Lets the reader see things number `from` to `from + count - 1`, and nothing else. */
    show(from: number, count: number): void;
    sendRaw(bytes: Uint8Array): void;
  };
  /** Numbers of the things that were told, in order. */
  seen(): number[];
}

type RigTest = (name: string, body: (rig: ReaderRig) => Promise<void>) => void;

/** What every reader must do, whatever it reads. */
export function readerContract(family: string, build: () => Promise<ReaderRig>): void {
  // Each test has its own rig, so that they can wait side by side.
  describe(`reader contract: ${family}`, { concurrency: 4 }, () => {
    const test: RigTest = (name, body) =>
      it(name, async () => {
        const rig = await build();
        try {
          await body(rig);
        } finally {
          await rig.device.stop();
          await rig.plant.powerOff();
        }
      });
    findingTests(test);
    faultTests(test);
  });
}

async function startHealthy(rig: ReaderRig): Promise<void> {
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
}

function findingTests(test: RigTest): void {
  test("tells what it sees, once, and again only after a while", async (rig) => {
    await startHealthy(rig);
    rig.plant.show(7, 1);
    await eventually("told", () => rig.seen().length === 1);
    await letPass(150);
    assert.deepEqual(rig.seen(), [7], "once, though it is read many times a second");
    await eventually("told again", () => rig.seen().length === 2);
    assert.deepEqual(rig.seen(), [7, 7]);
  });

  test("tells several things that are there together", async (rig) => {
    await startHealthy(rig);
    rig.plant.show(1, 3);
    await eventually("all told", () => new Set(rig.seen()).size === 3);
  });

  test("tells under its own device id, with both clocks", async (rig) => {
    await startHealthy(rig);
    rig.plant.show(1, 1);
    await eventually("told", () => rig.seen().length > 0);
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
  });

  test("B33 500 things in one second are not told, and the reader says that it drops some", async (rig) => {
    await startHealthy(rig);
    rig.plant.show(0, 500);
    await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
    assert.equal(rig.recorder.health?.state, "degraded");
    const before = rig.seen().length;
    await letPass(1000);
    assert.ok(rig.seen().length - before <= 45, `${rig.seen().length - before} told in about a second`);
    rig.plant.show(0, 1);
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("stops twice, and posts nothing afterwards", async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    rig.plant.show(1, 1);
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
  });
}

function faultTests(test: RigTest): void {
  test("raises TIMEOUT when the heartbeat fails, and recovers by itself", async (rig) => {
    await startHealthy(rig);
    rig.plant.setSilent(true);
    await eventually("fault TIMEOUT", () => rig.recorder.fault === "TIMEOUT");
    assert.equal(rig.recorder.health?.state, "down");
    rig.plant.setSilent(false);
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("raises OFFLINE on a cut link, and recovers by itself", async (rig) => {
    await startHealthy(rig);
    rig.plant.drop();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await eventually("healthy again", () => rig.recorder.healthy);
    rig.plant.show(5, 1);
    await eventually("told", () => rig.seen().at(-1) === 5);
  });

  for (const [name, bytes] of [
    ["a line without end", Buffer.alloc(200_000, 0x41)],
    ["bytes that are no text", Buffer.from("c328fffe0d0a", "hex")],
    ["a storm of 0xFF", Buffer.alloc(100_000, 0xff)],
  ] as const) {
    test(`B40 ${name} is PROTOCOL, tells nothing, and what follows is read again`, async (rig) => {
      await startHealthy(rig);
      rig.plant.sendRaw(bytes);
      await eventually("fault PROTOCOL", () =>
        rig.recorder.of("health").some((one) => one.health.fault?.code === "PROTOCOL"),
      );
      assert.deepEqual(rig.seen(), []);
      rig.plant.sendRaw(Buffer.from("\r\n"));
      rig.plant.show(9, 1);
      await eventually("told", () => rig.seen().includes(9));
      await eventually("healthy again", () => rig.recorder.healthy);
    });
  }

  test("starts without its reader, says so once, and begins to work when it appears", async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.events.length, 1);
    rig.plant.show(3, 1);
    await rig.plant.powerOn();
    await eventually("told", () => rig.seen().includes(3));
  });
}
