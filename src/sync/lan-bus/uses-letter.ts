import { Ajv } from "ajv";
import { LaneError } from "#contract/errors";
import { type UsesMessage, UsesMessageSchema } from "#contract/neighbour";
import { type Signed, SignedSchema } from "#contract/upstream";
import type { LaneKey, LanePublicKey } from "#store/lane-key";
import { fitting } from "../fitting.ts";
import { parseStrictJson } from "../strict-json.ts";
import { createVerifier, type Verifier } from "../verify.ts";

/** Largest message between neighbours, bytes. */
export const LETTER_LIMIT_BYTES = 256 * 1024;

const ajv = new Ajv({ strict: true });
const isSigned = ajv.compile<Signed>(SignedSchema);
const isUses = ajv.compile<UsesMessage>(UsesMessageSchema);

const base64url = (text: string): string => Buffer.from(text, "utf8").toString("base64url");

/** The message as it goes on the wire, signed with the lane's own key: a JWS in flattened JSON form (RFC 7515). */
export function signUses(message: UsesMessage, key: LaneKey): string {
  const header = base64url(JSON.stringify({ alg: "EdDSA", kid: key.kid }));
  const payload = base64url(JSON.stringify(message));
  const signed: Signed = { payload, protected: header, signature: key.sign(`${header}.${payload}`) };
  return JSON.stringify(signed);
}

/** Reads what one neighbour signs, and refuses everything else. */
export class UsesReader {
  readonly #site: string;
  readonly #lane: string;
  readonly #verifier: Verifier;

  /** `lane`: the neighbour. Throws LaneError CONFIG_INVALID when its key is unusable. */
  constructor(site: string, lane: string, key: LanePublicKey) {
    this.#site = site;
    this.#lane = lane;
    this.#verifier = createVerifier([key]);
  }

  /** Rejects with LaneError MESSAGE_TOO_LARGE, MESSAGE_NOT_JSON, MESSAGE_SCHEMA, MESSAGE_UNSIGNED or MESSAGE_REFUSED. */
  async read(payload: Uint8Array): Promise<UsesMessage> {
    const signed = fitting(isSigned, parseStrictJson(payload, LETTER_LIMIT_BYTES));
    const content = parseStrictJson((await this.#verifier.verify(signed)).bytes, LETTER_LIMIT_BYTES);
    const message = fitting(isUses, content);
    if (message.site !== this.#site || message.lane !== this.#lane) {
      throw new LaneError("MESSAGE_REFUSED", "it is of another lane");
    }
    return message;
  }
}
