import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface KeyPair {
  readonly kid: string;
  /** PKCS #8, PEM. */
  readonly privateKeyPem: string;
  /** SPKI, PEM. */
  readonly publicKeyPem: string;
}

/** A new Ed25519 key pair. */
export function generateKeys(kid: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    kid,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** The key pair `<kid>.key` and `<kid>.pem` in a folder, made there when it is missing. */
export function loadOrGenerateKeys(folder: string, kid: string): KeyPair {
  const privatePath = join(folder, `${kid}.key`);
  const publicPath = join(folder, `${kid}.pem`);
  if (existsSync(privatePath) && existsSync(publicPath)) {
    const [privateKeyPem, publicKeyPem] = [readFileSync(privatePath, "utf8"), readFileSync(publicPath, "utf8")];
    return { kid, privateKeyPem, publicKeyPem };
  }
  const keys = generateKeys(kid);
  mkdirSync(folder, { recursive: true });
  writeFileSync(privatePath, keys.privateKeyPem, { mode: 0o600 });
  writeFileSync(publicPath, keys.publicKeyPem);
  return keys;
}
