import type { DeviceContext, WeighbridgeDevice } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { MonotonicMs } from "#contract/units";
import { faultCodeOf, HealthReporter } from "../../transport/common/health-reporter.ts";
import { FrameSplitter } from "../../transport/serial/frame-splitter.ts";
import { LineSession } from "../../transport/serial/line-session.ts";
import { decodeFrame, type FrameReading } from "./decode.ts";
import { type FrameFormat, loadFormat } from "./format.ts";
import type { WeighbridgeAsciiOptions } from "./options.ts";

/**
 * What arrives so soon after a line was opened is not taken, milliseconds: a device server may have kept frames while
 * nobody listened, and they show the vehicle before.
 */
const OLD_NEWS_MS = 300;

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Driver of an indicator that talks by itself. It cannot be asked, so it cannot be told apart from one that repeats
 * itself: what it says is news because it arrives. Of several frames that arrive together only the newest counts.
 */
export class AsciiWeighbridge implements WeighbridgeDevice {
  readonly class = "weighbridge";
  readonly id: string;
  readonly #options: WeighbridgeAsciiOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #session: LineSession;
  #format: FrameFormat | undefined;
  #splitter: FrameSplitter | undefined;
  #sequence = 0;
  #openedAt: MonotonicMs = NEVER;
  #takenAt: MonotonicMs = NEVER;
  #misfit: string | undefined;
  #newest: FrameReading | undefined;
  #due: NodeJS.Immediate | undefined;
  #silence: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(
    id: string,
    options: WeighbridgeAsciiOptions,
    context: DeviceContext,
    random: () => number = Math.random,
  ) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    const listener = {
      opened: () => this.#opened(),
      bytes: (chunk: Uint8Array) => this.#bytes(chunk),
      lost: (reason: LaneError) => this.#lost(reason),
    };
    this.#session = new LineSession(options, listener, random);
  }

  /** Rejects with LaneError CONFIG_INVALID when the format is missing or not a format. */
  async start(): Promise<void> {
    this.#format = await loadFormat(this.#options.format);
    if (!this.#stopped) this.#session.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget();
    await this.#session.stop();
  }

  #opened(): void {
    const format = this.#format;
    if (format === undefined) return;
    this.#forget();
    this.#splitter = new FrameSplitter({ start: format.start, end: format.end, maxLength: format.length });
    this.#openedAt = this.#now();
    this.#expectFrame(OLD_NEWS_MS);
  }

  #lost(reason: LaneError): void {
    this.#forget();
    this.#health.raise("down", faultCodeOf(reason), reason.detail);
  }

  #forget(): void {
    clearTimeout(this.#silence);
    clearImmediate(this.#due);
    this.#due = undefined;
    this.#newest = undefined;
    this.#misfit = undefined;
    this.#splitter = undefined;
  }

  #bytes(chunk: Uint8Array): void {
    const format = this.#format;
    const cuts = this.#splitter?.push(chunk) ?? [];
    if (format === undefined || this.#now() - this.#openedAt < OLD_NEWS_MS) return;
    for (const cut of cuts) {
      const reading = "text" in cut ? decodeFrame(format, cut.text) : ({ kind: "misfit", why: cut.misfit } as const);
      if (reading.kind === "misfit") this.#misfit = reading.why;
      else this.#newest = reading;
    }
    // When this process was held up, more chunks lie in the socket; they are all read before this runs.
    if (this.#newest !== undefined) this.#due ??= setImmediate(() => this.#take());
  }

  #take(): void {
    this.#due = undefined;
    const reading = this.#newest;
    this.#newest = undefined;
    if (reading === undefined || reading.kind === "misfit") return;
    this.#session.proven();
    this.#misfit = undefined;
    this.#expectFrame(0);
    const at = this.#now();
    if (at - this.#takenAt < this.#options.sampleMs) return;
    this.#takenAt = at;
    this.#sequence += 1;
    if (reading.kind === "no-weight") {
      this.#health.raise("degraded", "RANGE", `no weight: ${reading.why}`);
      return;
    }
    const { kind: _, ...measured } = reading;
    if (Math.abs(measured.grossKg) > this.#options.capacityKg) {
      const detail = `${measured.grossKg} kg is beyond the capacity of ${this.#options.capacityKg} kg`;
      this.#health.raise("degraded", "RANGE", detail);
      return;
    }
    this.#context.post({ type: "weight", device: this.id, sample: { at, sequence: this.#sequence, ...measured } });
    this.#health.clear();
  }

  /** Without a usable frame in time the line is opened afresh: a wrong bit rate or a lost start is not waited out. */
  #expectFrame(graceMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const { silenceMs } = this.#options;
      const misfit = this.#misfit;
      const reason =
        misfit === undefined
          ? new LaneError("DEVICE_TIMEOUT", `no frame within ${silenceMs} ms`)
          : new LaneError("DEVICE_PROTOCOL", `no usable frame within ${silenceMs} ms: ${misfit}`);
      this.#session.reopen(reason);
    }, this.#options.silenceMs + graceMs);
  }

  #now(): MonotonicMs {
    return this.#context.clock.monotonic();
  }
}
