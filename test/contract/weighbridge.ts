import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WeighbridgeDevice } from "#contract/device";
import type { WeightSample } from "#contract/reading";
import { eventually, letPass } from "./eventually.ts";
import type { Recorder } from "./recorder.ts";

export type WeighbridgePlantFault = "exception" | "silence" | "late" | "garbage" | "drop";

/** The simulated indicator on the other end of the wire, in the words of this suite. */
export interface WeighbridgePlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  reboot(): void;
  setLoad(kg: number): void;
  setDrift(kg: number): void;
  setShake(kg: number): void;
  /** The indicator goes on answering and measures no more. */
  setFrozen(frozen: boolean): void;
  /** The indicator says that what it shows is no measured value. */
  setInvalid(invalid: boolean): void;
  misbehave(fault: WeighbridgePlantFault): void;
  behave(): void;
}

export interface WeighbridgeRig {
  /** Powered on, empty, capacity 80,000 kg, division 20 kg. */
  readonly plant: WeighbridgePlant;
  /** Not started, capacity 80,000 kg. */
  readonly device: WeighbridgeDevice;
  readonly recorder: Recorder;
  /** What this product cannot report. Its weights must then be right all the same, and its silence safe. */
  readonly lacks?: readonly WeighbridgeGap[];
}

/**
 * `standstill`: whether it still measures; `validity`: that what it shows is not measured; `answers`: anything to a
 * question, because it talks by itself, so that it can neither refuse nor be late.
 */
export type WeighbridgeGap = "stable" | "under-range" | "validity" | "standstill" | "answers";

type RigTest = (name: string, body: (rig: WeighbridgeRig) => Promise<void>) => void;

/** Where a protocol cannot tell what another one can. */
export interface WeighbridgeContractLimits {
  /** Faults of which any may be raised for garbage, where it cannot be told from a broken connection. */
  readonly garbage?: readonly string[];
}

/** What every weighbridge driver must do, whatever its protocol. */
export function weighbridgeContract(
  family: string,
  build: () => Promise<WeighbridgeRig>,
  limits: WeighbridgeContractLimits = {},
): void {
  // Each test has its own rig, so that they can wait side by side.
  describe(`weighbridge contract: ${family}`, { concurrency: 4 }, () => {
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
    weighingTests(test);
    rangeTests(test);
    faultTests(test, limits);
  });
}

const samples = ({ recorder }: WeighbridgeRig): WeightSample[] => recorder.of("weight").map(({ sample }) => sample);
const last = (rig: WeighbridgeRig): WeightSample | undefined => samples(rig).at(-1);

async function startHealthy(rig: WeighbridgeRig): Promise<void> {
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
}

const lacks = (rig: WeighbridgeRig, gap: WeighbridgeGap): boolean => rig.lacks?.includes(gap) === true;

/** Waits for a stable sample of this weight; of a product that does not tell, for five samples of it in a row. */
async function settled(rig: WeighbridgeRig, kg: number): Promise<WeightSample> {
  return eventually(`stable at ${kg} kg`, () => {
    const sample = last(rig);
    if (lacks(rig, "stable")) {
      const recent = samples(rig).slice(-5);
      return recent.length === 5 && recent.every(({ grossKg }) => grossKg === kg) ? sample : undefined;
    }
    return sample?.stable === true && sample.grossKg === kg ? sample : undefined;
  });
}

function weighingTests(test: RigTest): void {
  test("sees zero, a truck, and zero again", async (rig) => {
    await startHealthy(rig);
    const empty = await settled(rig, 0);
    assert.deepEqual([empty.atZero, empty.overRange, empty.underRange], [true, false, false]);
    rig.plant.setLoad(32_480);
    const loaded = await settled(rig, 32_480);
    assert.deepEqual([loaded.atZero, loaded.overRange, loaded.underRange], [false, false, false]);
    const swinging = samples(rig).filter(({ stable, grossKg }) => !stable && grossKg > 0);
    assert.ok(swinging.length > 0, "the weight is not stable while the truck rolls on");
    rig.plant.setLoad(0);
    assert.equal((await settled(rig, 0)).atZero, true);
    if (lacks(rig, "stable")) {
      assert.ok(samples(rig).every(({ stable }) => !stable));
    }
  });

  test("posts samples with growing sequence and time, and its own device id", async (rig) => {
    await startHealthy(rig);
    await eventually("ten samples", () => samples(rig).length >= 10);
    for (const [index, sample] of samples(rig).entries()) {
      const before = samples(rig)[index - 1];
      if (before !== undefined) {
        assert.ok(sample.sequence === before.sequence + 1 && sample.at > before.at);
      }
    }
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
    assert.equal(rig.recorder.of("health").length, 1);
  });

  test("a weight that keeps moving is never stable, and a drifted zero is not zero", async (rig) => {
    await startHealthy(rig);
    await settled(rig, 0);
    rig.plant.setDrift(60);
    assert.equal((await settled(rig, 60)).atZero, false);
    rig.plant.setDrift(0);
    rig.plant.setLoad(20_000);
    rig.plant.setShake(200);
    await eventually("loaded", () => (last(rig)?.grossKg ?? 0) > 19_000);
    const from = samples(rig).length + 10;
    await eventually("twenty more samples", () => samples(rig).length >= from + 20);
    assert.ok(
      samples(rig)
        .slice(from)
        .every(({ stable }) => !stable),
    );
  });

  test("stops twice, and posts nothing afterwards", async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
  });
}

