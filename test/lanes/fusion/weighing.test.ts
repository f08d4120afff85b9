import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WeightSample } from "#contract/reading";
import { INITIAL_WEIGHING, type WeighingOutput, type WeighingState, weigh } from "#lanes/fusion/weighing";
import { GROSS_KG, policyWith, sample } from "../builders.ts";

const policy = policyWith().weight;
const PERIOD_MS = 50;
/** 41 samples, first to last 2 s apart. */
const WINDOW = 2000 / PERIOD_MS + 1;

/** A scale that is sampled every 50 ms. */
class Scale {
  state: WeighingState = INITIAL_WEIGHING;
  readonly outputs: WeighingOutput[] = [];
  at = 10_000;
  sequence = 0;

  input(input: Parameters<typeof weigh>[1]): this {
    const { state, outputs } = weigh(this.state, input, policy);
    this.state = state;
    this.outputs.push(...outputs);
    return this;
  }

  shows(grossKg: number, times = 1, change: Partial<WeightSample> = {}): this {
    for (let count = 0; count < times; count++) {
      this.at += PERIOD_MS;
      this.sequence += 1;
      this.input({ type: "sample", sample: sample({ at: this.at, sequence: this.sequence, grossKg, ...change }) });
    }
    return this;
  }

  weigh(): this {
    return this.input({ type: "weigh", passage: "P000001", at: this.at });
  }

  get settled() {
    return this.outputs.filter((output) => output.type === "weight-settled");
  }

  get loads() {
    return this.outputs.flatMap((output) => (output.type === "scale-load" ? [output.load] : []));
  }
}

/** Zero was seen, a vehicle stands on the deck. */
const loaded = () => new Scale().shows(0, 5).shows(GROSS_KG, 5);

describe("a weight settles", () => {
  test("when the samples agree over the whole window, and is given once", () => {
    const scale = loaded()
      .weigh()
      .shows(GROSS_KG, WINDOW - 2);
    assert.deepEqual(scale.settled, []);
    scale.shows(GROSS_KG, 1);
    const weight = { type: "weight-settled", passage: "P000001", grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true };
    assert.deepEqual(scale.settled, [weight]);
    scale.shows(GROSS_KG, 100);
    assert.equal(scale.settled.length, 1);
  });

  test("with a spread of one division, and not with more", () => {
    const within = loaded().weigh();
    for (let count = 0; count < 30; count++) within.shows(GROSS_KG).shows(GROSS_KG + 20);
    assert.equal(within.settled[0]?.spreadKg, 20);
    const beyond = loaded().weigh();
    for (let count = 0; count < 30; count++) beyond.shows(GROSS_KG).shows(GROSS_KG + 21);
    assert.deepEqual(beyond.settled, []);
  });

  test("F48 only on samples the indicator calls stable and inside its range", () => {
    for (const flaw of [{ stable: false }, { overRange: true }]) {
      const scale = loaded().weigh().shows(GROSS_KG, 100, flaw);
      assert.deepEqual(scale.settled, [], JSON.stringify(flaw));
      scale.shows(GROSS_KG, WINDOW);
      assert.equal(scale.settled.length, 1);
    }
  });

  test("not on fewer samples than the policy asks for, however far apart they are", () => {
    const scale = loaded().weigh();
    for (let count = 0; count < 10; count++) {
      scale.at += 250;
      scale.shows(GROSS_KG);
    }
    assert.deepEqual(scale.settled, []);
  });

  test("not on a burst that is shorter than the window", () => {
    const scale = loaded().weigh();
    const burst = Array.from({ length: 200 }, () => scale.at + 5);
    for (const at of burst) {
      scale.sequence += 1;
      scale.input({ type: "sample", sample: sample({ at, sequence: scale.sequence, grossKg: GROSS_KG }) });
    }
    assert.deepEqual(scale.settled, []);
  });

  test("only while the sequence goes on: a frozen answer is one sample", () => {
    const scale = loaded().weigh().shows(GROSS_KG, 1);
    const frozen = scale.sequence;
    for (let count = 0; count < 200; count++) {
      scale.at += PERIOD_MS;
      scale.input({ type: "sample", sample: sample({ at: scale.at, sequence: frozen, grossKg: GROSS_KG }) });
    }
    assert.deepEqual(scale.settled, []);
  });

  test("only when it was asked for, and not after it was stopped", () => {
    assert.deepEqual(loaded().shows(GROSS_KG, 100).settled, []);
    assert.deepEqual(loaded().weigh().shows(GROSS_KG, 10).input({ type: "stop" }).shows(GROSS_KG, 100).settled, []);
  });

  test("on samples after the request only", () => {
    const scale = loaded()
      .shows(GROSS_KG, 100)
      .weigh()
      .shows(GROSS_KG, WINDOW - 2);
    assert.deepEqual(scale.settled, []);
  });

  test("not on an empty deck", () => {
    assert.deepEqual(new Scale().weigh().shows(0, 100).settled, []);
  });
});

describe("a zero before the vehicle", () => {
  const zeroSeen = (scale: Scale) => scale.weigh().shows(GROSS_KG, WINDOW).settled.at(-1)?.zeroSeen;

  test("counts inside the zero band", () => {
    assert.equal(zeroSeen(new Scale().shows(40).shows(GROSS_KG)), true);
    assert.equal(zeroSeen(new Scale().shows(-40).shows(GROSS_KG)), true);
  });

  test("does not count outside the band, unstable, or flagged by the indicator", () => {
    assert.equal(zeroSeen(new Scale().shows(41).shows(GROSS_KG)), false);
    assert.equal(zeroSeen(new Scale().shows(0, 5, { stable: false }).shows(GROSS_KG)), false);
    assert.equal(zeroSeen(new Scale().shows(0, 5, { underRange: true }).shows(GROSS_KG)), false);
    assert.equal(zeroSeen(new Scale().shows(0, 5, { overRange: true }).shows(GROSS_KG)), false);
  });

  test("must be seen anew after a vehicle has left", () => {
    assert.equal(zeroSeen(loaded().shows(200, 5).shows(GROSS_KG)), false);
    assert.equal(zeroSeen(loaded().shows(200, 5).shows(0).shows(GROSS_KG)), true);
  });

  test("must be seen anew also when the scale swung below its range as the vehicle left", () => {
    assert.equal(zeroSeen(loaded().shows(-400, 2, { underRange: true }).shows(200, 5).shows(GROSS_KG)), false);
  });

  test("must be seen anew after the scale could not be read", () => {
    assert.equal(zeroSeen(new Scale().shows(0, 5).input({ type: "lost" }).shows(GROSS_KG)), false);
  });
});

describe("the load of the deck", () => {
  test("is told when it changes, with hysteresis at the edge", () => {
    const scale = new Scale().shows(0).shows(399).shows(400).shows(301).shows(300).shows(299).shows(399).shows(400);
    assert.deepEqual(scale.loads, ["empty", "loaded", "empty", "loaded"]);
  });

  test("is unknown while the scale cannot be read or shows no number", () => {
    const scale = new Scale().shows(0).input({ type: "lost" }).input({ type: "lost" });
    assert.deepEqual(scale.loads, ["empty", "unknown"]);
    assert.deepEqual(new Scale().shows(0).shows(Number.NaN).loads, ["empty", "unknown"]);
    assert.deepEqual(new Scale().shows(0).shows(-500, 1, { underRange: true }).loads, ["empty", "unknown"]);
  });

  test("is loaded beyond the range", () => {
    assert.deepEqual(new Scale().shows(0).shows(0, 1, { overRange: true }).loads, ["empty", "loaded"]);
  });
});
