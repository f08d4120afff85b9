import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

/** Replaces a small file as a whole: whoever reads it finds the old text or the new one. Throws the system's error. */
export function writeDurably(path: string, text: string, mode: number): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
