import assert from "node:assert/strict";
import type { Device } from "#contract/device";
import type { Check, Measured, Need, Rig } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";

/** A reader of identifiers or seals, and what it may see, in the words of these checks. */
export interface ReaderRig extends Rig {
  /** Not started. At a simulator: repeats after 400 ms, tells at most 20 a second, misses the heartbeat after 300 ms. */
  readonly device: Device;
  readonly plant: {
    powerOn(): Promise<void>;
    powerOff(): Promise<void>;
    /** Cuts the connection, or mends it. */
    setCut(cut: boolean): void;
    /** The reader keeps its connection and says nothing. */
    setSilent(silent: boolean): void;
    /** Lets the reader see things number `from` to `from + count - 1`, and nothing else; at a device, some one thing. */
    show(from: number, count: number): Promise<void> | void;
    sendRaw(bytes: Uint8Array): void;
  };
  /** Numbers of the things that were told, in order; at a device, one for each finding. */
  seen(): number[];
}

type Body = (rig: ReaderRig, measured: Measured) => Promise<void>;
type Make = (name: string, needs: readonly Need[], run: Body) => Check<ReaderRig>;

/** What every reader must do, whatever it reads. @param about `id-reader` or `seal-reader`. */
export function readerChecks(about: "id-reader" | "seal-reader"): readonly Check<ReaderRig>[] {
  const check: Make = (name, needs, run) => ({ name, about, needs, run });
  return [...findings(check), ...crowds(check), ...faults(check), ...misfits(check)];
}

async function startHealthy(rig: ReaderRig): Promise<number> {
  const began = performance.now();
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
  return performance.now() - began;
}

const findings = (check: Make): Check<ReaderRig>[] => [
  check("is healthy soon after the start, under its own device id, and stops twice", [], async (rig, measured) => {
    measured("start to healthy", await startHealthy(rig), "ms");
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
  }),

  check("tells what it sees, under its own device id", ["hands"], async (rig) => {
    await startHealthy(rig);
    await rig.plant.show(1, 1);
    await eventually("told", () => rig.seen().length > 0);
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
  }),

  check("tells what it sees, once, and again only after a while", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await rig.plant.show(7, 1);
    await eventually("told", () => rig.seen().length === 1);
    await letPass(150);
    assert.deepEqual(rig.seen(), [7], "once, though it is read many times a second");
    await eventually("told again", () => rig.seen().length === 2);
    assert.deepEqual(rig.seen(), [7, 7]);
  }),

  check("tells several things that are there together", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await rig.plant.show(1, 3);
    await eventually("all told", () => new Set(rig.seen()).size === 3);
  }),
];

const crowds = (check: Make): Check<ReaderRig>[] => [
  check(
    "B33 500 things in one second are not told, and the reader says that it drops some",
    ["simulator"],
    async (rig) => {
      await startHealthy(rig);
      await rig.plant.show(0, 500);
      await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
      assert.equal(rig.recorder.health?.state, "degraded");
      const before = rig.seen().length;
      await letPass(1000);
      assert.ok(rig.seen().length - before <= 45, `${rig.seen().length - before} told in about a second`);
      await rig.plant.show(0, 1);
      await eventually("healthy again", () => rig.recorder.healthy);
    },
  ),

  check("posts nothing after the stop", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await rig.plant.show(1, 1);
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
  }),
];

const faults = (check: Make): Check<ReaderRig>[] => [
  check("raises TIMEOUT when the heartbeat fails, and recovers by itself", ["simulator"], async (rig) => {
    await startHealthy(rig);
    rig.plant.setSilent(true);
    await eventually("fault TIMEOUT", () => rig.recorder.fault === "TIMEOUT");
    assert.equal(rig.recorder.health?.state, "down");
    rig.plant.setSilent(false);
    await eventually("healthy again", () => rig.recorder.healthy);
  }),

  check("raises OFFLINE on a cut link, and recovers by itself", ["wire"], async (rig, measured) => {
    await startHealthy(rig);
    const began = performance.now();
    rig.plant.setCut(true);
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    measured("link cut to the fault raised", performance.now() - began, "ms");
    rig.plant.setCut(false);
    await eventually("healthy again", () => rig.recorder.healthy);
    if (!rig.simulated) return;
    await rig.plant.show(5, 1);
    await eventually("told", () => rig.seen().at(-1) === 5);
  }),

  check("starts without its reader, says so once, and begins to work when it appears", ["wire"], async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.events.length, 1);
    if (rig.simulated) await rig.plant.show(3, 1);
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    if (rig.simulated) await eventually("told", () => rig.seen().includes(3));
  }),
];

const misfits = (check: Make): Check<ReaderRig>[] =>
  (
    [
      ["a line without end", Buffer.alloc(200_000, 0x41)],
      ["bytes that are no text", Buffer.from("c328fffe0d0a", "hex")],
      ["a storm of 0xFF", Buffer.alloc(100_000, 0xff)],
    ] as const
  ).map(([name, bytes]) =>
    check(`B40 ${name} is PROTOCOL, tells nothing, and what follows is read again`, ["simulator"], async (rig) => {
      await startHealthy(rig);
      rig.plant.sendRaw(bytes);
      await eventually("fault PROTOCOL", () =>
        rig.recorder.of("health").some((one) => one.health.fault?.code === "PROTOCOL"),
      );
      assert.deepEqual(rig.seen(), []);
      rig.plant.sendRaw(Buffer.from("\r\n"));
      await rig.plant.show(9, 1);
      await eventually("told", () => rig.seen().includes(9));
      await eventually("healthy again", () => rig.recorder.healthy);
    }),
  );
