import { parentPort, workerData } from "node:worker_threads";
import { runCase } from "./case.ts";
import { allTargets } from "./targets/all.ts";

/** What the thread is told to do. */
export interface FuzzOrder {
  readonly seed: number;
  /** Targets to run, by name. */
  readonly targets: readonly string[];
  /** First case of every target. */
  readonly from: number;
  /** Milliseconds. */
  readonly forMs: number;
  /** [0]: place of the target in `targets`; [1]: case; [2]: cases done. Written before each case, so that a hang is known. */
  readonly place: SharedArrayBuffer;
}

/** What the thread tells. */
export type FuzzNews =
  | {
      readonly type: "failed";
      readonly target: string;
      readonly number: number;
      readonly what: string;
      readonly input: string;
    }
  | { readonly type: "done"; readonly cases: number; readonly rssMb: number };

const { seed, targets, from, forMs, place } = workerData as FuzzOrder;
const all = await allTargets();
const chosen = targets.flatMap((name) => all.find((one) => one.name === name) ?? []);
const now = new Int32Array(place);
const until = performance.now() + forMs;
let cases = 0;
const tell = (news: FuzzNews) => parentPort?.postMessage(news);

for (let number = from; performance.now() < until; number += 1) {
  for (const [index, target] of chosen.entries()) {
    Atomics.store(now, 0, index);
    Atomics.store(now, 1, number);
    Atomics.store(now, 2, cases);
    const failure = runCase(target, seed, number);
    cases += 1;
    if (failure !== undefined) {
      tell({ type: "failed", target: target.name, number, what: failure.what, input: failure.input.toString("hex") });
    }
  }
}
tell({ type: "done", cases, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20) });
