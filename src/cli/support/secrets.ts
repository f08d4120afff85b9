import { existsSync, readFileSync, statSync } from "node:fs";

/** What stands where a secret was. */
export const REMOVED = "(secret removed)";
/** Larger files hold no password and no key, bytes. */
const LIMIT_BYTES = 64 * 1024;
/** Shorter texts would take half of the words with them. */
const LEAST_LENGTH = 4;

/** Keys under which something secret stands, in files and answers that should hold none. */
const SECRET_KEY = /^(?:.*(?:password|passphrase|secret|token|private_?key))$/i;

/** The secrets in these files, line by line: passwords, and the lines of private keys. */
export function secretsIn(files: readonly string[]): readonly string[] {
  const lines = files.flatMap((file) => {
    if (!existsSync(file) || statSync(file).size > LIMIT_BYTES) return [];
    return readFileSync(file, "utf8").split(/\r?\n/);
  });
  const secret = lines
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LENGTH && !line.startsWith("-----"));
  // The longest first: one may hold another.
  return [...new Set(secret)].sort((a, b) => b.length - a.length);
}

/**
 * A text without what is secret: the given texts wherever they stand, also as JSON writes them, private keys in PEM,
 * passwords in addresses, and whatever stands under a key that names something secret.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => {
    const written = JSON.stringify(secret).slice(1, -1);
    return rest.replaceAll(secret, REMOVED).replaceAll(written, REMOVED);
  }, text);
  return known
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, REMOVED)
    .replace(/(:\/\/[^/\s"@:]*):[^/\s"@]+@/g, `$1:${REMOVED}@`);
}

/** The same for plain data: nothing under a key that names a secret is kept, unless it names a file. */
export function cleanData(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return withoutSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((one) => cleanData(one, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, SECRET_KEY.test(key) ? REMOVED : cleanData(one, secrets)]),
  );
}
