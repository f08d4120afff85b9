import type { DeviceContext, DeviceEvent, GateInputName, GateInputs } from "#contract/device";
import type { ToEdge } from "#contract/messages";

/** How often news go out while there are any, milliseconds. */
const EVERY_MS = 250;
/** News kept for one message; beyond it the oldest are dropped: they are for people who watch. */
const MOST_NEWS = 128;

/**
 * Tells the edge process, for people at the lane, what the field devices of the control process say: every change, and
 * of what is repeated all the time only the newest.
 */
export class DeviceNews {
  readonly #send: (message: ToEdge) => void;
  readonly #inputs = new Map<string, GateInputs>();
  readonly #newest = new Map<string, DeviceEvent>();
  #news: DeviceEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (message: ToEdge) => void) {
    this.#send = send;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tell(), EVERY_MS);
  }

  /** Safe to call twice. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The same context for a device whose events are to be told. */
  watching(context: DeviceContext): DeviceContext {
    return {
      ...context,
      post: (event) => {
        this.#take(event);
        context.post(event);
      },
    };
  }

  #take(event: DeviceEvent): void {
    if (event.type === "weight") {
      this.#newest.set(event.device, event);
      return;
    }
    if (event.type === "gate-inputs") {
      this.#newest.set(event.device, event);
      const before = this.#inputs.get(event.device);
      this.#inputs.set(event.device, event.inputs);
      if (before !== undefined && sameInputs(before, event.inputs)) return;
    }
    this.#news.push(event);
    if (this.#news.length > MOST_NEWS) this.#news.shift();
  }

  #tell(): void {
    const news = this.#news;
    const repeated = [...this.#newest.values()].filter((event) => !news.includes(event));
    this.#news = [];
    this.#newest.clear();
    const events = [...news, ...repeated];
    if (events.length > 0) this.#send({ type: "device-news", events });
  }
}

function sameInputs(before: GateInputs, now: GateInputs): boolean {
  return (Object.keys(now) as GateInputName[]).every((name) => before[name] === now[name]);
}
