import type { Order } from "#contract/order";
import type { PendingOrder } from "./model.ts";
import type { RefusalCode } from "./refusals.ts";
import type { Turn } from "./turn.ts";

/** What comes of an order at once. `waits`: the answer follows when the hardware has been read back. */
export type Heard =
  | { readonly state: "done"; readonly detail: string }
  | { readonly state: "refused"; readonly code: RefusalCode; readonly detail?: string }
  | { readonly state: "waits" };

export const done = (detail: string): Heard => ({ state: "done", detail });
export const refused = (code: RefusalCode, detail?: string): Heard =>
  detail === undefined ? { state: "refused", code } : { state: "refused", code, detail };
export const WAITS: Heard = { state: "waits" };

/** What somebody did beside the rules stands in the journal by itself, with who and why. */
export function overrideMade(turn: Turn, { id, by, secondBy, reason, wish }: Order, more: object = {}): void {
  turn.record("override.made", { order: id, wish, by, secondBy, reason, ...more });
}

/** The order is answered once the hardware has been read back. */
export function waitFor(turn: Turn, { id, by, wish }: Order, passage: string | null): Heard {
  if (wish.name !== "pass" && wish.name !== "open" && wish.name !== "close") return WAITS;
  const pending: PendingOrder = { id, wish: wish.name, by: by.subject, passage };
  turn.set({ pendingOrders: [...turn.state.pendingOrders, pending] });
  return WAITS;
}
