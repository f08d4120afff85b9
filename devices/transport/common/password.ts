import { readFile } from "node:fs/promises";
import { LaneError } from "#contract/errors";

const LONGEST_PASSWORD = 128;

/**
 * The password on the one line of a file, read at every log-in. Rejects with DEVICE_AUTH; the message never holds what
 * the file holds.
 */
export async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new LaneError("DEVICE_AUTH", `the password file cannot be read (${error.code ?? "unknown"})`);
  });
  const password = text.replace(/\r?\n$/, "");
  if (password.length === 0 || password.length > LONGEST_PASSWORD || /[\r\n\0]/.test(password)) {
    throw new LaneError(
      "DEVICE_AUTH",
      `the password file does not hold one line of 1 to ${LONGEST_PASSWORD} characters`,
    );
  }
  return password;
}
