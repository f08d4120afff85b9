import type { GateDevice, LightColour } from "#contract/device";
import { isLaneError, LaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";

type Request = Extract<ToControl, { type: "lamp-test" }>;
type Failure = Extract<ToEdge, { type: "lamp-test-outcome" }>["error"];
type Light = Request["light"];

/** A green lamp that nobody turns back is turned back after this time, milliseconds: it would invite somebody in. */
const GREEN_MS = 20_000;
/** How often it is looked whether it is time, milliseconds. */
const LOOK_MS = 250;

export interface LampTestOptions {
  /** The gate of the lane, once it is there. */
  readonly gate: () => GateDevice | undefined;
  /** The lane's mode of service. */
  readonly service: () => string;
  /** The colour that the lane itself wants a light to show; null when it has not said anything yet. */
  readonly wanted: (light: Light) => LightColour | null;
  /** Writes a row about a lamp that was lit. */
  readonly record: (data: { readonly lampTest: true; readonly type: string; readonly colour: string }) => void;
  readonly send: (message: ToEdge) => void;
  /** Life of a green lamp, milliseconds; default 20 s. */
  readonly greenMs?: number;
}

/**
 * Lights one lamp for a technician who looks at it. Only in maintenance, which somebody with the right to it has ordered;
 * a lane at work shows its own lights and nobody else's. A green lamp ends with its time and with the maintenance,
 * whichever comes first: then the light shows again what the lane wants.
 */
export class LampTest {
  readonly #options: LampTestOptions;
  readonly #greens = new Map<Light, NodeJS.Timeout>();

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

  /** Safe to call twice. What is lit stays: a PLC whose lane is silent turns to red by itself. */
  stop(): void {
    for (const light of [...this.#greens.keys()]) this.#forget(light);
  }

  async #light({ gate: id, light, colour }: Request): Promise<void> {
    const gate = this.#options.gate();
    if (gate === undefined || gate.id !== id) throw new LaneError("DEVICE_OFFLINE", `the lane has no gate ${id}`);
    const service = this.#options.service();
    if (service !== "maintenance") {
      throw new LaneError("MESSAGE_REFUSED", `lamps are tried in maintenance only, the lane is in ${service}`);
    }
    const type = `${light}-light` as const;
    this.#forget(light);
    // Watched before it is sent: a command of which nobody knows may have lit it.
    if (colour === "green") this.#watch(light, gate);
    await gate.command({ type, colour });
    this.#options.record({ lampTest: true, type, colour });
  }

  #watch(light: Light, gate: GateDevice): void {
    const { greenMs = GREEN_MS, service, wanted } = this.#options;
    const until = performance.now() + greenMs;
    const timer = setInterval(() => {
      if (performance.now() < until && service() === "maintenance") return;
      // Told until it is taken: a green lamp over a closed lane must not depend on one message.
      gate.command({ type: `${light}-light`, colour: wanted(light) ?? "red" }).then(
        () => this.#forget(light, timer),
        () => undefined,
      );
    }, LOOK_MS);
    this.#greens.set(light, timer);
  }

  /** Ends the watch over a light; one that has begun meanwhile goes on. */
  #forget(light: Light, ended = this.#greens.get(light)): void {
    clearInterval(ended);
    if (this.#greens.get(light) === ended) this.#greens.delete(light);
  }
}
