import { createPrivateKey } from "node:crypto";
import { FlattenedSign } from "jose";
import { LaneError } from "#contract/errors";

export interface SigningKey {
  /** Name under which the receivers know the public key. */
  readonly kid: string;
  /** Ed25519 private key, PEM (PKCS #8). */
  readonly privateKeyPem: string;
}

export interface Signer {
  /** The message as it goes on the wire: a JWS in flattened JSON form. */
  sign(payload: unknown): Promise<string>;
}

/** Signs what operations send to lanes. Throws LaneError CONFIG_INVALID when the key is not Ed25519. */
export function createSigner({ kid, privateKeyPem }: SigningKey): Signer {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== "ed25519") throw new LaneError("CONFIG_INVALID", `key ${kid} is not Ed25519`);
  return {
    async sign(payload) {
      const bytes = Buffer.from(JSON.stringify(payload), "utf8");
      const signed = await new FlattenedSign(bytes).setProtectedHeader({ alg: "EdDSA", kid }).sign(key);
      return JSON.stringify({ payload: signed.payload, protected: signed.protected, signature: signed.signature });
    },
  };
}
