import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Approval, COMMAND_LIFE_MS, type Command } from "#contract/command";
import type { OrderRole, Wish } from "#contract/order";
import { isoUtc, type UtcMs } from "#contract/units";
import type { Signed } from "#contract/upstream";
import { createSigner, type SigningKey } from "../sign.ts";

/** What a person wants of one lane. */
export interface CommandRequest {
  readonly site: string;
  readonly lane: string;
  readonly role: OrderRole;
  readonly reason: string;
  readonly wish: Wish;
}

/** A second person's key and role. */
export interface Approver {
  readonly key: SigningKey;
  readonly role: OrderRole;
}

/** A fresh command, ready to be signed: with an id and a nonce of its own, good for as long as a command may be. */
export function newCommand(request: CommandRequest, now: UtcMs): Command {
  return {
    site: request.site,
    lane: request.lane,
    id: uuidv7(),
    nonce: randomBytes(16).toString("base64url"),
    issuedAt: isoUtc(now),
    deadline: isoUtc(now + COMMAND_LIFE_MS),
    role: request.role,
    reason: request.reason,
    wish: request.wish,
  };
}

/** The command as it goes on the wire. Rejects with LaneError CONFIG_INVALID when a key is not Ed25519. */
export async function signCommand(command: Command, key: SigningKey, second?: Approver): Promise<string> {
  if (second === undefined) return createSigner(key).sign(command);
  const { site, lane, id, wish } = command;
  const approval: Approval = { site, lane, id, role: second.role, wish };
  const signed = JSON.parse(await createSigner(second.key).sign(approval)) as Signed;
  return createSigner(key).sign({ ...command, approval: signed });
}
