import type { Clearance } from "#contract/clearance";
import type { Verdict } from "#contract/decision";
import type { Carried } from "../fittings/lane-hardware.ts";

/** A picture that a camera will take, made when it is first needed. */
export type Picture = () => Promise<Uint8Array>;

/** One truck of the demo: what it is, what the cameras will see of it, and what the lane should make of it. */
export interface DemoTruck {
  readonly title: string;
  readonly plate: string;
  readonly container: string;
  /** Gross weight on the deck, kilograms. */
  readonly grossKg: number;
  /** Pictures in the order in which they are taken; the last one stays. */
  readonly pictures: {
    readonly front: readonly Picture[];
    readonly rear: readonly Picture[];
    readonly side: readonly Picture[];
  };
  /** What is really painted on it; more than one where a photograph shows several. */
  readonly truth: { readonly containers: readonly string[]; readonly plates: readonly string[] };
  /** What operations know of it; empty for a truck that nobody announced. */
  readonly clearances: readonly Clearance[];
  readonly wan: "up" | "down";
  /** What it carries besides what is painted on it. */
  readonly carried?: Carried;
  /** The verdicts and reasons that are right for this truck, as `VERDICT REASON`, or `HOLD *`. */
  readonly expected: readonly string[];
}

/** Whether the lane did with this truck what the story says. */
export function asExpected(truck: DemoTruck, verdict: Verdict | null, reason: string | null): boolean {
  return truck.expected.some((one) => one === `${verdict} ${reason}` || one === `${verdict} *`);
}

/** A picture that is made once and then kept. */
export function once(make: Picture): Picture {
  let made: Promise<Uint8Array> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
