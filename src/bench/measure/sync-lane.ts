import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { systemClock } from "#devices/system-clock";
import { JournalReader } from "#store/journal-reader";
import { Uplink } from "#sync/uplink";
import type { KeyPair } from "../operations/keys.ts";
import type { FromBenchControl, TickFigures, ToBenchControl } from "./sync-control.ts";

export const BENCH_SITE = "bench";
export const BENCH_LANE = "lane-1";
const CONTROL = fileURLToPath(new URL("./sync-control.ts", import.meta.url));
const LIMIT_MS = 300_000;

export interface SyncLaneOptions {
  readonly path: string;
  readonly brokerUrl: string;
  readonly keys: KeyPair;
  /** Of the control process, beside those of this one. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onDurable?: (seq: number, askedAt: number) => void;
}

/** A lane reduced to its uplink (in this process, which plays edge) and its store (in a process that plays control). */
export class SyncLane {
  readonly #uplink: Uplink;
  readonly #options: SyncLaneOptions;
  #control: ChildProcess | undefined;
  #acked = 0;

  constructor(options: SyncLaneOptions) {
    this.#options = options;
    const { path, brokerUrl, keys } = options;
    this.#uplink = new Uplink({
      url: brokerUrl,
      clientId: "lane",
      site: BENCH_SITE,
      lane: BENCH_LANE,
      boot: "bench",
      trust: [keys],
      openJournal: () => JournalReader.open(path),
      clock: systemClock,
      log: pino({ level: "silent" }),
      status: () => ({ software: "bench", configHash: "", policyHash: "", modelHash: null }),
      onMessage: (message) => {
        if (message.type === "ack") this.#tell({ type: "ack", ack: message });
      },
    });
  }

  /** Resolves when the store is open; then the uplink starts. */
  async start(): Promise<void> {
    const { path, environment } = this.#options;
    const control = fork(CONTROL, [path], { env: { ...process.env, ...environment } });
    this.#control = control;
    await once(control, "message");
    control.on("message", (message: FromBenchControl) => this.#hear(message));
    this.#uplink.start();
  }

  /** Every tick of the control loop makes an entry of this type durable from now on. */
  write(entryType: "link.up"): void {
    this.#tell({ type: "write", entryType });
  }

  /** Resolves when operations have acknowledged the entry and the cursor is on the disk. */
  async reached(seq: number): Promise<void> {
    const deadline = performance.now() + LIMIT_MS;
    while (this.#acked < seq) {
      if (performance.now() > deadline) throw new Error(`${seq} entries were not acknowledged within ${LIMIT_MS} ms`);
      await wait(10);
    }
  }

  /** Ends both; resolves with how punctual the control loop was. */
  async stop(): Promise<TickFigures> {
    await this.#uplink.stop();
    const control = this.#control;
    if (control === undefined) throw new Error("the bench lane was not started");
    const said = new Promise<TickFigures>((resolve, reject) => {
      control.once("exit", () => reject(new Error("the bench's control process ended without its figures")));
      control.on("message", (message: FromBenchControl) => {
        if (message.type === "ticks") resolve(message.ticks);
      });
    });
    this.#tell({ type: "stop" });
    return await said;
  }

  #hear(message: FromBenchControl): void {
    if (message.type === "cursor") {
      this.#acked = message.seq;
      this.#uplink.cursorAdvanced(message.seq);
    } else if (message.type === "durable") {
      this.#uplink.headAdvanced(message.seq);
      this.#options.onDurable?.(message.seq, message.askedAt);
    }
  }

  #tell(message: ToBenchControl): void {
    if (this.#control?.connected === true) this.#control.send(message);
  }
}
