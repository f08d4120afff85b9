import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const FILE = "ballast";
const CHUNK = Buffer.alloc(1024 * 1024, 0xa5);
/** Room for some ten thousand entries: enough to end what is going on and to record why the lane holds. */
export const BALLAST_BYTES = 32 * 1024 * 1024;

/**
 * A file that only takes up room. When the disk is full it is removed first: in that room the lane writes down what
 * still happens, while it lets nobody through. Written with real bytes, so that the room is really there.
 */
export class Ballast {
  readonly #path: string;
  readonly #bytes: number;

  /** In the folder of the database; 0 bytes: there is none. */
  constructor(databasePath: string, bytes: number) {
    this.#path = join(dirname(databasePath), FILE);
    this.#bytes = bytes;
  }

  get isThere(): boolean {
    return existsSync(this.#path) && statSync(this.#path).size === this.#bytes;
  }

  /** Free bytes on the disk; infinite when nobody can tell. */
  room(): number {
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path));
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  /** Takes the room, when there is at least as much again. Returns whether the ballast is there afterwards. */
  take(): boolean {
    if (this.#bytes === 0) return false;
    if (this.isThere) return true;
    try {
      if (this.room() < 2 * this.#bytes) return false;
      const file = openSync(this.#path, "w", 0o640);
      try {
        for (let left = this.#bytes; left > 0; ) left -= writeSync(file, CHUNK, 0, Math.min(left, CHUNK.byteLength));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      return true;
    } catch {
      this.release();
      return false;
    }
  }

  /** Gives the room back. Returns whether there was any to give. */
  release(): boolean {
    const had = existsSync(this.#path);
    try {
      rmSync(this.#path, { force: true });
      return had;
    } catch {
      return false;
    }
  }
}
