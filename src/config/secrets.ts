import { createPublicKey } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { LaneError, messageOf } from "#contract/errors";
import type { Validity } from "#lanes/decision/validity";
import type { LaneConfig } from "./lane-config.ts";
import { printable } from "./printable.ts";

/** Largest secret or key file, bytes. */
const LIMIT_BYTES = 16 * 1024;

/** A key of somebody who may sign messages to this lane. */
export interface TrustedKey extends Validity {
  readonly kid: string;
  /** Ed25519 public key, PEM. */
  readonly publicKeyPem: string;
}

/** What the upstream connection needs and the configuration only names. */
export interface UpstreamSecrets {
  readonly password?: string;
  readonly trust: readonly TrustedKey[];
}

/** Reads the secrets of the upstream connection. Throws LaneError CONFIG_INVALID with the file that is wrong. */
export function readUpstreamSecrets({ upstream }: LaneConfig): UpstreamSecrets {
  const trust = upstream.trust.map(({ publicKeyFile, ...key }) => ({
    ...key,
    publicKeyPem: readPublicKey(publicKeyFile),
  }));
  if (upstream.passwordFile === undefined) return { trust };
  return { password: readPassword(upstream.passwordFile), trust };
}

/** The keys of those who may give orders to this lane. Throws LaneError CONFIG_INVALID with the file that is wrong. */
export function readOrderKeys({ orders }: Pick<LaneConfig, "orders">) {
  return orders.keys.map(({ publicKeyFile, ...key }) => ({ ...key, publicKeyPem: readPublicKey(publicKeyFile) }));
}

/** The password in `file`: its only line, without the line end. Throws LaneError CONFIG_INVALID. */
export function readPassword(file: string): string {
  const password = read(file).replace(/\r?\n$/, "");
  if (password === "" || /[\r\n\0]/.test(password)) {
    throw new LaneError("CONFIG_INVALID", `${printable(file)} must hold the password on one line`);
  }
  return password;
}

/** The Ed25519 public key in `file`, PEM. Throws LaneError CONFIG_INVALID, also for a private key. */
export function readPublicKey(file: string): string {
  const pem = read(file);
  // Node would derive the public key from it, and the private key would go on lying where it does not belong.
  if (/PRIVATE KEY/.test(pem)) {
    throw new LaneError("CONFIG_INVALID", `${printable(file)} is a private key; a lane must only have the public one`);
  }
  let type: string | undefined;
  try {
    type = createPublicKey(pem).asymmetricKeyType;
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", `${printable(file)} is not a public key in PEM: ${messageOf(error)}`);
  }
  if (type !== "ed25519") {
    throw new LaneError("CONFIG_INVALID", `${printable(file)} is a key of type ${type}; it must be Ed25519`);
  }
  return pem;
}

function read(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > LIMIT_BYTES) throw new Error(`it has ${size} bytes, at most ${LIMIT_BYTES} are allowed`);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", `${printable(file)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
