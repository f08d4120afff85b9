import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { readConfigText } from "#config/read-text";
import { messageOf } from "#contract/errors";
import { isoUtc, type UtcMs } from "#contract/units";
import { sha256 } from "#store/hash";
import { writeDurably } from "#store/write-durably";
import { softwareVersion } from "./software-version.ts";

/** The copy as it lies on the disk. */
interface Copy {
  readonly software: string;
  /** The lane file that it is of, absolute. */
  readonly of: string;
  readonly keptAt: string;
  /** SHA-256 of `lane`. */
  readonly sha256: string;
  /** JSON of an AgreedLane. */
  readonly lane: string;
}

/** What can be run on when the lane file has mistakes, or why nothing can. */
export type LastGood = { readonly keptAt: string; readonly lane: string } | { readonly absent: string };

const pathIn = (folder: string) => join(folder, "last-good.json");

/** Keeps what a lane runs on, durable when it returns. Throws the system's error. */
export function keepLastGood(folder: string, configPath: string, lane: string, now: UtcMs): void {
  const of = resolve(configPath);
  const copy: Copy = { software: softwareVersion(), of, keptAt: isoUtc(now), sha256: sha256(Buffer.from(lane)), lane };
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  writeDurably(pathIn(folder), `${JSON.stringify(copy)}\n`, 0o640);
}

/** The copy of this lane file, if it is whole, its own, and of this version of the software. */
export function readLastGood(folder: string, configPath: string): LastGood {
  try {
    const copy = JSON.parse(readConfigText(pathIn(folder))) as Partial<Copy>;
    const { lane = "", keptAt = "" } = copy;
    if (copy.sha256 !== sha256(Buffer.from(lane))) return { absent: "the copy in the folder is damaged" };
    if (copy.of !== resolve(configPath)) return { absent: `the copy in the folder is of ${copy.of}` };
    if (copy.software !== softwareVersion()) return { absent: `the copy was kept by version ${copy.software}` };
    return { keptAt, lane };
  } catch (error) {
    return { absent: `there is no copy in the folder that can be read: ${messageOf(error)}` };
  }
}
