import type { DecisionRecord, Verdict } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";
import { asExpected, type DemoTruck } from "./truck.ts";

/** How the lane dealt with one truck. */
export interface TruckOutcome {
  readonly passage: string | null;
  readonly title: string;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly result: string | null;
  readonly offline: boolean;
  readonly read: { readonly container: string | null; readonly plate: string | null };
  /** For each identity that is painted on the truck. */
  readonly reads: { readonly right: number; readonly none: number; readonly wrong: number };
  /** It passed, and it was not the vehicle that was cleared. */
  readonly wrongPass: boolean;
  readonly ok: boolean;
}

/** What the journal says about the passage of one truck, held against the truth. */
export function outcomeOf(truck: DemoTruck, entries: readonly JournalEntry[]): TruckOutcome {
  const closed = entries.find(({ type }) => type === "passage.closed");
  const last = entries.findLast(({ type }) => type === "decision.made");
  const decision = last === undefined ? null : (last.data as DecisionRecord);
  const container = decision?.input.container?.text ?? null;
  // An unmanned vehicle has no plate: its certificate names it.
  const plate = decision?.input.plate?.text ?? decision?.input.client?.text ?? null;
  const { containers, plates } = truck.truth;
  const passed = (closed?.data as { result?: string } | undefined)?.result === "PASSED";
  const verdict = decision?.verdict ?? null;
  const reason = decision?.reason ?? null;
  const judged = [judge(container, containers), judge(plate, plates)];
  const count = (kind: string) => judged.filter((one) => one === kind).length;
  const own = truck.clearances.some(({ id }) => id === decision?.clearance?.id);
  const wrongPass = (passed || verdict === "PASS") && (count("right") < 2 || !own);
  const ended = closed !== undefined && passed === (verdict === "PASS");
  return {
    passage: last?.passage ?? closed?.passage ?? null,
    title: truck.title,
    verdict,
    reason,
    result: (closed?.data as { result?: string } | undefined)?.result ?? null,
    offline: decision?.input.link === "offline",
    read: { container, plate },
    reads: { right: count("right"), none: count("none"), wrong: count("wrong") },
    wrongPass,
    ok:
      ended &&
      !wrongPass &&
      asExpected(truck, verdict, reason) &&
      (truck.wan === "up" || decision?.input.link === "offline"),
  };
}

function judge(read: string | null, truths: readonly string[]): "right" | "none" | "wrong" {
  if (read === null) return "none";
  return truths.includes(read) ? "right" : "wrong";
}
