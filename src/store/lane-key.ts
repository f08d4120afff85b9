import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LaneError, messageOf } from "#contract/errors";
import { writeDurably } from "./write-durably.ts";

/** The public half of a lane's own key. `kid` is the start of the SHA-256 of the key itself, so it cannot be chosen. */
export interface LanePublicKey {
  readonly kid: string;
  /** Ed25519, SPKI, PEM. */
  readonly publicKeyPem: string;
}

export interface LaneKey extends LanePublicKey {
  /** Ed25519 signature, base64url. */
  sign(text: string): string;
}

/** Where operations and technicians find the public key of a lane, in its data folder. */
export const PUBLIC_KEY_FILE = "lane-key.pem";
const PRIVATE_KEY_FILE = "lane-key.private.pem";

/** The key of the lane whose data lies in `dataDir`, made at the first start. Throws LaneError STORE_FAILED. */
export function loadOrCreateLaneKey(dataDir: string): LaneKey {
  try {
    const path = join(dataDir, PRIVATE_KEY_FILE);
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync("ed25519");
      writeDurably(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString(), 0o600);
    }
    const privateKey = createPrivateKey(readFileSync(path, "utf8"));
    const publicKey = publicKeyOf(createPublicKey(privateKey));
    const publicPath = join(dataDir, PUBLIC_KEY_FILE);
    const isThere = existsSync(publicPath) && readFileSync(publicPath, "utf8") === publicKey.publicKeyPem;
    if (!isThere) writeDurably(publicPath, publicKey.publicKeyPem, 0o644);
    return { ...publicKey, sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64url") };
  } catch (error) {
    throw new LaneError("STORE_FAILED", `the lane's key in ${dataDir} is not usable: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Throws when `pem` is not an Ed25519 public key. */
export function parsePublicKey(pem: string): LanePublicKey {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new LaneError("MESSAGE_UNSIGNED", "the key is not an Ed25519 key");
  return publicKeyOf(key);
}

/** Whether `signature` (base64url) is this key's under `text`. */
export function isSignedBy(key: LanePublicKey, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  if (bytes.toString("base64url") !== signature) return false;
  return verify(null, Buffer.from(text), createPublicKey(key.publicKeyPem), bytes);
}

function publicKeyOf(key: KeyObject): LanePublicKey {
  const der = key.export({ type: "spki", format: "der" });
  const kid = createHash("sha256").update(der).digest("hex").slice(0, 16);
  return { kid, publicKeyPem: key.export({ type: "spki", format: "pem" }).toString() };
}
