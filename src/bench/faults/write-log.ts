import type { Random } from "../scene/random.ts";

/** One change of the disk as the shim has recorded it; see shim.c. */
export interface DiskChange {
  readonly kind: "write" | "truncate" | "sync" | "create" | "unlink" | "rename" | "sync-folder";
  readonly path: string;
  /** Where a write goes, or the new length of a truncated file. */
  readonly offset: number;
  /** What is written, or the new path of a renamed file. */
  readonly data: Buffer;
}

const HEADER_BYTES = 24;
const KINDS: Readonly<Record<string, DiskChange["kind"]>> = {
  W: "write",
  T: "truncate",
  S: "sync",
  C: "create",
  U: "unlink",
  R: "rename",
  D: "sync-folder",
};
/** What a disk writes whole or not at all, bytes. */
const SECTOR_BYTES = 512;

/** Reads the record of the shim, in the order in which things happened. Throws when it is not one. */
export function readWriteLog(log: Buffer): DiskChange[] {
  const changes: DiskChange[] = [];
  for (let at = 0; at < log.byteLength; ) {
    const kind = KINDS[String.fromCharCode(log.readUInt8(at))];
    if (kind === undefined) throw new Error(`the record of the disk is damaged at byte ${at}`);
    const offset = Number(log.readBigInt64LE(at + 8));
    const [pathLength, dataLength] = [log.readUInt32LE(at + 16), log.readUInt32LE(at + 20)];
    const path = log.toString("utf8", at + HEADER_BYTES, at + HEADER_BYTES + pathLength);
    at += HEADER_BYTES + pathLength;
    changes.push({ kind, path, offset, data: log.subarray(at, at + dataLength) });
    at += dataLength;
  }
  return changes;
}

interface DiskFile {
  /** What has reached the platter. */
  readonly flushed: Bytes;
  /** What the disk still may lose, in order. */
  unflushed: DiskChange[];
  /** The name itself has reached the platter. */
  named: boolean;
}

/** How a power cut treats what was not flushed. */
export const CUT_MODES = ["nothing", "some", "torn"] as const;
export type CutMode = (typeof CUT_MODES)[number];

/** A disk while what was recorded happens to it once more, change by change, and as a power cut would leave it. */
export class RecordedDisk {
  readonly #changes: readonly DiskChange[];
  readonly #files = new Map<string, DiskFile>();
  #at = 0;

  /** `start`: content by path before the first change. */
  constructor(changes: readonly DiskChange[], start: ReadonlyMap<string, Buffer>) {
    this.#changes = changes;
    for (const [path, content] of start) {
      this.#files.set(path, { flushed: new Bytes(content), unflushed: [], named: true });
    }
  }

  /** Lets happen what comes before the change `count`; never goes back. */
  advanceTo(count: number): void {
    for (; this.#at < count; this.#at++) {
      const change = this.#changes[this.#at];
      if (change !== undefined) this.#apply(change);
    }
  }

  /**
   * What is found when the power fails now: what was flushed; of the rest nothing, a random choice, or the beginning
   * with a torn last write. A new file whose name was never flushed is there or not, by chance.
   */
  cut(mode: CutMode, random: Random): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    for (const [path, { named, flushed, unflushed }] of this.#files) {
      if (!named && random.next() < 0.5) continue;
      const bytes = flushed.copy();
      for (const change of survivors(unflushed, mode, random)) bytes.change(change);
      found.set(path, bytes.content);
    }
    return found;
  }

  #apply(change: DiskChange): void {
    const { kind, path } = change;
    const file = this.#files.get(path);
    if (kind === "create") this.#files.set(path, { flushed: new Bytes(), unflushed: [], named: false });
    else if (kind === "sync-folder") for (const one of this.#files.values()) one.named = true;
    else if (kind === "unlink") this.#files.delete(path);
    else if (file === undefined) return;
    else if (kind === "rename") {
      this.#files.delete(path);
      this.#files.set(change.data.toString(), file);
    } else if (kind === "sync") {
      for (const one of file.unflushed) file.flushed.change(one);
      file.unflushed = [];
      file.named = true;
    } else file.unflushed.push(change);
  }
}

function survivors(unflushed: readonly DiskChange[], mode: CutMode, random: Random): DiskChange[] {
  if (mode === "nothing") return [];
  if (mode === "some") return unflushed.filter(() => random.next() < 0.5);
  const kept = unflushed.slice(0, random.integer(0, unflushed.length));
  const last = kept.pop();
  if (last === undefined) return kept;
  const sectors = Math.floor(last.data.byteLength / SECTOR_BYTES);
  const whole = random.integer(0, sectors) * SECTOR_BYTES;
  return [...kept, { ...last, data: last.data.subarray(0, whole) }];
}

/** The content of a file, which grows. */
class Bytes {
  #room: Buffer;
  #length: number;

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.#room = Buffer.from(content);
    this.#length = content.byteLength;
  }

  get content(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  copy(): Bytes {
    return new Bytes(this.content);
  }

  change({ kind, offset, data }: DiskChange): void {
    const end = kind === "truncate" ? offset : offset + data.byteLength;
    if (end > this.#room.byteLength) {
      const room = Buffer.alloc(2 * end);
      this.content.copy(room);
      this.#room = room;
    }
    if (kind === "truncate" && end < this.#length) this.#room.fill(0, end, this.#length);
    this.#length = kind === "truncate" ? end : Math.max(this.#length, end);
    if (kind !== "truncate") data.copy(this.#room, offset);
  }
}
