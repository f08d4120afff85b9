import { messageOf } from "#contract/errors";
import { type Case, type Family, type Measurement, type Need, NotApplicable } from "./check.ts";

export interface CaseResult {
  readonly about: string;
  /** What was asked. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly ms: number;
  readonly measured: readonly Measurement[];
  /** Why it failed or was skipped; empty when it passed. */
  readonly reason: string;
  /** What somebody at the device can do about it; empty when there is nothing. */
  readonly advice: string;
}

export interface FamilyResult {
  readonly name: string;
  readonly driver: string;
  readonly class: string;
  readonly results: readonly CaseResult[];
}

/** What stands in the way of a check at a real device, and what to do about it. */
const MISSING: Record<Need, { readonly reason: string; readonly advice: string }> = {
  wire: {
    reason: "the cable of this device cannot be led through the bench (serial port, or TLS under its own name)",
    advice: "pull the cable by hand while lanectl status --watch is open: the fault must appear and clear",
  },
  power: {
    reason: "somebody has to switch the device, and this is no terminal",
    advice: "run it on a terminal, beside the device",
  },
  hands: {
    reason: "somebody has to act at the lane, and this is no terminal",
    advice: "run it on a terminal; it asks for one action after the other",
  },
  eyes: {
    reason: "somebody has to say what is to be seen, and this is no terminal",
    advice: "run it on a terminal, in sight of the lights",
  },
  motion: {
    reason: "it moves the boom or changes the lights",
    advice: "close the lane, make sure that nobody is under the boom, and add --allow-motion",
  },
  simulator: {
    reason: "the device itself would have to misbehave",
    advice: "nothing to do here: the same driver is held to it on its simulator (npm run test:contract)",
  },
};

/** A case that does not end is a failure, milliseconds. People at a device are given the time they need. */
const CASE_LIMIT_MS = 180_000;

export interface RunOptions {
  /** How many cases run side by side. */
  readonly concurrency: number;
  readonly limitMs?: number;
  /** Asks nothing more of a device that fails the first case, which is that it is there and at rest. One at a time only. */
  readonly giveUp?: boolean;
  readonly onResult?: (family: Family, result: CaseResult) => void;
}

/** Asks everything of one family. Never rejects. */
export async function runFamily(family: Family, options: RunOptions): Promise<FamilyResult> {
  const { name, driver, class: deviceClass } = family;
  const results: CaseResult[] = new Array(family.cases.length);
  const problem = await family.start().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < family.cases.length; index = next++) {
      const one = family.cases[index];
      if (one === undefined) return;
      const hopeless = options.giveUp === true && results[0]?.status === "failed";
      const result = hopeless ? notAsked(one) : await runCase(family, one, problem, options.limitMs ?? CASE_LIMIT_MS);
      results[index] = result;
      options.onResult?.(family, result);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  await family.stop().catch(() => undefined);
  return { name, driver, class: deviceClass, results };
}

function notAsked({ about, name }: Case): CaseResult {
  const reason = "not asked: the device failed the first check";
  return { about, name, status: "skipped", ms: 0, measured: [], reason, advice: "mend that first, then run it again" };
}

async function runCase(family: Family, one: Case, problem: string | undefined, limitMs: number): Promise<CaseResult> {
  const { name, about } = one;
  const missing = one.needs.find((need) => !family.offers.has(need));
  if (missing !== undefined) return { about, name, status: "skipped", ms: 0, measured: [], ...MISSING[missing] };
  if (problem !== undefined) {
    return { about, name, status: "failed", ms: 0, measured: [], reason: `not started: ${problem}`, advice: "" };
  }
  const measured: Measurement[] = [];
  let advice = "";
  const began = performance.now();
  const ended = (status: CaseResult["status"], reason: string): CaseResult => {
    const ms = performance.now() - began;
    return { about, name, status, ms, measured, reason, advice: status === "failed" ? advice : "" };
  };
  try {
    const work = one.run(
      (what, value, unit) => measured.push({ what, value, unit }),
      (told) => {
        advice = told;
      },
    );
    await within(limitMs, work);
    return ended("passed", "");
  } catch (error) {
    if (error instanceof NotApplicable) return ended("skipped", error.message);
    return ended("failed", messageOf(error));
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
