import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { LaneError } from "#contract/errors";

/** A control process that was killed with its supervisor may need a moment to be gone, milliseconds. */
const WAIT_MS = 2000;

/** A lock whose file nobody refers to would be given back by the garbage collector. */
const held = new Set<Database.Database>();

/**
 * Makes this process the only one that commands the lane and writes its journal. The lock is the operating system's, on
 * a file that stays empty, so it ends with the process however that ends. Returns the function that gives it back.
 * Throws LaneError LANE_RUNNING when another process keeps it.
 */
export function lockLane(dataDir: string, waitMs = WAIT_MS): () => void {
  const file = new Database(join(dataDir, "lane.lock"), { timeout: waitMs });
  try {
    file.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    file.close();
    if (!(error instanceof Database.SqliteError) || error.code !== "SQLITE_BUSY") throw error;
    throw new LaneError("LANE_RUNNING", `process ${holder(dataDir)} runs the lane in ${dataDir}`);
  }
  held.add(file);
  name(dataDir);
  return () => {
    held.delete(file);
    file.close();
  };
}

const nameFile = (dataDir: string) => join(dataDir, "laned.pid");

/** Writes down who has the lock: the daemon that this process belongs to. For people only, so a full disk is no matter. */
function name(dataDir: string): void {
  try {
    writeFileSync(nameFile(dataDir), `${process.ppid}\n`);
  } catch {
    // The lock is held all the same.
  }
}

function holder(dataDir: string): string {
  try {
    return readFileSync(nameFile(dataDir), "utf8").trim();
  } catch {
    return "(unknown)";
  }
}
