import { unreachable } from "#contract/errors";
import type { Order } from "#contract/order";
import { conductOf } from "../decision/conduct-policy.ts";
import type { PendingOrder } from "./model.ts";
import { type Heard, refused } from "./order-answers.ts";
import { closeOrder, openOrder } from "./orders-boom.ts";
import { clearFaultOrder, modeOrder, resetEmergencyOrder, resolveOrder } from "./orders-lane.ts";
import { correctOrder, holdOrder, passOrder, refuseOrder, releaseOrder } from "./orders-passage.ts";
import { REFUSALS, type RefusalCode } from "./refusals.ts";
import type { Turn } from "./turn.ts";

/** Orders that may wait for the hardware at once, and orders that are remembered so that none is carried out twice. */
const PENDING_LIMIT = 8;
const SEEN_LIMIT = 64;

/** A person asks for something. It is carried out, refused with what to do instead, or waits for the hardware. */
export function orderGiven(turn: Turn, order: Order): void {
  const { ordersSeen } = turn.state;
  const repeated = ordersSeen.includes(order.id);
  if (!repeated) turn.set({ ordersSeen: [...ordersSeen, order.id].slice(-SEEN_LIMIT) });
  // Of one that still waits the answer is on its way.
  if (repeated && turn.state.pendingOrders.some(({ id }) => id === order.id)) return;
  const heard = repeated ? refused("REPEATED") : (notPermitted(turn, order) ?? carryOut(turn, order));
  if (heard.state === "waits") return;
  const detail = heard.detail ?? "";
  if (heard.state === "done") answer(turn, order, { state: "done", code: "", detail });
  else answer(turn, order, { state: "refused", code: heard.code, detail: sentence(heard.code, detail) });
}

function carryOut(turn: Turn, order: Order): Heard {
  const { wish } = order;
  switch (wish.name) {
    case "pass":
      return passOrder(turn, order, wish.passage);
    case "refuse":
      return refuseOrder(turn, order, wish.passage);
    case "hold":
      return holdOrder(turn, order, wish.passage);
    case "release":
      return releaseOrder(turn, order, wish.passage);
    case "correct":
      return correctOrder(turn, order, wish);
    case "open":
      return openOrder(turn, order);
    case "close":
      return closeOrder(turn, order);
    case "mode":
      return modeOrder(turn, order, wish.mode);
    case "clear-fault":
      return clearFaultOrder(turn, order);
    case "reset-emergency":
      return resetEmergencyOrder(turn, order);
    case "resolve":
      return resolveOrder(turn, order, wish);
    default:
      return unreachable(wish);
  }
}

/** The policy says who may ask, and for what two different persons are needed; an emergency always ends by two. */
function notPermitted(turn: Turn, { by, secondBy, wish }: Order): Heard | null {
  const right = conductOf(turn.policy).officer[wish.name];
  if (!right.roles.includes(by.role)) return refused("NOT_PERMITTED", `roles: ${right.roles.join(", ") || "none"}`);
  const waits = turn.state.pendingOrders.length >= PENDING_LIMIT;
  if (waits && (wish.name === "pass" || wish.name === "open" || wish.name === "close")) return refused("BUSY");
  if (!right.secondPerson && wish.name !== "reset-emergency") return null;
  const second = secondBy !== null && secondBy.subject !== by.subject && right.roles.includes(secondBy.role);
  return second ? null : refused("SECOND_PERSON", `roles: ${right.roles.join(", ")}`);
}

/** Answers what has come to its end. Called after every event, when the facts are in place. */
export function answerPending(turn: Turn): void {
  for (const order of turn.state.pendingOrders) {
    const outcome = order.wish === "pass" ? outcomeOfPass(turn, order) : outcomeOfBoom(turn, order);
    if (outcome === null) continue;
    turn.set({ pendingOrders: turn.state.pendingOrders.filter(({ id }) => id !== order.id) });
    const { state, code } = outcome;
    const detail = code === "" ? outcome.detail : sentence(code, outcome.detail);
    turn.recordOf(order.passage, "officer.answered", { order: order.id, state, code, detail });
    turn.effect({ type: "answer", outcome: { id: order.id, state, code, detail } });
  }
}

type Outcome = { readonly state: "done" | "failed"; readonly code: RefusalCode | ""; readonly detail: string };

function outcomeOfPass({ state }: Turn, order: PendingOrder): Outcome | null {
  const { passage } = state;
  if (passage?.id === order.passage) {
    const { phase, decision } = passage;
    if (phase === "recovering") return null;
    if (phase === "armed" || phase === "opening") {
      return decision?.officer?.order === order.id ? null : failed("REVOKED");
    }
    if (phase === "crossing" && state.boom === "open") return succeeded("the boom reports open");
  }
  return failed(state.boom === "closed" ? "REVOKED" : "NOT_OPENED");
}

function outcomeOfBoom({ state }: Turn, order: PendingOrder): Outcome | null {
  if (state.override?.order === order.id) return null;
  const wanted = order.wish === "open" ? "open" : "closed";
  if (state.boom === wanted) return succeeded(`the boom reports ${wanted}`);
  return failed(order.wish === "open" ? "NOT_OPENED" : "NOT_CLOSED");
}

const succeeded = (detail: string): Outcome => ({ state: "done", code: "", detail });
const failed = (code: RefusalCode): Outcome => ({ state: "failed", code, detail: "" });

const sentence = (code: RefusalCode, detail: string): string =>
  detail === "" ? REFUSALS[code] : `${REFUSALS[code]} (${detail})`;

function answer(
  turn: Turn,
  { id, wish, by }: Order,
  outcome: { readonly state: "done" | "refused"; readonly code: string; readonly detail: string },
): void {
  const passage = "passage" in wish ? wish.passage : (turn.state.passage?.id ?? null);
  turn.recordOf(passage, "officer.answered", { order: id, wish: wish.name, by, ...outcome });
  turn.effect({ type: "answer", outcome: { id, ...outcome } });
}
