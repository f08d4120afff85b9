import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GateCommand, GateDevice, GateInputs } from "#contract/device";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { eventually, letPass } from "./eventually.ts";
import type { Recorder } from "./recorder.ts";

export type GatePlantFault = "exception" | "silence" | "late" | "wrong-echo" | "garbage" | "drop";

/** The simulated hardware on the other end of the wire, in the words of this suite. */
export interface GatePlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  reboot(): void;
  setInputs(changes: Partial<GateInputs>): void;
  /** The program stops while the wire goes on answering. */
  setFrozen(frozen: boolean): void;
  misbehave(fault: GatePlantFault, on: "reads" | "writes"): void;
  behave(): void;
  readonly boomPosition: number;
  readonly lights: { readonly entry: string; readonly exit: string };
  readonly counters: { readonly raise: number; readonly lower: number; readonly watchdogToggles: number };
}

export interface GateRig {
  /** Powered on. */
  readonly plant: GatePlant;
  /** Not started. */
  readonly device: GateDevice;
  readonly recorder: Recorder;
}

/** Where a protocol cannot tell, or cannot have, what another one can. */
export interface GateContractLimits {
  /** Faults of the wire that the protocol has no room for. */
  readonly without?: readonly GatePlantFault[];
  /** Garbage on its connection looks like this, where it cannot be told from a broken one. */
  readonly garbage?: { readonly code: ErrorCode; readonly faults: readonly string[] };
}

/** What every gate driver must do, whatever its protocol. */
export function gateContract(family: string, build: () => Promise<GateRig>, limits: GateContractLimits = {}): void {
  // Each test has its own rig, so that they can wait side by side.
  describe(`gate contract: ${family}`, { concurrency: 4 }, () => {
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
    everydayTests(test);
    commandTests(test, limits);
    faultTests(test, limits);
    absenceTests(test);
  });
}

type RigTest = (name: string, body: (rig: GateRig) => Promise<void>) => void;

const lastInputs = ({ recorder }: GateRig): GateInputs | undefined => recorder.of("gate-inputs").at(-1)?.inputs;

async function startHealthy(rig: GateRig): Promise<void> {
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
}

async function codeOf(outcome: Promise<unknown>): Promise<ErrorCode | "done"> {
  try {
    await outcome;
    return "done";
  } catch (error) {
    assert.ok(isLaneError(error), String(error));
    return error.code;
  }
}

function everydayTests(test: RigTest): void {
  test("posts every input under its own name", async (rig) => {
    await startHealthy(rig);
    const resting = await eventually("inputs", () => lastInputs(rig));
    assert.equal(resting.boomClosed, true);
    assert.equal(resting.boomOpen, false);
    for (const name of FIELD_INPUTS) {
      rig.plant.setInputs({ [name]: !resting[name] });
      const seen = await eventually(name, () => lastInputs(rig)?.[name] !== resting[name] && lastInputs(rig));
      assert.deepEqual(seen, { ...resting, [name]: !resting[name] });
      rig.plant.setInputs({ [name]: resting[name] });
      await eventually(`${name} back`, () => lastInputs(rig)?.[name] === resting[name]);
    }
  });

  test("posts unchanged inputs again within a second, and not with every poll", async (rig) => {
    await startHealthy(rig);
    await eventually("three images", () => rig.recorder.of("gate-inputs").length >= 3);
    const times = rig.recorder.of("gate-inputs").map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(Math.min(...gaps) > 500, `gaps ${gaps.join(", ")}`);
  });

  test("posts health once for each change, with its own device id", async (rig) => {
    await startHealthy(rig);
    await letPass(200);
    assert.equal(rig.recorder.of("health").length, 1);
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
  });

  test("beats the watchdog at least twice a second", async (rig) => {
    await startHealthy(rig);
    const before = rig.plant.counters.watchdogToggles;
    await letPass(1500);
    assert.ok(rig.plant.counters.watchdogToggles - before >= 3);
  });

  test("stops twice, and posts nothing afterwards", async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    rig.plant.setInputs({ loopArrival: true });
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
    assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "DEVICE_OFFLINE");
  });
}

