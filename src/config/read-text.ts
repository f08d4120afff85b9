import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { ConfigError, type ConfigIssue } from "./issues.ts";

/** Largest configuration, policy or secret file, bytes. */
export const FILE_LIMIT_BYTES = 1024 * 1024;

/** Mode bit: everybody may write. */
export const WORLD_WRITABLE = 0o002;

/**
 * The text of a file that decides what the lane does. Throws ConfigError when it is absent, a symbolic link, no regular
 * file, too large, writable by everybody, or not UTF-8: whoever can change it can open the gate.
 */
export function readConfigText(file: string): string {
  const handle = open(file);
  try {
    const { size, mode } = handle.stat;
    if (!handle.stat.isFile()) refuse(file, "not a regular file", "a regular file", "name a file");
    if (size > FILE_LIMIT_BYTES) {
      refuse(file, `${size} bytes long`, `at most ${FILE_LIMIT_BYTES} bytes`, "check that this is the right file");
    }
    if ((mode & WORLD_WRITABLE) !== 0) {
      refuse(file, "writable by everybody", "a file that only its owner may change", `run: chmod o-w ${file}`);
    }
    return decode(file, readFileSync(handle.descriptor));
  } finally {
    closeSync(handle.descriptor);
  }
}

function open(file: string) {
  try {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return { descriptor, stat: fstatSync(descriptor) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ELOOP") refuse(file, "a symbolic link", "the file itself", "name the file that the link points to");
    if (code === "ENOENT") throw new ConfigError(file, [fileIssue(null, "an existing file", "check the path")]);
    if (code === "EACCES") refuse(file, "not readable", "a file this user may read", "check its owner and mode");
    return refuse(file, `unreadable (${code})`, "a readable file", "check the path and the disk");
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(file, "not UTF-8", "UTF-8 text", "save the file as UTF-8");
  }
}

function refuse(file: string, value: string, expected: string, fix: string): never {
  throw new ConfigError(file, [fileIssue(value, expected, fix)]);
}

const fileIssue = (value: string | null, expected: string, fix: string): ConfigIssue => ({
  path: "",
  line: null,
  value,
  expected,
  fix,
});
