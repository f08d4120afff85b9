import type { LineSettings } from "../../transport/serial/line-options.ts";
import { TalkingServer } from "../../transport/serial/talking-server.ts";
import type { IndicatorDisplay } from "../modbus/simulator.ts";
import { Scale, type ScaleOptions } from "../modbus/simulator-scale.ts";
import { encodeFrame, type ForcedText } from "./encode.ts";
import { type FrameFormat, loadFormat } from "./format.ts";

export interface AsciiSimulatorOptions extends Partial<ScaleOptions> {
  /** Name of the format; default `and-18`. */
  readonly format?: string;
  /** A serial port; default a TCP port of 127.0.0.1. */
  readonly place?: LineSettings;
  /** Time between two frames, milliseconds; default 20. */
  readonly everyMs?: number;
  /** How many times faster than real the platform settles; default 1. */
  readonly speed?: number;
}

/** What a faulty indicator sends instead of its frames. */
export type TextFault =
  | { readonly kind: "silent" }
  /** These bytes, over and over. */
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  /** Frames in which this many leading characters are missing. */
  | { readonly kind: "cut"; readonly characters: number }
  /** Every frame one byte at a time: slow, but allowed. */
  | { readonly kind: "byte-by-byte" }
  /** Frames with one bit of each character flipped, as a wrong parity setting does. */
  | { readonly kind: "flipped"; readonly bit: number };

/** A weighing indicator that sends its weight all the time, in the frames of a format. */
export class AsciiWeighbridgeSimulator {
  readonly server: TalkingServer;
  readonly #options: AsciiSimulatorOptions;
  readonly #scale: Scale;
  #format: FrameFormat | undefined;
  #advancedAt = performance.now();
  #talking: NodeJS.Timeout | undefined;
  #fault: TextFault | undefined;
  #forced: ForcedText = {};
  #forcedDisplay: Partial<IndicatorDisplay> = {};

  constructor(options: AsciiSimulatorOptions = {}) {
    const { capacityKg = 80_000, divisionKg = 20, seed = 1 } = options;
    this.#options = options;
    this.#scale = new Scale({ capacityKg, divisionKg, seed });
    this.server = new TalkingServer(options.place);
  }

  /** The line as an option of a driver. */
  get line(): string {
    return this.server.line;
  }

  /** What the indicator shows now. */
  get display(): IndicatorDisplay {
    const now = performance.now();
    this.#scale.advance((now - this.#advancedAt) * (this.#options.speed ?? 1));
    this.#advancedAt = now;
    const { grossKg, stable, atZero, overRange, underRange } = this.#scale;
    return { grossKg, stable, atZero, overRange, underRange, ...this.#forcedDisplay };
  }

  /** Begins to talk. Also ends a `stop`; a TCP port stays the same. */
  async start(): Promise<void> {
    this.#format ??= await loadFormat(this.#options.format ?? "and-18");
    await this.server.start();
    this.#talking ??= setInterval(() => this.#talk(), this.#options.everyMs ?? 20);
  }

  /** Leaves the line. Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#talking);
    this.#talking = undefined;
    await this.server.stop();
  }

  /** Cuts all connections; what stands on the platform stays. */
  reboot(): void {
    this.server.dropConnections();
  }

  /** Puts so many kilograms on the platform; the indicator swings there within about 1.5 s. */
  setLoad(kg: number): void {
    void this.display;
    this.#scale.setLoad(kg);
  }

  setDrift(kg: number): void {
    void this.display;
    this.#scale.setDrift(kg);
  }

  setShake(kg: number): void {
    void this.display;
    this.#scale.setShake(kg);
  }

  setFault(fault: TextFault | undefined): void {
    this.#fault = fault;
  }

  /** Text that is not true; `{}` ends it. */
  forceText(text: ForcedText): void {
    this.#forced = text;
  }

  /** A display that is not true; `{}` ends it. */
  forceDisplay(display: Partial<IndicatorDisplay>): void {
    this.#forcedDisplay = display;
  }

  #talk(): void {
    if (this.#format === undefined) return;
    const frame = encodeFrame(this.#format, this.display, this.#forced);
    const fault = this.#fault;
    switch (fault?.kind) {
      case "silent":
        return;
      case "garbage":
        return this.server.say(fault.bytes);
      case "cut":
        return this.server.say(frame.subarray(fault.characters));
      case "flipped":
        return this.server.say(frame.map((byte) => byte ^ (1 << fault.bit)));
      case "byte-by-byte":
        for (const byte of frame) this.server.say(Uint8Array.of(byte));
        return;
      default:
        return this.server.say(frame);
    }
  }
}
