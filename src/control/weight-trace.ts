import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";
import {
  TRACE_MARKS,
  type TracePoint,
  type WeighbridgeCertificate,
  type WeighingRecord,
} from "#contract/weighing-record";

/** How far back a trace goes, milliseconds. */
export const TRACE_MS = 20_000;
/** Most points of one trace: a row of the journal stays a few kilobytes. */
export const TRACE_POINTS = 256;
/** Most samples that are held, whatever a scale sends: 20 s at a hundred a second. */
const HELD_SAMPLES = 2000;

/** Remembers what the weighbridge has just said, so that a weight can be written down with how it came about. */
export class WeightTrace {
  readonly #certificate: WeighbridgeCertificate | null;
  #samples: WeightSample[] = [];
  #zeroAt: MonotonicMs | null = null;
  #number = 0;

  constructor(certificate: WeighbridgeCertificate | null = null) {
    this.#certificate = certificate;
  }

  take(sample: WeightSample): void {
    this.#samples.push(sample);
    // Cut now and then and not each time: moving two thousand entries for every sample is no work for a control loop.
    if (this.#samples.length >= HELD_SAMPLES * 2) this.#samples = this.#recent(sample.at).slice(-HELD_SAMPLES);
    if (sample.stable && sample.atZero) this.#zeroAt = sample.at;
  }

  /** The scale cannot be read: what was seen before is of another time. */
  lost(): void {
    this.#samples = [];
    this.#zeroAt = null;
  }

  /** The record of the weight that has just settled, whose last sample was taken last. */
  record(): WeighingRecord {
    this.#number += 1;
    const last = this.#samples.at(-1);
    const recent = last === undefined ? [] : this.#recent(last.at).slice(-HELD_SAMPLES);
    this.#samples = recent;
    return {
      number: this.#number,
      zeroAgoMs: last === undefined || this.#zeroAt === null ? null : Math.round(last.at - this.#zeroAt),
      trace: last === undefined ? [] : thinned(recent).map((sample) => point(sample, last.at)),
      certificate: this.#certificate,
    };
  }

  #recent(now: MonotonicMs): WeightSample[] {
    return this.#samples.filter(({ at }) => now - at <= TRACE_MS);
  }
}

/** Evenly thinned out; the last sample always stays. */
function thinned(samples: readonly WeightSample[]): readonly WeightSample[] {
  const every = Math.ceil(samples.length / TRACE_POINTS);
  return samples.filter((_, index) => (samples.length - 1 - index) % every === 0);
}

function point(sample: WeightSample, now: MonotonicMs): TracePoint {
  const marks = (["stable", "atZero", "overRange", "underRange"] as const).reduce(
    (sum, mark) => sum + (sample[mark] ? TRACE_MARKS[mark] : 0),
    0,
  );
  return [Math.round(now - sample.at), sample.grossKg, marks];
}
