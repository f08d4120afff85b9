import { createPublicKey, type KeyObject } from "node:crypto";
import { flattenedVerify } from "jose";
import { LaneError, messageOf } from "#contract/errors";
import type { Signed } from "#contract/upstream";

export interface TrustedKey {
  readonly kid: string;
  /** Ed25519 public key, PEM (SPKI). */
  readonly publicKeyPem: string;
}

export interface Verifier {
  /** The signed bytes, exactly as they were signed. Rejects with LaneError MESSAGE_UNSIGNED. */
  verify(message: Signed): Promise<Uint8Array>;
  /** The same with the name of the key that signed them. */
  verifyNamed(message: Signed): Promise<{ readonly kid: string; readonly bytes: Uint8Array }>;
}

/**
 * Checks signatures (JWS, EdDSA) against pinned keys. The algorithm is fixed here and never taken from the message.
 * Throws LaneError CONFIG_INVALID for a key that is not Ed25519 or a name given twice.
 */
export function createVerifier(trust: readonly TrustedKey[]): Verifier {
  const keys = new Map<string, KeyObject>();
  for (const { kid, publicKeyPem } of trust) {
    if (keys.has(kid)) throw new LaneError("CONFIG_INVALID", `trust names the key ${kid} twice`);
    keys.set(kid, publicKey(kid, publicKeyPem));
  }
  const keyOf = (header: { kid?: string | undefined }): KeyObject => {
    const key = keys.get(header.kid ?? "");
    if (key === undefined) throw new LaneError("MESSAGE_UNSIGNED", "it is signed with a key that is not trusted");
    return key;
  };
  const verifyNamed: Verifier["verifyNamed"] = async ({ payload, protected: header, signature }) => {
    try {
      const jws = { payload, protected: header, signature };
      const verified = await flattenedVerify(jws, keyOf, { algorithms: ["EdDSA"] });
      return { kid: verified.protectedHeader?.kid ?? "", bytes: verified.payload };
    } catch (error) {
      if (error instanceof LaneError) throw error;
      throw new LaneError("MESSAGE_UNSIGNED", "its signature is bad", { cause: error });
    }
  };
  return { verify: async (message) => (await verifyNamed(message)).bytes, verifyNamed };
}

function publicKey(kid: string, pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", `the public key ${kid} cannot be read: ${messageOf(error)}`);
  }
  if (key.asymmetricKeyType !== "ed25519") throw new LaneError("CONFIG_INVALID", `the key ${kid} is not Ed25519`);
  return key;
}
