import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { LaneConfig } from "#config/lane-config";
import { devicesOf } from "#config/lane-config";
import { messageOf } from "#contract/errors";
import { type Finding, good, unknown, warning, wrong } from "./finding.ts";

const GIB = 1024 ** 3;
/** Less is no place for a day of pictures, bytes. */
const LOW_BYTES = 10 * GIB;
const OUT_BYTES = GIB;
/** Nobody has run this software before, milliseconds since 1970: 2026-01-01. */
const BEFORE_RELEASE = 1_767_225_600_000;
const NODE_MAJOR = 24;
/** Mode bits: somebody other than the owner may read or write. */
const OTHERS = 0o077;

/** The computer itself: its clock, its disk, who may read what. */
export function machineFindings(config: LaneConfig): readonly Finding[] {
  return [node(), clock(), disk(config.dataDir), dataFolder(config.dataDir), ...secrets(config)];
}

function node(): Finding {
  const { node: version } = process.versions;
  if (Number(version.split(".")[0]) >= NODE_MAJOR) return good("Node.js", version);
  return wrong("Node.js", version, `install Node.js ${NODE_MAJOR}, or start with bin/lanectl.js`);
}

/** Everything that is signed has times in it. */
function clock(): Finding {
  const now = Date.now();
  if (now < BEFORE_RELEASE)
    return wrong("clock", new Date(now).toISOString(), "set the clock, and switch on time synchronisation");
  const { status, stdout } = spawnSync("timedatectl", ["show", "-p", "NTPSynchronized", "--value"], {
    encoding: "utf8",
    timeout: 5000,
  });
  const fix = "look at: timedatectl timesync-status, or chronyc tracking";
  if (status !== 0) return unknown("clock", "whether it is synchronised cannot be asked here", fix);
  if (stdout.trim() === "yes") return good("clock", "synchronised");
  return warning("clock", "not synchronised", `${fix}; orders and clearances are refused when clocks differ`);
}

function disk(dataDir: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(nearest(dataDir));
    const free = bavail * bsize;
    const found = `${(free / GIB).toFixed(1)} GiB free at ${dataDir}`;
    const fix = "make room, or move dataDir to a larger disk: a lane without room holds every vehicle";
    if (free < OUT_BYTES) return wrong("disk", found, fix);
    return free < LOW_BYTES ? warning("disk", found, fix) : good("disk", found);
  } catch (error) {
    return unknown("disk", messageOf(error), "look at: df");
  }
}

function dataFolder(dataDir: string): Finding {
  const folder = nearest(dataDir);
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return warning(
      "data folder",
      `${folder}: this user may not write there`,
      "run as the user of the daemon: sudo -u gatelane",
    );
  }
  const { mode } = statSync(folder);
  if (folder === dataDir && (mode & 0o002) !== 0) {
    return wrong("data folder", `${dataDir} may be written by everybody`, `chmod o-w ${dataDir}`);
  }
  return good("data folder", folder === dataDir ? dataDir : `${dataDir} is made at the first start`);
}

/** Passwords and private keys that others may read. */
function secrets(config: LaneConfig): Finding[] {
  const named = [config.upstream, ...devicesOf(config).map(({ options }) => options)].flatMap((block) =>
    Object.entries(block).flatMap(([key, value]) =>
      (key === "passwordFile" || key === "keyFile") && typeof value === "string" ? [value] : [],
    ),
  );
  const files = [...new Set(named)];
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & OTHERS) !== 0);
  if (open.length > 0)
    return open.map((file) => wrong("secrets", `${file} may be read by others`, `chmod 600 ${file}`));
  return [good("secrets", files.length === 0 ? "none are named" : `${files.length} files, each for its owner only`)];
}

/** The folder itself, or the one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
