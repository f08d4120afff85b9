import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { v7 as uuid } from "uuid";
import { LaneError, messageOf } from "#contract/errors";
import type { EvidenceRef } from "#contract/reading";
import type { Sha256, UtcMs } from "#contract/units";
import { sha256 } from "./hash.ts";

export interface EvidenceStoreOptions {
  /** Folder of the evidence files. */
  readonly directory: string;
  /** Largest file taken, bytes. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 32 * 1024 * 1024;
const TEMPORARY = "incoming";
const NAME = /^[0-9a-f]{64}$/;

/**
 * Original pictures, each in a file named by its SHA-256, in two levels of folders. A file that has its name is
 * complete and on the disk: it is written aside, flushed, renamed, and the folder is flushed.
 */
export class EvidenceStore {
  readonly #directory: string;
  readonly #maxBytes: number;

  constructor(options: EvidenceStoreOptions) {
    this.#directory = options.directory;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Creates the folders and clears what a power cut left half written. Rejects with LaneError STORE_FAILED. */
  async start(): Promise<void> {
    await failing("cannot prepare the evidence folder", async () => {
      await rm(join(this.#directory, TEMPORARY), { recursive: true, force: true });
      await mkdir(join(this.#directory, TEMPORARY), { recursive: true });
    });
  }

  /** Where the file of a hash lies; says nothing about whether it is there. Throws LaneError EVIDENCE_MISSING for a text that is no hash. */
  pathOf(hash: Sha256): string {
    if (!NAME.test(hash)) throw new LaneError("EVIDENCE_MISSING", "not the name of an evidence file");
    return join(this.#directory, hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  /** Stores a picture; durable when resolved. Rejects with LaneError IMAGE_TOO_LARGE or STORE_FAILED. */
  async store(bytes: Uint8Array, takenAt: UtcMs): Promise<EvidenceRef> {
    if (bytes.byteLength > this.#maxBytes) {
      throw new LaneError("IMAGE_TOO_LARGE", `${bytes.byteLength} bytes, at most ${this.#maxBytes}`);
    }
    const hash = sha256(bytes);
    const reference: EvidenceRef = { sha256: hash, bytes: bytes.byteLength, takenAt };
    await failing(`cannot store evidence ${hash}`, async () => {
      if (!(await this.#isIntact(hash))) await this.#write(hash, bytes);
      // Also for a file that was there: whoever wrote it may have died before this step.
      await this.#flushFolders(hash);
    });
    return reference;
  }

  /** The bytes that were stored. Rejects with LaneError EVIDENCE_MISSING when they are gone or altered. */
  async read(hash: Sha256): Promise<Uint8Array> {
    const path = this.pathOf(hash);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      throw new LaneError("EVIDENCE_MISSING", `${hash}: ${messageOf(error)}`, { cause: error });
    }
    if (sha256(bytes) !== hash) throw new LaneError("EVIDENCE_MISSING", `${hash}: the file was altered`);
    return bytes;
  }

  async #isIntact(hash: Sha256): Promise<boolean> {
    try {
      await access(this.pathOf(hash), constants.R_OK);
      await this.read(hash);
      return true;
    } catch {
      return false;
    }
  }

  async #write(hash: Sha256, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#directory, TEMPORARY, uuid());
    const path = this.pathOf(hash);
    try {
      await writeFlushed(temporary, bytes);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #flushFolders(hash: Sha256): Promise<void> {
    const lower = dirname(this.pathOf(hash));
    for (const folder of [lower, dirname(lower), this.#directory]) await flushFolder(folder);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function failing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new LaneError("STORE_FAILED", `${what}: ${messageOf(error)}`, { cause: error });
  }
}
