import { statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { type Clock, isoUtc, type MonotonicMs } from "#contract/units";
import type { HealthMessage } from "./lane-messages.ts";

export interface HealthBeatOptions {
  readonly site: string;
  readonly lane: string;
  readonly boot: string;
  /** Folder whose file system is watched. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly parts: () => Pick<HealthMessage, "devices" | "queue" | "evidence" | "rejected">;
  readonly publish: (message: HealthMessage) => void;
  /** Milliseconds. Default 10,000. */
  readonly everyMs?: number;
}

const EVERY_MS = 10_000;

/** Says every ten seconds how the lane is. */
export class HealthBeat {
  readonly #options: HealthBeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #startedAt: MonotonicMs = 0;
  /** Wall clock minus monotonic clock at the start. */
  #offsetMs = 0;

  constructor(options: HealthBeatOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    const { clock, everyMs } = this.#options;
    this.#startedAt = clock.monotonic();
    this.#offsetMs = clock.utc() - this.#startedAt;
    this.#timer = setInterval(() => void this.#beat(), everyMs ?? EVERY_MS);
    void this.#beat();
  }

  /** Safe to call twice. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Asking a broken disk may never return; the next beat does not wait behind it. */
  async #beat(): Promise<void> {
    if (this.#busy) return this.#publish(null);
    this.#busy = true;
    const disk = await diskOf(this.#options.dataDir);
    this.#busy = false;
    if (this.#timer !== undefined) this.#publish(disk);
  }

  #publish(disk: HealthMessage["disk"]): void {
    const { site, lane, boot, clock, parts, publish } = this.#options;
    const [now, utc] = [clock.monotonic(), clock.utc()];
    publish({
      schema: "gatelane.health/1",
      site,
      lane,
      boot,
      at: isoUtc(utc),
      ...parts(),
      disk,
      clock: {
        uptimeSeconds: Math.round((now - this.#startedAt) / 1000),
        steppedMs: Math.round(utc - now - this.#offsetMs),
      },
      memory: { edgeBytes: process.memoryUsage.rss(), freeBytes: freemem(), totalBytes: totalmem() },
    });
  }
}

async function diskOf(folder: string): Promise<HealthMessage["disk"]> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
