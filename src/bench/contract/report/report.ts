import type { CaseResult, FamilyResult } from "../run.ts";

/** What a run was asked to look at, and what came of it. */
export interface ContractReport {
  readonly schema: "gatelane.contract/1";
  readonly software: string;
  readonly node: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** `simulators`, or the lane configuration whose devices were asked. */
  readonly target: string;
  /** SHA-256 of that configuration; null for simulators. */
  readonly configHash: string | null;
  readonly counts: Counts;
  readonly families: readonly FamilyResult[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How many of the results came out how. */
export function countsOf(results: readonly CaseResult[]): Counts {
  const of = (status: CaseResult["status"]) => results.filter((result) => result.status === status).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

/** A measured value with as many digits as it deserves. */
export function shownValue(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
