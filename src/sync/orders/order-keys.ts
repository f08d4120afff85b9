import { createPublicKey } from "node:crypto";
import { LaneError } from "#contract/errors";
import type { OrderRole } from "#contract/order";
import type { UtcMs } from "#contract/units";
import { createVerifier, type TrustedKey, type Verifier } from "../verify.ts";

/** The key of one person, or of one desk of operations, that may give orders to this lane. */
export interface OrderKey extends TrustedKey {
  /** Staff number or account. */
  readonly subject: string;
  /** In which roles this key may act. */
  readonly roles: readonly OrderRole[];
}

/** A person as their key proves them. */
export interface ProvenPerson {
  readonly kid: string;
  readonly subject: string;
  readonly role: OrderRole;
}

/** Who may give orders: one verifier over all keys, and what each key stands for. */
export class OrderKeys {
  readonly verifier: Verifier;
  readonly #keys: ReadonlyMap<string, OrderKey>;

  /** Throws LaneError CONFIG_INVALID when a key is unusable, named twice, or the same under two names. */
  constructor(keys: readonly OrderKey[], now?: () => UtcMs) {
    this.verifier = createVerifier(keys, now);
    requireDifferent(keys);
    this.#keys = new Map(keys.map((key) => [key.kid, key]));
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Throws LaneError ORDER_ROLE when the key was not given this role. */
  person(kid: string, role: OrderRole): ProvenPerson {
    const key = this.#keys.get(kid);
    if (key === undefined || !key.roles.includes(role)) {
      throw new LaneError("ORDER_ROLE", `the key ${kid} may not act as ${role}`);
    }
    return { kid, subject: key.subject, role };
  }
}

/** With one key under two names, one person could approve what they ask for themselves. */
function requireDifferent(keys: readonly OrderKey[]): void {
  const names = new Map<string, string>();
  for (const { kid, publicKeyPem } of keys) {
    const bytes = createPublicKey(publicKeyPem).export({ type: "spki", format: "der" }).toString("base64");
    const other = names.get(bytes);
    if (other !== undefined) throw new LaneError("CONFIG_INVALID", `the keys ${other} and ${kid} are the same key`);
    names.set(bytes, kid);
  }
}