function rangeTests(test: RigTest): void {
  test("raises RANGE beyond the capacity, posts no number, and clears it", async (rig) => {
    await startHealthy(rig);
    rig.plant.setLoad(120_000);
    await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
    assert.equal(rig.recorder.health?.state, "degraded");
    await letPass(100);
    assert.ok(samples(rig).every(({ grossKg }) => grossKg <= 80_000));
    rig.plant.setLoad(40_000);
    await settled(rig, 40_000);
    assert.equal(rig.recorder.healthy, true);
  });

  test("marks a platform that is far below zero as under range", async (rig) => {
    await startHealthy(rig);
    rig.plant.setDrift(-1000);
    assert.equal((await settled(rig, -1000)).underRange, !lacks(rig, "under-range"));
  });

  test("raises RANGE when the indicator marks its value as not measured", async (rig) => {
    if (lacks(rig, "validity")) return;
    await startHealthy(rig);
    rig.plant.setInvalid(true);
    await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
    const count = samples(rig).length;
    await letPass(100);
    assert.equal(samples(rig).length, count);
    rig.plant.setInvalid(false);
    await eventually("healthy again", () => rig.recorder.healthy);
    assert.ok((last(rig)?.sequence ?? 0) > count, "replies without a weight leave a gap in the sequence");
  });
}

function faultTests(test: RigTest, { garbage = ["PROTOCOL"] }: WeighbridgeContractLimits): void {
  const faults: readonly [string, WeighbridgePlantFault, readonly string[]][] = [
    ["exceptions", "exception", ["EXCEPTION"]],
    ["silence", "silence", ["TIMEOUT"]],
    ["F28 late answers", "late", ["TIMEOUT"]],
    ["F30 garbage", "garbage", garbage],
    ["cut links", "drop", ["OFFLINE"]],
  ];
  for (const [name, fault, codes] of faults) {
    const code = codes.join(" or ");
    test(`raises ${code} on ${name}, posts no weight meanwhile, and recovers by itself`, async (rig) => {
      if ((fault === "exception" || fault === "late") && lacks(rig, "answers")) return;
      await startHealthy(rig);
      await settled(rig, 0);
      rig.plant.misbehave(fault);
      await eventually(`fault ${code}`, () => codes.includes(rig.recorder.fault ?? ""));
      assert.equal(rig.recorder.health?.state, "down");
      const count = samples(rig).length;
      rig.plant.setLoad(10_000);
      await letPass(100);
      assert.equal(samples(rig).length, count);
      rig.plant.behave();
      await settled(rig, 10_000);
      assert.equal(rig.recorder.healthy, true);
    });
  }

  test("never posts the weight of the previous truck after late answers", async (rig) => {
    if (lacks(rig, "answers")) return;
    await startHealthy(rig);
    rig.plant.setLoad(30_000);
    await settled(rig, 30_000);
    rig.plant.misbehave("late");
    await eventually("fault TIMEOUT", () => rig.recorder.fault === "TIMEOUT");
    const count = samples(rig).length;
    rig.plant.setLoad(0);
    await letPass(700);
    rig.plant.behave();
    await settled(rig, 0);
    assert.ok(
      samples(rig)
        .slice(count)
        .every(({ grossKg }) => grossKg < 1000),
    );
  });

  test("F31 raises STALE when the indicator measures no more, and posts no old weight", async (rig) => {
    if (lacks(rig, "standstill")) return;
    await startHealthy(rig);
    rig.plant.setFrozen(true);
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.equal(rig.recorder.health?.state, "down");
    const count = samples(rig).length;
    await letPass(100);
    assert.equal(samples(rig).length, count);
    rig.plant.setFrozen(false);
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("F31 never believes an indicator that stands still from the beginning", async (rig) => {
    if (lacks(rig, "standstill")) return;
    rig.plant.setFrozen(true);
    await rig.device.start();
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.deepEqual(samples(rig), []);
  });

  test("comes back from a reboot of the indicator", async (rig) => {
    await startHealthy(rig);
    rig.plant.reboot();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("starts without its indicator, says so, and begins to work when it appears", async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.events.length, 1, "one fault, not one for each attempt, and no weight");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    await settled(rig, 0);
  });
}
