import type { LaneSnapshot } from "#contract/messages";
import { type OrderOutcome, type OrderRole, TWO_STEP_WISHES, type Wish } from "#contract/order";
import { type FirstStep, SIGNED_ORDER, WORD_HEADER } from "#edge/api/order-routes";
import type { Language } from "#lanes/decision/reasons";
import { newCommand, signCommand } from "#sync/orders/write-command";
import type { CommandContext } from "../context.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import { type NamedFile, namedFile } from "../named-file.ts";
import { outcomeText, secondStepText } from "../terminal/order-text.ts";
import { readSigningKey } from "./key-file.ts";

/** Options that every order has. */
export interface OrderOptions {
  readonly reason: string;
  readonly key?: NamedFile;
  readonly role: OrderRole;
  readonly second?: NamedFile;
  readonly secondRole: OrderRole;
  readonly yes?: string;
  readonly lang?: Language;
}

/** The lane answers within a minute; its daemon says so when it does not, milliseconds. */
const OUTCOME_MS = 75_000;

/**
 * Gives one order and shows what became of it. An order of two steps without its word is not given: the lane as it is,
 * and the word, are shown instead. Throws NegativeAnswer when it was not carried out.
 */
export async function giveOrder(context: CommandContext, wish: Wish, options: OrderOptions): Promise<void> {
  const { client, show } = context;
  if (TWO_STEP_WISHES.includes(wish.name) && options.yes === undefined) {
    const step = await client.post<FirstStep>("/orders", { type: "application/json", body: JSON.stringify(wish) });
    show({ unconfirmed: true, ...step }, () => secondStepText(wish, step, options.lang));
    throw new NegativeAnswer(EXIT.unconfirmed);
  }
  const { site, lane } = await client.get<LaneSnapshot>("/status");
  const { role, reason, second, secondRole } = options;
  const key = readSigningKey(options.key ?? keyOfEnvironment());
  const approver = second === undefined ? undefined : { key: readSigningKey(second), role: secondRole };
  const command = newCommand({ site, lane, role, reason, wish }, Date.now());
  const outcome = await client.post<OrderOutcome>(`/orders/${wish.name}`, {
    type: SIGNED_ORDER,
    body: await signCommand(command, key, approver),
    ...(options.yes === undefined ? {} : { headers: { [WORD_HEADER]: options.yes } }),
    timeoutMs: OUTCOME_MS,
  });
  show(outcome, (one) => outcomeText(one, options.lang));
  if (outcome.state !== "done") throw new NegativeAnswer(EXIT.negative);
}

function keyOfEnvironment(): NamedFile {
  const named = process.env["GATELANE_KEY"];
  if (named !== undefined && named !== "") return namedFile(named);
  const how = "Name your key: --key <kid=file>, or the variable GATELANE_KEY.";
  throw new CommandFailure(EXIT.usage, "USAGE", `An order is signed by whoever gives it. ${how}`);
}
