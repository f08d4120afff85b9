import type { SealState } from "#contract/device";
import { isoUtc, type UtcMs } from "#contract/units";
import type { LineSettings } from "../../transport/serial/line-options.ts";
import { TalkingServer } from "../../transport/serial/talking-server.ts";

/** A simulated seal. */
export interface SimulatedSeal {
  readonly seal: string;
  readonly state: SealState;
  /** 0..100; absent when the seal does not tell. */
  readonly batteryPercent?: number;
  /** When it was heard; absent: now. */
  readonly heardAt?: UtcMs;
}

export interface SealReaderSimulatorOptions {
  /** A serial port; default a TCP port of 127.0.0.1. */
  readonly place?: LineSettings;
  /** Time between two rounds through the seals, milliseconds; default 50. */
  readonly everyMs?: number;
  /** Sent when no seal is there. */
  readonly heartbeat?: string;
}

/** A gateway that tells, over and over, the state of the seals around it. */
export class SealReaderSimulator {
  readonly server: TalkingServer;
  readonly #options: SealReaderSimulatorOptions;
  #seals: readonly SimulatedSeal[] = [];
  #telling: NodeJS.Timeout | undefined;
  #silent = false;

  constructor(options: SealReaderSimulatorOptions = {}) {
    this.#options = options;
    this.server = new TalkingServer(options.place);
  }

  /** The line as an option of a driver. */
  get line(): string {
    return this.server.line;
  }

  async start(): Promise<void> {
    await this.server.start();
    this.#telling ??= setInterval(() => this.#tell(), this.#options.everyMs ?? 50);
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#telling);
    this.#telling = undefined;
    await this.server.stop();
  }

  /** Brings these seals near, instead of those that were there. */
  bring(...seals: readonly SimulatedSeal[]): void {
    this.#seals = seals;
  }

  /** The gateway hangs: it keeps its connection and says nothing. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
  }

  /** Sends these bytes once. */
  sendRaw(bytes: Uint8Array): void {
    this.server.say(bytes);
  }

  #tell(): void {
    if (this.#silent) return;
    const { heartbeat } = this.#options;
    for (const { seal, state, batteryPercent, heardAt } of this.#seals) {
      const fields = [seal, state.toUpperCase(), batteryPercent ?? "-", isoUtc(heardAt ?? Date.now())];
      this.server.say(Buffer.from(`${fields.join(";")}\r\n`));
    }
    if (this.#seals.length === 0 && heartbeat !== undefined) this.server.say(Buffer.from(`${heartbeat}\r\n`));
  }
}
