import { createPublicKey, type KeyObject } from "node:crypto";
import { flattenedVerify } from "jose";
import { LaneError, messageOf } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import type { Signed } from "#contract/upstream";
import { lapse, type Validity } from "#lanes/decision/validity";

export interface TrustedKey extends Validity {
  readonly kid: string;
  /** Ed25519 public key, PEM (SPKI). */
  readonly publicKeyPem: string;
}

/** What somebody we trust has signed. */
export interface Authentic {
  /** Name of the key. */
  readonly kid: string;
  /** The signed bytes, exactly as they were signed. */
  readonly bytes: Uint8Array;
  /** The time that stands in the message. Throws LaneError MESSAGE_KEY_EXPIRED when the key did not hold then. */
  requireSignedWithin(at: UtcMs): void;
}

export interface Verifier {
  /** Rejects with LaneError MESSAGE_UNSIGNED, or MESSAGE_KEY_EXPIRED when the key does not hold now. */
  verify(message: Signed): Promise<Authentic>;
}

interface Pinned extends Validity {
  readonly key: KeyObject;
}

/**
 * Checks signatures (JWS, EdDSA) against pinned keys. The algorithm is fixed here and never taken from the message. A key
 * has to hold now, and not only when the message says that it was signed: whoever has an old key can write an old date.
 * Throws LaneError CONFIG_INVALID for a key that is not Ed25519 or a name given twice.
 */
export function createVerifier(trust: readonly TrustedKey[], now: () => UtcMs = Date.now): Verifier {
  const keys = new Map<string, Pinned>();
  for (const { kid, publicKeyPem, ...validity } of trust) {
    if (keys.has(kid)) throw new LaneError("CONFIG_INVALID", `trust names the key ${kid} twice`);
    keys.set(kid, { key: publicKey(kid, publicKeyPem), ...validity });
  }
  const pinned = (kid: string | undefined): Pinned => {
    const found = keys.get(kid ?? "");
    if (found === undefined) throw new LaneError("MESSAGE_UNSIGNED", "it is signed with a key that is not trusted");
    return found;
  };
  return {
    async verify({ payload, protected: header, signature }) {
      const { kid, bytes } = await signedBytes({ payload, protected: header, signature }, (name) => pinned(name).key);
      const requireSignedWithin = (at: UtcMs): void => {
        const why = lapse(pinned(kid), at);
        if (why !== null) throw new LaneError("MESSAGE_KEY_EXPIRED", `the key ${kid} ${why}`);
      };
      requireSignedWithin(now());
      return { kid, bytes, requireSignedWithin };
    },
  };
}

async function signedBytes(message: Signed, keyOf: (kid: string | undefined) => KeyObject) {
  try {
    const verified = await flattenedVerify({ ...message }, ({ kid }) => keyOf(kid), { algorithms: ["EdDSA"] });
    return { kid: verified.protectedHeader?.kid ?? "", bytes: verified.payload };
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("MESSAGE_UNSIGNED", "its signature is bad", { cause: error });
  }
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
