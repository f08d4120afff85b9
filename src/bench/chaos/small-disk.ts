import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "#contract/errors";

const FILLER = "other-peoples-data";
const CHUNK = Buffer.alloc(1024 * 1024);
const LAST_BYTES = 512;

/** A small file system of its own for the lane's data (tmpfs), which can be full. Only root may mount one. */
export class SmallDisk {
  readonly #folder: string;
  #isMounted = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get isMounted(): boolean {
    return this.#isMounted;
  }

  /** False where this user may not mount. */
  mount(megabytes: number): boolean {
    mkdirSync(this.#folder, { recursive: true });
    const args = ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0750`, "gatelane-chaos", this.#folder];
    this.#isMounted = spawnSync("mount", args, { stdio: "ignore" }).status === 0;
    return this.#isMounted;
  }

  /** Somebody else writes until not a byte is free. */
  fill(): void {
    const file = openSync(join(this.#folder, FILLER), "a");
    try {
      for (let size = CHUNK.byteLength; size >= LAST_BYTES; ) if (!wrote(file, size)) size /= 2;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.#folder, FILLER), { force: true });
  }

  /** Free bytes. */
  room(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  /** Safe to call twice. What lay on it is gone. */
  unmount(): void {
    if (!this.#isMounted) return;
    this.#isMounted = spawnSync("umount", [this.#folder], { stdio: "ignore" }).status !== 0;
  }
}

function wrote(file: number, size: number): boolean {
  try {
    return writeSync(file, CHUNK, 0, size) === size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw new Error(`the small disk cannot be filled: ${messageOf(error)}`, { cause: error });
  }
}
