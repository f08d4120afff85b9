import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";
import type { LanePolicy } from "../decision/policy.ts";
import type { ScaleLoad } from "../passage/model.ts";

/**
 * The weighing guard: no weight counts unless the scale was seen at zero since the last vehicle, the stable bit is set
 * and the spread small over the whole window, and the sample sequence advances (design, section 8; domain guide, section 3).
 */
export interface WeighingState {
  readonly load: ScaleLoad;
  /** A stable zero was seen since the last vehicle left the deck. */
  readonly zeroSeen: boolean;
  readonly request: { readonly passage: string; readonly since: MonotonicMs } | null;
  readonly window: readonly WeightSample[];
}

export type WeighingInput =
  | { readonly type: "sample"; readonly sample: WeightSample }
  /** The scale cannot be read: nothing seen before it counts any longer. */
  | { readonly type: "lost" }
  | { readonly type: "weigh"; readonly passage: string; readonly at: MonotonicMs }
  | { readonly type: "stop" };

export type WeighingOutput =
  | { readonly type: "scale-load"; readonly load: ScaleLoad }
  | {
      readonly type: "weight-settled";
      readonly passage: string;
      readonly grossKg: number;
      readonly spreadKg: number;
      readonly zeroSeen: boolean;
    };

export const INITIAL_WEIGHING: WeighingState = { load: "unknown", zeroSeen: false, request: null, window: [] };

export interface WeighingStep {
  readonly state: WeighingState;
  readonly outputs: readonly WeighingOutput[];
}

/** One step of the guard. Pure. */
export function weigh(state: WeighingState, input: WeighingInput, policy: LanePolicy["weight"]): WeighingStep {
  switch (input.type) {
    case "lost": {
      const outputs: WeighingOutput[] = state.load === "unknown" ? [] : [{ type: "scale-load", load: "unknown" }];
      return { state: { ...state, load: "unknown", zeroSeen: false, window: [] }, outputs };
    }
    case "weigh":
      return { state: { ...state, request: { passage: input.passage, since: input.at }, window: [] }, outputs: [] };
    case "stop":
      return { state: { ...state, request: null, window: [] }, outputs: [] };
    case "sample":
      return takeSample(state, input.sample, policy);
  }
}

function takeSample(before: WeighingState, sample: WeightSample, policy: LanePolicy["weight"]): WeighingStep {
  const last = before.window.at(-1);
  if (last !== undefined && sample.sequence <= last.sequence) return { state: before, outputs: [] };
  const outputs: WeighingOutput[] = [];
  const load = loadOf(sample, before.load, policy);
  if (load !== before.load) outputs.push({ type: "scale-load", load });
  const inBand = Math.abs(sample.grossKg) <= policy.zeroBandDivisions * policy.divisionKg;
  const isZero = load === "empty" && sample.stable && inBand;
  // A zero counts until a vehicle leaves the deck, however the scale swings then: it asks for a new one.
  const zeroSeen = isZero || (before.zeroSeen && !(before.load === "loaded" && load !== "loaded"));
  let state: WeighingState = { ...before, load, zeroSeen };
  if (state.request !== null && load === "loaded") {
    const window = [...state.window, sample].filter((one) => sample.at - one.at <= policy.stableWindowMs);
    state = { ...state, window };
    const settled = settledWeight(window, state, policy);
    if (settled !== null) {
      outputs.push({ type: "weight-settled", passage: state.request?.passage ?? "", ...settled, zeroSeen });
      state = { ...state, request: null, window: [] };
    }
  } else {
    state = { ...state, window: [] };
  }
  return { state, outputs };
}

function loadOf(sample: WeightSample, before: ScaleLoad, policy: LanePolicy["weight"]): ScaleLoad {
  if (sample.underRange || !Number.isFinite(sample.grossKg)) return "unknown";
  const limit = policy.emptyBelowDivisions * policy.divisionKg;
  if (sample.overRange) return "loaded";
  // A little hysteresis keeps a vehicle that rocks on the edge of the deck from counting twice.
  if (before === "loaded") return sample.grossKg < limit * 0.75 ? "empty" : "loaded";
  return sample.grossKg >= limit ? "loaded" : "empty";
}

function settledWeight(
  window: readonly WeightSample[],
  state: WeighingState,
  policy: LanePolicy["weight"],
): { grossKg: number; spreadKg: number } | null {
  const first = window[0];
  const last = window.at(-1);
  if (first === undefined || last === undefined || state.request === null) return null;
  if (window.length < policy.stableSamples || last.at - state.request.since < policy.stableWindowMs) return null;
  if (window.some((one) => !one.stable || one.overRange)) return null;
  const weights = window.map((one) => one.grossKg);
  const spreadKg = Math.max(...weights) - Math.min(...weights);
  if (spreadKg > policy.stableSpreadDivisions * policy.divisionKg) return null;
  return { grossKg: last.grossKg, spreadKg };
}
