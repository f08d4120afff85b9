import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";
import type { WeighbridgeCertificate } from "#contract/weighing-record";
import type { LanePolicy } from "#lanes/decision/policy";
import { INITIAL_WEIGHING, type WeighingInput, type WeighingState, weigh } from "#lanes/fusion/weighing";
import type { LaneInput } from "./lane-loop.ts";
import { WeightTrace } from "./weight-trace.ts";

/** Runs the pure weighing guard over the stream of samples, so that the core sees weights and not samples. */
export class WeighbridgeGuard {
  readonly #policy: LanePolicy["weight"];
  readonly #post: (input: LaneInput) => void;
  readonly #trace: WeightTrace;
  #state: WeighingState = INITIAL_WEIGHING;

  /** @param certificate of the weighbridge, written down with each weight. */
  constructor(
    policy: LanePolicy["weight"],
    post: (input: LaneInput) => void,
    certificate: WeighbridgeCertificate | null = null,
  ) {
    this.#policy = policy;
    this.#post = post;
    this.#trace = new WeightTrace(certificate);
  }

  sample(sample: WeightSample): void {
    this.#trace.take(sample);
    this.#step({ type: "sample", sample });
  }

  lost(): void {
    this.#trace.lost();
    this.#step({ type: "lost" });
  }

  weigh(passage: string, at: MonotonicMs): void {
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
