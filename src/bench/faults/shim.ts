import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("./shim.c", import.meta.url));
const KNOBS_BYTES = 64;

/** Positions of the knobs, as `struct knobs` in shim.c has them. */
const KNOB = { clockOffsetMs: 0, flushDelayMs: 8, flushErrno: 16, writeErrno: 24 } as const;

/** What the system says when a disk is full, broken or may only be read (Linux, errno.h). */
export const ERRNO = { EIO: 5, ENOSPC: 28, EROFS: 30 } as const;

export interface ShimOptions {
  /** Where the shim is built and its knobs lie; not below `target`. */
  readonly folder: string;
  /** Files below it are touched, nothing else. It exists. */
  readonly target: string;
  /** Every write, truncation, flush, creation and removal is recorded in this file. */
  readonly log?: string;
}

/**
 * Slows, breaks or records the disk of other processes, and shifts their wall clock, from outside: a library of ours
 * that is loaded before the system's. Needs a C compiler.
 */
export class DiskAndClockShim {
  readonly #folder: string;
  readonly #target: string;
  readonly #log: string | undefined;
  #knobs: number | undefined;

  private constructor(options: ShimOptions) {
    this.#folder = options.folder;
    this.#target = options.target;
    this.#log = options.log;
  }

  /** Builds the shim. Undefined where there is no C compiler. */
  static build(options: ShimOptions): DiskAndClockShim | undefined {
    const shim = new DiskAndClockShim(options);
    if (!existsSync(shim.#library)) {
      const args = ["-O2", "-shared", "-fPIC", "-o", shim.#library, SOURCE, "-ldl", "-lpthread"];
      if (spawnSync("cc", args, { stdio: "ignore" }).status !== 0) return undefined;
    }
    writeFileSync(shim.#knobsFile, Buffer.alloc(KNOBS_BYTES));
    shim.#knobs = openSync(shim.#knobsFile, "r+");
    return shim;
  }

  /** Variables for the environment of a process that is to run behind the shim; its children inherit them. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.#library,
      GATELANE_SHIM_FOLDER: this.#target,
      GATELANE_SHIM_KNOBS: this.#knobsFile,
      ...(this.#log === undefined ? {} : { GATELANE_SHIM_LOG: this.#log }),
    };
  }

  /** The wall clock is off by this, from now on, milliseconds. The monotonic one goes on undisturbed. */
  shiftClock(ms: number): void {
    this.#turn(KNOB.clockOffsetMs, BigInt(Math.trunc(ms)));
  }

  /** Every flush to the disk takes this much longer, milliseconds. */
  slowFlushes(ms: number): void {
    this.#turn(KNOB.flushDelayMs, BigInt(Math.trunc(ms * 1000)));
  }

  /** Flushes fail with this errno; 0: they work. */
  failFlushes(errno: number): void {
    this.#turn(KNOB.flushErrno, BigInt(errno));
  }

  /** Writes fail with this errno; 0: they work. */
  failWrites(errno: number): void {
    this.#turn(KNOB.writeErrno, BigInt(errno));
  }

  /** Everything works again. Safe to call twice. */
  close(): void {
    if (this.#knobs === undefined) return;
    writeSync(this.#knobs, Buffer.alloc(KNOBS_BYTES), 0, KNOBS_BYTES, 0);
    closeSync(this.#knobs);
    this.#knobs = undefined;
  }

  get #library(): string {
    return join(this.#folder, "gatelane-shim.so");
  }

  get #knobsFile(): string {
    return join(this.#folder, "gatelane-shim.knobs");
  }

  #turn(position: number, value: bigint): void {
    if (this.#knobs === undefined) return;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    writeSync(this.#knobs, bytes, 0, 8, position);
  }
}
