import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { WeightSample } from "#contract/reading";
import type { WeighingRecord } from "#contract/weighing-record";
import type { LaneInput } from "#control/lane-loop";
import { WeighbridgeGuard } from "#control/weighbridge-guard";
import { TRACE_MS, TRACE_POINTS, WeightTrace } from "#control/weight-trace";
import type { LanePolicy } from "#lanes/decision/policy";

const CERTIFICATE = { number: "HN-2026-0417", validUntil: "2027-04-16" };
const sample = (at: number, grossKg: number, more: Partial<WeightSample> = {}): WeightSample => ({
  at,
  sequence: at,
  grossKg,
  stable: true,
  atZero: grossKg === 0,
  overRange: false,
  underRange: false,
  ...more,
});

describe("how a weight came about", () => {
  it("is the last 20 s, oldest first, with how long ago the scale stood at zero, and the certificate", () => {
    const trace = new WeightTrace(CERTIFICATE);
    trace.take(sample(0, 0));
    trace.take(sample(5000, 0));
    trace.take(sample(6000, 12_000, { stable: false }));
    trace.take(sample(24_000, 32_480, { stable: false, overRange: true, underRange: true }));
    trace.take(sample(25_500, 32_480));
    const record = trace.record();
    const points = [
      [19_500, 12_000, 0],
      [1500, 32_480, 12],
      [0, 32_480, 1],
    ];
    assert.deepEqual(record, { number: 1, zeroAgoMs: 20_500, trace: points, certificate: CERTIFICATE });
  });

  it("has a number of its own for each weight", () => {
    const trace = new WeightTrace();
    trace.take(sample(0, 0));
    assert.deepEqual([trace.record().number, trace.record().number], [1, 2]);
  });

  it("knows no zero that it has not seen, that was not stable, or that was before a break", () => {
    const trace = new WeightTrace();
    trace.take(sample(0, 0, { stable: false }));
    assert.equal(trace.record().zeroAgoMs, null);
    trace.take(sample(10, 0));
    trace.lost();
    assert.deepEqual(trace.record(), { number: 2, zeroAgoMs: null, trace: [], certificate: null });
    trace.take(sample(20, 20_000));
    assert.deepEqual([trace.record().zeroAgoMs, trace.record().trace], [null, [[0, 20_000, 1]]]);
  });

  it("stays small whatever the scale sends, and ends with the weight itself", () => {
    const trace = new WeightTrace();
    for (let at = 0; at < 300_000; at += 1) trace.take(sample(at, at % 977));
    const { trace: points } = trace.record();
    assert.ok(points.length <= TRACE_POINTS && points.length > TRACE_POINTS / 2, `${points.length} points`);
    assert.deepEqual(points.at(-1), [0, 299_999 % 977, 1]);
    const ages = points.map(([ago]) => ago);
    assert.ok(ages.every((ago, index) => ago <= TRACE_MS && ago >= (ages[index + 1] ?? 0)));
    assert.ok(JSON.stringify(points).length < 8000);
  });
});

describe("the weighing guard", () => {
  it("posts each settled weight with its record, through which the weight can be worked out again", () => {
    const policy = standardWeighing();
    const posted: LaneInput[] = [];
    const guard = new WeighbridgeGuard(policy, (input) => posted.push(input), {
      certificate: CERTIFICATE,
      clock: { utc: () => Date.parse("2026-01-05T00:00:00Z") },
    });
    let at = 0;
    const feed = (count: number, kg: number, more: Partial<WeightSample> = {}) => {
      for (let index = 0; index < count; index += 1) {
        at += 50;
        guard.sample(sample(at, kg, more));
      }
    };
    feed(20, 0);
    feed(20, 15_000, { stable: false });
    guard.weigh("P1", at);
    feed(200, 32_480);
    const settled = posted.find((input) => input.type === "weight-settled");
    assert.ok(settled?.type === "weight-settled");
    const record: WeighingRecord | undefined = settled.record;
    assert.ok(record !== undefined && record.certificate === CERTIFICATE);
    assert.equal(record.trace.at(-1)?.[1], settled.grossKg);
    assert.equal(record.trace.at(-1)?.[0], 0);
    const window = record.trace.filter(([ago]) => ago < policy.stableWindowMs);
    assert.ok(window.length >= policy.stableSamples && window.every(([, kg, marks]) => kg === 32_480 && marks === 1));
    assert.equal(record.trace[0]?.[1], 0, "the zero before it is in the trace");
    assert.ok((record.zeroAgoMs ?? 0) >= 1000);
  });

  it("gives no weight from the midnight on which the certificate of the weighbridge ends", () => {
    const posted: LaneInput[] = [];
    let now = Date.parse("2026-06-30T16:59:59.999Z");
    const certificate = { number: "VN-LS-7", validUntil: "2026-06-30" };
    const guard = new WeighbridgeGuard(standardWeighing(), (input) => posted.push(input), {
      certificate,
      clock: { utc: () => now },
    });
    guard.weigh("P1", 0);
    assert.deepEqual(posted, []);
    now += 1;
    guard.weigh("P2", 10);
    const reason = "the certificate VN-LS-7 of the weighbridge held until 2026-06-30; it has to be verified anew";
    assert.deepEqual(posted, [{ type: "weight-refused", passage: "P2", reason }]);
  });
});

function standardWeighing(): LanePolicy["weight"] {
  const file = fileURLToPath(new URL("../../config/policies/standard.yaml", import.meta.url));
  return (parse(readFileSync(file, "utf8")) as LanePolicy).weight;
}