function commandTests(test: RigTest, { without = [], garbage }: GateContractLimits): void {
  test("raises and lowers with one pulse each, and the limit switches tell", async (rig) => {
    await startHealthy(rig);
    await rig.device.command({ type: "raise-boom" });
    await eventually("open", () => lastInputs(rig)?.boomOpen);
    await rig.device.command({ type: "lower-boom" });
    await eventually("closed", () => lastInputs(rig)?.boomClosed);
    assert.deepEqual([rig.plant.counters.raise, rig.plant.counters.lower], [1, 1]);
  });

  test("switches the lights, each by itself", async (rig) => {
    await startHealthy(rig);
    const steps: readonly [GateCommand, { entry: string; exit: string }][] = [
      [
        { type: "entry-light", colour: "green" },
        { entry: "green", exit: "red" },
      ],
      [
        { type: "exit-light", colour: "green" },
        { entry: "green", exit: "green" },
      ],
      [
        { type: "entry-light", colour: "red" },
        { entry: "red", exit: "green" },
      ],
      [
        { type: "exit-light", colour: "red" },
        { entry: "red", exit: "red" },
      ],
    ];
    for (const [command, lights] of steps) {
      await rig.device.command(command);
      assert.deepEqual(rig.plant.lights, lights);
    }
  });

  test("moves nothing at start, after a break, or by itself", async (rig) => {
    await startHealthy(rig);
    rig.plant.setInputs({ loopArrival: true });
    rig.plant.reboot();
    await eventually("the break was seen", () => !rig.recorder.healthy);
    await eventually("healthy again", () => rig.recorder.healthy);
    await letPass(100);
    assert.deepEqual([rig.plant.counters.raise, rig.plant.counters.lower], [0, 0]);
  });

  const unclear: readonly [string, GatePlantFault, ErrorCode, number][] = [
    ["a refused command", "exception", "DEVICE_EXCEPTION", 0],
    ["a command without an answer", "silence", "DEVICE_TIMEOUT", 1],
    ["F28 a command with a late answer", "late", "DEVICE_TIMEOUT", 1],
    ["a command during which the link is cut", "drop", "DEVICE_TIMEOUT", 1],
    ["F29 a command with a wrong echo", "wrong-echo", "DEVICE_PROTOCOL", 1],
    ["a command answered with garbage", "garbage", garbage?.code ?? "DEVICE_PROTOCOL", 1],
  ];
  for (const [name, fault, code, pulses] of unclear.filter(([, fault]) => !without.includes(fault))) {
    test(`rejects ${name} and never sends it again`, async (rig) => {
      await startHealthy(rig);
      const outcome = await commandUnderFault(rig, fault);
      assert.equal(outcome, code);
      rig.plant.behave();
      await eventually("healthy again", () => rig.recorder.healthy);
      await letPass(150);
      assert.equal(rig.plant.counters.raise, pulses);
      assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "done");
      assert.equal(rig.plant.counters.raise, pulses + 1);
    });
  }
}

/** Sends one command that meets the fault; the watchdog's own write may meet it first, and then the command is not sent. */
async function commandUnderFault(rig: GateRig, fault: GatePlantFault): Promise<ErrorCode | "done"> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    rig.plant.misbehave(fault, "writes");
    const outcome = await codeOf(rig.device.command({ type: "raise-boom" }));
    if (outcome !== "DEVICE_OFFLINE") {
      return outcome;
    }
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  }
  return assert.fail("the watchdog met the fault first, twenty times");
}

