import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";
import type { LanePolicy } from "#lanes/decision/policy";
import { INITIAL_WEIGHING, type WeighingInput, type WeighingState, weigh } from "#lanes/fusion/weighing";
import type { LaneInput } from "./lane-loop.ts";

/** Runs the pure weighing guard over the stream of samples, so that the core sees weights and not samples. */
export class WeighbridgeGuard {
  readonly #policy: LanePolicy["weight"];
  readonly #post: (input: LaneInput) => void;
  #state: WeighingState = INITIAL_WEIGHING;

  constructor(policy: LanePolicy["weight"], post: (input: LaneInput) => void) {
    this.#policy = policy;
    this.#post = post;
  }

  sample(sample: WeightSample): void {
    this.#step({ type: "sample", sample });
  }

  lost(): void {
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
    for (const output of outputs) this.#post(output);
  }
}
