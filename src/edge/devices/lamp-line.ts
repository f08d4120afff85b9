import { LaneError } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { LampRequest } from "./device-desk.ts";

type Outcome = Extract<ToEdge, { type: "lamp-test-outcome" }>;

/** The gate has its own limits; this is for a control process that says nothing at all, milliseconds. */
const ANSWER_MS = 8000;

/** Asks the control process for lamps, and waits for its answers. */
export class LampLine {
  readonly #send: (message: ToControl) => void;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #asked = 0;

  constructor(send: (message: ToControl) => void) {
    this.#send = send;
  }

  /** Rejects with the LaneError that control gives, or DEVICE_TIMEOUT. */
  async light(gate: string, request: LampRequest): Promise<void> {
    this.#asked += 1;
    const testId = `${process.pid}-${this.#asked}`;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new LaneError("DEVICE_TIMEOUT", "the lane gave no answer")), ANSWER_MS);
    });
    const answered = new Promise<Outcome>((resolve) => this.#waiting.set(testId, resolve));
    this.#send({ type: "lamp-test", testId, gate, ...request });
    try {
      const { error } = await Promise.race([answered, late]);
      if (error !== null) throw new LaneError(error.code, error.detail);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(testId);
    }
  }

  /** An answer; one that nobody waits for any more is ignored. */
  settled(outcome: Outcome): void {
    this.#waiting.get(outcome.testId)?.(outcome);
  }
}
