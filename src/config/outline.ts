import { resolve } from "node:path";
import { readConfigText } from "./read-text.ts";
import { resolveFrom } from "./referenced-files.ts";
import { parseYaml } from "./yaml-document.ts";

/** What a lane file says about files of its own, whatever else is wrong with it. Paths are absolute. */
export interface LaneOutline {
  /** Where the daemon of this lane listens. */
  readonly socket?: string;
  readonly policy?: string;
  readonly dataDir?: string;
}

/**
 * Reads a lane file without checking it, so that a running daemon can be asked also when its file was damaged or its
 * secrets are not readable to the person who asks. Throws ConfigError when the file is no YAML.
 */
export function readOutline(file: string): LaneOutline {
  const path = resolve(file);
  const { value } = parseYaml(file, readConfigText(path));
  const { socket, dataDir, policy } = typeof value === "object" && value !== null ? (value as LaneNames) : {};
  const named = typeof socket === "string" ? socket : undefined;
  const folder = typeof dataDir === "string" ? dataDir : undefined;
  return {
    ...(named === undefined && folder === undefined ? {} : { socket: socketPath(path, named, folder ?? "") }),
    ...(folder === undefined ? {} : { dataDir: resolveFrom(path, folder) }),
    ...(typeof policy === "string" ? { policy: resolveFrom(path, policy) } : {}),
  };
}

interface LaneNames {
  readonly socket?: unknown;
  readonly dataDir?: unknown;
  readonly policy?: unknown;
}

/** The socket as named, or `lane.sock` in the data folder. Absolute. */
export function socketPath(configFile: string, named: string | undefined, dataDir: string): string {
  return resolveFrom(configFile, named ?? `${dataDir}/lane.sock`);
}