function faultTests(test: RigTest, { garbage }: GateContractLimits): void {
  const faults: readonly [string, GatePlantFault, readonly string[]][] = [
    ["exceptions", "exception", ["EXCEPTION"]],
    ["silence", "silence", ["TIMEOUT"]],
    ["F28 late answers", "late", ["TIMEOUT"]],
    ["F30 garbage", "garbage", garbage?.faults ?? ["PROTOCOL"]],
    ["F26 cut links", "drop", ["OFFLINE"]],
  ];
  for (const [name, fault, codes] of faults) {
    const code = codes.join(" or ");
    test(`raises ${code} on ${name} and recovers by itself`, async (rig) => {
      await startHealthy(rig);
      rig.plant.misbehave(fault, "reads");
      await eventually(`fault ${code}`, () => codes.includes(rig.recorder.fault ?? ""));
      assert.equal(rig.recorder.health?.state, "down");
      rig.plant.behave();
      rig.plant.setInputs({ loopArrival: true });
      await eventually("healthy again", () => rig.recorder.healthy);
      await eventually("fresh inputs", () => lastInputs(rig)?.loopArrival);
    });
  }

  test("is degraded, and still sees, when only its writes are refused", async (rig) => {
    await startHealthy(rig);
    rig.plant.misbehave("exception", "writes");
    await eventually("fault EXCEPTION", () => rig.recorder.fault === "EXCEPTION");
    assert.equal(rig.recorder.health?.state, "degraded");
    rig.plant.setInputs({ loopUnder: true });
    await eventually("fresh inputs", () => lastInputs(rig)?.loopUnder);
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("F31 raises STALE when the program stands still, posts no old inputs and sends no command", async (rig) => {
    await startHealthy(rig);
    rig.plant.setFrozen(true);
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.equal(rig.recorder.health?.state, "down");
    const images = rig.recorder.of("gate-inputs").length;
    assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "DEVICE_OFFLINE");
    await letPass(1200);
    assert.equal(rig.recorder.of("gate-inputs").length, images);
    rig.plant.setFrozen(false);
    await eventually("healthy again", () => rig.recorder.healthy);
    assert.ok(rig.recorder.of("gate-inputs").length > images);
    assert.equal(rig.plant.counters.raise, 0);
  });

  test("F31 never believes a program that stands still from the beginning", async (rig) => {
    rig.plant.setFrozen(true);
    await rig.device.start();
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.deepEqual(rig.recorder.of("gate-inputs"), []);
    assert.equal(rig.recorder.of("health").length, 1);
    assert.equal(await codeOf(rig.device.command({ type: "lower-boom" })), "DEVICE_OFFLINE");
  });

  test("F27 comes back from a reboot of the PLC with inputs of the new program only", async (rig) => {
    await startHealthy(rig);
    rig.plant.setInputs({ loopUnder: true });
    await eventually("under", () => lastInputs(rig)?.loopUnder);
    rig.plant.reboot();
    await eventually("the break was seen", () => rig.recorder.fault === "OFFLINE");
    const broken = rig.recorder.events.length;
    await eventually("healthy again", () => rig.recorder.healthy);
    const since = rig.recorder.events.slice(broken).map(({ type }) => type);
    assert.equal(since[0], "gate-inputs", "a new image first, though nothing changed");
    assert.equal(lastInputs(rig)?.loopUnder, true);
  });
}

function absenceTests(test: RigTest): void {
  test("starts without its PLC, says so, and begins to work when it appears", async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    assert.deepEqual(rig.recorder.of("gate-inputs"), []);
    assert.equal(await codeOf(rig.device.command({ type: "lower-boom" })), "DEVICE_OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.of("health").length, 1, "one fault, not one for each attempt");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    await eventually("inputs", () => lastInputs(rig));
    assert.equal(rig.plant.counters.lower, 0);
  });

  test("stops while its PLC is absent", async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await rig.device.stop();
  });
}

const FIELD_INPUTS = [
  "boomBroken",
  "motorFault",
  "estopOk",
  "modeAuto",
  "loopArrival",
  "loopUnder",
  "loopExit",
  "eyeScaleFront",
  "eyeScaleRear",
  "curtain",
  "cabinetClosed",
  "mainsOk",
  "upsLow",
] as const;
