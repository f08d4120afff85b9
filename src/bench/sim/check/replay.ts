import { isDeepStrictEqual } from "node:util";
import type { LanePolicy } from "#lanes/decision/policy";
import { INITIAL_STATE, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import type { Row } from "../shell/memory-store.ts";

/** With `sampled`, one row in so many is run a second time. */
const ONE_ROW_IN = 64;

/**
 * Runs the journal through the core a second time, as `lanectl replay` does: the same events must give the same states
 * and the same records. Decisions and every state after a restart are compared as text, byte by byte.
 */
export class Replay {
  readonly #policy: LanePolicy;
  readonly #differs: (detail: string) => void;
  readonly #sampled: boolean;
  #state: LaneState = INITIAL_STATE;
  rows = 0;
  /** Rows that were run a second time. */
  replayed = 0;

  constructor(policy: LanePolicy, differs: (detail: string) => void, sampled = false) {
    this.#policy = policy;
    this.#sampled = sampled;
    this.#differs = differs;
  }

  durable(row: Row): void {
    this.rows += 1;
    if (this.#sampled && this.rows % ONE_ROW_IN !== 0) {
      this.#state = row.state;
      return;
    }
    this.replayed += 1;
    const boots = row.event.type === "started";
    if (boots) this.#state = { ...INITIAL_STATE, ...(JSON.parse(JSON.stringify(this.#state)) as LaneState) };
    const { state, effects } = step(this.#state, row.event, this.#policy);
    const decides = effects.some((effect) => effect.type === "record" && effect.entry === "decision.made");
    const same =
      boots || decides
        ? JSON.stringify(state) === JSON.stringify(row.state) && JSON.stringify(effects) === JSON.stringify(row.effects)
        : isDeepStrictEqual(state, row.state) && effects.length === row.effects.length;
    if (!same) this.#differs(`row ${this.rows}, ${row.event.type}`);
    // Being equal, either will do; from the same state on, what a step leaves alone is the same object and compared at once.
    this.#state = row.state;
  }
}
