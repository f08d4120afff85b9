import { readFileSync, statSync } from "node:fs";
import { LaneError, messageOf } from "#contract/errors";
import type { SigningKey } from "#sync/sign";
import type { NamedFile } from "../named-file.ts";

/** Bits of a mode that let anybody but the owner read. */
const OTHERS = 0o077;

/**
 * The private key of a person. A key that others can read proves nothing about who gave an order, so it is refused.
 * Throws LaneError CONFIG_INVALID.
 */
export function readSigningKey({ kid, file }: NamedFile): SigningKey {
  try {
    if ((statSync(file).mode & OTHERS) !== 0) throw new Error(`others may read it; run: chmod 600 ${file}`);
    return { kid, privateKeyPem: readFileSync(file, "utf8") };
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", `the key ${kid} in ${file}: ${messageOf(error)}`, { cause: error });
  }
}
