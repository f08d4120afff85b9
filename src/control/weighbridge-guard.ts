import type { WeightSample } from "#contract/reading";
import type { Clock, MonotonicMs } from "#contract/units";
import type { WeighbridgeCertificate } from "#contract/weighing-record";
import type { LanePolicy } from "#lanes/decision/policy";
import { lapse } from "#lanes/decision/validity";
import { INITIAL_WEIGHING, type WeighingInput, type WeighingState, weigh } from "#lanes/fusion/weighing";
import type { LaneInput } from "./lane-loop.ts";
import { WeightTrace } from "./weight-trace.ts";

interface Verified {
  readonly certificate: WeighbridgeCertificate | null;
  readonly clock: Pick<Clock, "utc">;
}

/** Why the weighbridge may not be used today, or null. A day ends at midnight in Viet Nam. */
function lapsedOn(verified: Verified | null): string | null {
  if (verified === null || verified.certificate === null) return null;
  const { number, validUntil } = verified.certificate;
  if (lapse({ validUntil }, verified.clock.utc()) === null) return null;
  return `the certificate ${number} of the weighbridge held until ${validUntil}; it has to be verified anew`;
}

/** Runs the pure weighing guard over the stream of samples, so that the core sees weights and not samples. */
export class WeighbridgeGuard {
  readonly #policy: LanePolicy["weight"];
  readonly #post: (input: LaneInput) => void;
  readonly #verified: Verified | null;
  readonly #trace: WeightTrace;
  #state: WeighingState = INITIAL_WEIGHING;

  /** @param verified the certificate of the weighbridge, written down with each weight, and the clock of its days. */
  constructor(policy: LanePolicy["weight"], post: (input: LaneInput) => void, verified: Verified | null = null) {
    this.#policy = policy;
    this.#post = post;
    this.#verified = verified;
    this.#trace = new WeightTrace(verified?.certificate ?? null);
  }

  sample(sample: WeightSample): void {
    this.#trace.take(sample);
    this.#step({ type: "sample", sample });
  }

  lost(): void {
    this.#trace.lost();
    this.#step({ type: "lost" });
  }

  /** A weighbridge whose verification has lapsed gives no weight (Circular 23/2013; domain guide, 5.2). */
  weigh(passage: string, at: MonotonicMs): void {
    const lapsed = lapsedOn(this.#verified);
    if (lapsed !== null) return this.#post({ type: "weight-refused", passage, reason: lapsed });
    this.#step({ type: "weigh", passage, at });
  }

  stop(): void {
    this.#step({ type: "stop" });
  }

  #step(input: WeighingInput): void {
    const { state, outputs } = weigh(this.#state, input, this.#policy);
    this.#state = state;
    for (const output of outputs) {
      this.#post(output.type === "weight-settled" ? { ...output, record: this.#trace.record() } : output);
    }
  }
}
