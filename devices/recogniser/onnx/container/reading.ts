import type { ContainerReading } from "#contract/reading";
import { alternativesOf } from "../decoding/alternatives.ts";
import { MAX_CONTAINER_READINGS, VOTE } from "../thresholds.ts";
import { CONTAINER_GRAMMAR } from "./decode.ts";
import type { Candidate } from "./vote.ts";

/** The candidates worth reporting, best first. */
export function toReadings(candidates: readonly Candidate[]): ContainerReading[] {
  const total = candidates.reduce((sum, { score }) => sum + score, 0);
  return candidates
    .filter(({ score }) => score > VOTE.minScore)
    .filter((candidate, i, kept) => !kept.slice(0, i).some((better) => isVariant(better.text, candidate.text)))
    .slice(0, MAX_CONTAINER_READINGS)
    .map((candidate) => toReading(candidate, candidate.score / total));
}

function toReading(candidate: Candidate, share: number): ContainerReading {
  const { full, best, text } = candidate;
  const source = full ?? best;
  const read = source.checkRead ? text : text.slice(0, 10);
  const alternatives = alternativesOf(source.lattice, read, CONTAINER_GRAMMAR);
  if (!source.checkRead) alternatives.push([]);
  const verified = full !== undefined && full.logProbability > VOTE.verifiedLog;
  return {
    kind: "container",
    text,
    check: verified ? "verified" : "inferred",
    confidence: Math.exp(source.logProbability) * share,
    alternatives,
    box: source.quad,
  };
}

/** Differs in at most three characters: another reading of the same paint, not another container. */
function isVariant(a: string, b: string): boolean {
  return [...a].filter((character, i) => character !== b[i]).length <= 3;
}
