import { Ajv } from "ajv";
import { type Approval, ApprovalSchema, type Command, CommandSchema } from "#contract/command";
import { LaneError } from "#contract/errors";
import { MESSAGE_LIMIT_BYTES, type Signed, SignedSchema } from "#contract/upstream";
import { canonicalJson } from "#store/hash";
import { fitting } from "../fitting.ts";
import { parseStrictJson } from "../strict-json.ts";
import type { OrderKeys, ProvenPerson } from "./order-keys.ts";

const ajv = new Ajv({ strict: true });
const isSigned = ajv.compile<Signed>(SignedSchema);
const isCommand = ajv.compile<Command>(CommandSchema);
const isApproval = ajv.compile<Approval>(ApprovalSchema);

/** A command that one of our keys has signed. Whether it may be carried out is not decided yet. */
export interface AuthenticCommand {
  readonly kid: string;
  readonly command: Command;
  readonly signed: Signed;
}

/**
 * Size, form, signature, content: nothing is believed before it is verified. Rejects with LaneError MESSAGE_TOO_LARGE,
 * MESSAGE_NOT_JSON, MESSAGE_SCHEMA, MESSAGE_UNSIGNED or MESSAGE_KEY_EXPIRED.
 */
export async function readCommand(payload: Uint8Array, keys: OrderKeys): Promise<AuthenticCommand> {
  const signed = fitting(isSigned, parseStrictJson(payload, MESSAGE_LIMIT_BYTES));
  const { kid, bytes } = await keys.verifier.verify(signed);
  return { kid, signed, command: fitting(isCommand, parseStrictJson(bytes, MESSAGE_LIMIT_BYTES)) };
}

/**
 * The second person of a command, or null when it names none. A signature of the same key or person, or under another
 * command, is no approval. Rejects with LaneError ORDER_APPROVAL or ORDER_ROLE.
 */
export async function secondPerson(
  { command }: AuthenticCommand,
  first: ProvenPerson,
  keys: OrderKeys,
): Promise<ProvenPerson | null> {
  if (command.approval === undefined) return null;
  const { kid, approval } = await readApproval(command.approval, keys);
  const { site, lane, id, wish } = command;
  const same = canonicalJson({ site, lane, id, wish });
  const { role, ...approved } = approval;
  if (canonicalJson(approved) !== same) throw new LaneError("ORDER_APPROVAL", "it approves another order");
  const second = keys.person(kid, role);
  if (second.kid === first.kid || second.subject === first.subject) {
    throw new LaneError("ORDER_APPROVAL", "both signatures are of the same person");
  }
  return second;
}

async function readApproval(signed: Signed, keys: OrderKeys): Promise<{ kid: string; approval: Approval }> {
  try {
    const { kid, bytes } = await keys.verifier.verify(signed);
    return { kid, approval: fitting(isApproval, parseStrictJson(bytes, MESSAGE_LIMIT_BYTES)) };
  } catch (error) {
    const detail = error instanceof LaneError ? error.detail : "it cannot be read";
    throw new LaneError("ORDER_APPROVAL", detail, { cause: error });
  }
}
