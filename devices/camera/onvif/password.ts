import { readFile } from "node:fs/promises";
import { LaneError } from "#contract/errors";

/**
 * The password on the one line of a file. Read at every log-in, so that a changed password needs no restart. Rejects
 * with DEVICE_AUTH; the message never holds what the file holds.
 */
export async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new LaneError("DEVICE_AUTH", `the password file cannot be read (${error.code ?? "unknown"})`);
  });
  const password = text.replace(/\r?\n$/, "");
  // ONVIF log-ins hash bytes and cameras disagree about the bytes of other characters.
  if (!/^[\x20-\x7e]{1,128}$/.test(password)) {
    throw new LaneError(
      "DEVICE_AUTH",
      "the password file does not hold one line of 1 to 128 printable ASCII characters",
    );
  }
  return password;
}
