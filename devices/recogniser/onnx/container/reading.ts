import type { ContainerReading } from "#contract/reading";
import { type Calibration, type Curve, calibrated, UNCALIBRATED } from "../calibration.ts";
import { alternativesOf } from "../decoding/alternatives.ts";
import { CONTAINER_CONFIDENCE, MAX_CONTAINER_READINGS, VOTE } from "../thresholds.ts";
import { CONTAINER_GRAMMAR } from "./decode.ts";
import type { Sighting } from "./sighting.ts";
import { type Candidate, isAgreed } from "./vote.ts";

/** The candidates worth reporting, best first. */
export function toReadings(
  candidates: readonly Candidate[],
  { container: curve }: Pick<Calibration, "container"> = UNCALIBRATED,
): ContainerReading[] {
  return candidates
    .filter((candidate, i) => !candidates.slice(0, i).some((better) => isVariant(better, candidate)))
    .filter(({ score }) => score > VOTE.minScore)
    .slice(0, MAX_CONTAINER_READINGS)
    .map((candidate) => toReading(candidate, shareOf(candidate, candidates), curve))
    .sort((a, b) => b.confidence - a.confidence);
}

/** Share of the votes among all readings of the same paint, 0..1. */
function shareOf(candidate: Candidate, all: readonly Candidate[]): number {
  const total = all.filter((other) => isVariant(candidate, other)).reduce((sum, { score }) => sum + score, 0);
  return candidate.score / total;
}

/** Differs in at most three characters, or in none: a reading of the same paint, not of another container. */
function isVariant(a: Candidate, b: Candidate): boolean {
  return [...a.text].filter((character, i) => character !== b.text[i]).length <= 3;
}

function toReading(candidate: Candidate, share: number, curve: Curve): ContainerReading {
  const { full, best, text } = candidate;
  if (full !== undefined && full.logProbability > VOTE.verifiedLog && isAgreed(candidate)) {
    const alternatives = alternativesOf(full.lattice, text, CONTAINER_GRAMMAR);
    // "Read" means that the paint itself shows each character rather than another one that would not fit: a check digit
    // that decides between letters proves nothing any more.
    if (alternatives.every(([best], at) => best?.character === text[at])) {
      const confidence = calibrated(verifiedConfidence(full, share), curve);
      return { kind: "container", text, check: "verified", confidence, alternatives, box: full.quad };
    }
  }
  const alternatives = alternativesOf(best.lattice, best.checkRead ? text : text.slice(0, 10), CONTAINER_GRAMMAR);
  if (!best.checkRead) alternatives.push([]);
  const confidence = CONTAINER_CONFIDENCE.maxInferred * share * Math.exp(best.logProbability / 2);
  return { kind: "container", text, check: "inferred", confidence, alternatives, box: best.quad };
}

/**
 * What the evidence for a verified number claims, before calibration: a logistic function of its evidence, of how far it was ahead of texts
 * with a wrong check digit, and of its share of the votes. It grows with each of them.
 */
export function verifiedConfidence(
  { logProbability, margin }: Pick<Sighting, "logProbability" | "margin">,
  share: number,
): number {
  const logOdds =
    CONTAINER_CONFIDENCE.atBest +
    CONTAINER_CONFIDENCE.perLog * logProbability +
    Math.max(CONTAINER_CONFIDENCE.worstMargin, Math.min(0, margin)) +
    CONTAINER_CONFIDENCE.perLogShare * Math.log(share);
  return 1 / (1 + Math.exp(-logOdds));
}
