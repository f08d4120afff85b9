import type { GateDevice } from "#contract/device";
import { isLaneError, LaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";

type Request = Extract<ToControl, { type: "lamp-test" }>;
type Failure = Extract<ToEdge, { type: "lamp-test-outcome" }>["error"];

/** A green lamp that nobody turns back is red again after this time, milliseconds: it would invite somebody in. */
const GREEN_MS = 20_000;

export interface LampTestOptions {
  /** The gate of the lane, once it is there. */
  readonly gate: () => GateDevice | undefined;
  /** The lane's mode of service. */
  readonly service: () => string;
  /** Writes a row about a lamp that was lit. */
  readonly record: (data: { readonly lampTest: true; readonly type: string; readonly colour: string }) => void;
  readonly send: (message: ToEdge) => void;
}

/**
 * Lights one lamp for a technician who looks at it. Only in maintenance, which somebody with the right to it has ordered;
 * a lane at work shows its own lights and nobody else's.
 */
export class LampTest {
  readonly #options: LampTestOptions;
  #back: NodeJS.Timeout | undefined;

  constructor(options: LampTestOptions) {
    this.#options = options;
  }

  /** Answers with `lamp-test-outcome`, always. */
  async take(request: Request): Promise<void> {
    const error = await this.#light(request).then(
      () => null,
      (reason: unknown): Failure =>
        isLaneError(reason)
          ? { code: reason.code, detail: reason.detail }
          : { code: "DEVICE_TIMEOUT", detail: messageOf(reason) },
    );
    this.#options.send({ type: "lamp-test-outcome", testId: request.testId, error });
  }

  /** Safe to call twice. */
  stop(): void {
    clearTimeout(this.#back);
  }

  async #light({ gate: id, light, colour }: Request): Promise<void> {
    const gate = this.#options.gate();
    if (gate === undefined || gate.id !== id) throw new LaneError("DEVICE_OFFLINE", `the lane has no gate ${id}`);
    const service = this.#options.service();
    if (service !== "maintenance") {
      throw new LaneError("MESSAGE_REFUSED", `lamps are tried in maintenance only, the lane is in ${service}`);
    }
    const type = `${light}-light` as const;
    await gate.command({ type, colour });
    this.#options.record({ lampTest: true, type, colour });
    if (colour === "red") return;
    clearTimeout(this.#back);
    this.#back = setTimeout(() => {
      // A lane that has gone back to work meanwhile has set its lights itself.
      if (this.#options.service() === "maintenance") gate.command({ type, colour: "red" }).catch(() => undefined);
    }, GREEN_MS);
  }
}
