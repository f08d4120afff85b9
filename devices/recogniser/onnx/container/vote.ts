import { groupsBy } from "../grouping.ts";
import { READERS, type ReaderName } from "../lines/line-reader.ts";
import { VOTE } from "../thresholds.ts";
import type { Sighting } from "./sighting.ts";

/** All sightings of one container number in one picture. */
export interface Candidate {
  readonly text: string;
  /** Sum over sightings of sqrt(probability); a sighting without its check digit counts half. */
  readonly score: number;
  /** The strongest sighting with the check digit, if any. */
  readonly full: Sighting | undefined;
  /** The strongest sighting of any kind. */
  readonly best: Sighting;
  readonly sightings: number;
  /** The networks that read it with its check digit, and not by luck. */
  readonly witnesses: ReadonlySet<ReaderName>;
}

/** Groups sightings by number, strongest first. */
export function vote(sightings: readonly Sighting[]): Candidate[] {
  const candidates = groupsBy(sightings, ({ text }) => text).flatMap((group): Candidate[] => {
    const strongest = [...group].sort((a, b) => b.logProbability - a.logProbability);
    const best = strongest[0];
    if (best === undefined) return [];
    const full = strongest.find((sighting) => sighting.checkRead);
    const score = group.reduce(
      (sum, { logProbability, checkRead }) => sum + Math.exp(logProbability / 2) * (checkRead ? 1 : VOTE.inferredShare),
      0,
    );
    const witnesses = new Set(
      group.filter((one) => one.checkRead && one.logProbability > VOTE.witnessLog).map(({ by }) => by),
    );
    return [{ text: best.text, score, full, best, sightings: group.length, witnesses }];
  });
  return candidates.sort((a, b) => b.score - a.score);
}

/** One network alone may see a digit too many where the paint is torn; both hardly see the same one. */
export function isAgreed(candidate: Candidate | undefined): boolean {
  return candidate !== undefined && READERS.every((name) => candidate.witnesses.has(name));
}

/** Enough to stop looking: the check digit was read well, and not once by luck. */
export function isSettled(candidates: readonly Candidate[], logProbability: number): boolean {
  const leader = candidates[0];
  if (leader?.full === undefined || leader.score < VOTE.settledScore) return false;
  return leader.full.logProbability > logProbability;
}
