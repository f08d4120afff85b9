import type { LineSettings } from "../../transport/serial/line-options.ts";
import { TalkingServer } from "../../transport/serial/talking-server.ts";

export interface IdReaderSimulatorOptions {
  /** A serial port; default a TCP port of 127.0.0.1. */
  readonly place?: LineSettings;
  /** Time between two reads of what is held before the reader, milliseconds; default 50. */
  readonly everyMs?: number;
  /** Sent when there is nothing else to tell. */
  readonly heartbeat?: string;
}

/** A reader of tags or codes that tells, over and over, what is held before it. */
export class IdReaderSimulator {
  readonly server: TalkingServer;
  readonly #options: IdReaderSimulatorOptions;
  #held: readonly string[] = [];
  #reading: NodeJS.Timeout | undefined;
  #silent = false;

  constructor(options: IdReaderSimulatorOptions = {}) {
    this.#options = options;
    this.server = new TalkingServer(options.place);
  }

  /** The line as an option of a driver. */
  get line(): string {
    return this.server.line;
  }

  async start(): Promise<void> {
    await this.server.start();
    this.#reading ??= setInterval(() => this.#read(), this.#options.everyMs ?? 50);
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#reading);
    this.#reading = undefined;
    await this.server.stop();
  }

  /** Puts these before the reader, instead of what was there. */
  hold(...identifiers: readonly string[]): void {
    this.#held = identifiers;
  }

  /** The reader hangs: it keeps its connection and says nothing. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
  }

  /** Sends these bytes once. */
  sendRaw(bytes: Uint8Array): void {
    this.server.say(bytes);
  }

  #read(): void {
    if (this.#silent) return;
    const { heartbeat } = this.#options;
    const lines = this.#held.length === 0 && heartbeat !== undefined ? [heartbeat] : this.#held;
    for (const line of lines) this.server.say(Buffer.from(`${line}\r\n`));
  }
}
