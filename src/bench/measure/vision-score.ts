import type { Quad, TextReading } from "#contract/reading";
import { editDistance } from "#lanes/fusion/edit-distance";
import type { VisionPhoto } from "./vision-photos.ts";
import { type Share, wilson } from "./vision-statistics.ts";

/** What was made of one picture. */
export interface Outcome {
  readonly photo: VisionPhoto;
  /** What was done to the picture; null when nothing. */
  readonly damage: { readonly name: string; readonly strength: number } | null;
  readonly readings: readonly TextReading[];
  readonly elapsedMs: number;
  /** Why the recogniser did not take the picture. */
  readonly refused: string | null;
}

/** From here a plate counts in a lane with the standard policy (`minReadConfidence`). */
export const OPERATING_POINT = 0.6;

/** Whether a lane would use the reading: a container needs its check digit read, a plate the confidence. */
export function isAccepted(reading: TextReading): boolean {
  return reading.kind === "container" ? reading.check === "verified" : reading.confidence >= OPERATING_POINT;
}

/** The readings that answer the question: as many containers as there are, the best first; every plate. */
export function answers({ photo, readings }: Pick<Outcome, "photo" | "readings">): readonly TextReading[] {
  return photo.kind === "container" ? readings.slice(0, Math.max(1, photo.truths.length)) : readings;
}

export const isRight = (photo: VisionPhoto, reading: TextReading): boolean => photo.truths.includes(reading.text);

export interface Tally {
  readonly pictures: number;
  /** Identities that the labels name, and how many of them were read exactly. */
  readonly exact: Share;
  /** Of those exactly read, the ones a lane would use. */
  readonly exactAccepted: number;
  /** Pictures with no reading at all. */
  readonly none: number;
  /** Readings that a lane would use and that are in no label of their picture. */
  readonly wrongAccepted: Share;
  /** Of these, the ones that stand elsewhere on pictures whose labels were all read, and are like none of them. */
  readonly unlabelled: number;
  readonly refused: number;
}

export function tally(outcomes: readonly Outcome[]): Tally {
  let [present, exact, exactAccepted, accepted, wrong, unlabelled] = [0, 0, 0, 0, 0, 0];
  for (const outcome of outcomes) {
    const { photo, readings } = outcome;
    const answered = answers(outcome);
    present += photo.truths.length;
    for (const truth of photo.truths) {
      const found = answered.filter(({ text }) => text === truth);
      if (found.length > 0) exact++;
      if (found.some(isAccepted)) exactAccepted++;
    }
    for (const reading of readings.filter(isAccepted)) {
      accepted++;
      if (isRight(photo, reading)) continue;
      wrong++;
      if (isUnlabelled(outcome, reading)) unlabelled++;
    }
  }
  return {
    pictures: outcomes.length,
    exact: wilson(exact, present),
    exactAccepted,
    none: outcomes.filter(({ readings }) => readings.length === 0).length,
    wrongAccepted: wilson(wrong, accepted),
    unlabelled,
    refused: outcomes.filter(({ refused }) => refused !== null).length,
  };
}

/**
 * Something else in the picture rather than a misread label: every label was read, in another place. Whether such a
 * reading is right, the labels cannot tell. A picture whose labels name nothing gets no such excuse.
 */
export function isUnlabelled(outcome: Outcome, reading: TextReading): boolean {
  const { truths } = outcome.photo;
  if (truths.length === 0) return false;
  const right = answers(outcome).filter((answer) => isRight(outcome.photo, answer));
  if (!truths.every((truth) => right.some(({ text }) => text === truth))) return false;
  if (right.some((answer) => overlap(answer.box, reading.box))) return false;
  return truths.every((truth) => {
    const limit = Math.ceil(truth.length / 2);
    return editDistance(truth, reading.text, limit) > limit - 1;
  });
}

/** Do the upright rectangles around two boxes share any area? */
function overlap(a: Quad, b: Quad): boolean {
  return [0, 1].every((axis) => {
    const [one, other] = [a, b].map((quad) => quad.map((corner) => corner[axis] ?? 0));
    return (
      Math.max(...(one ?? [])) > Math.min(...(other ?? [])) && Math.max(...(other ?? [])) > Math.min(...(one ?? []))
    );
  });
}

/** Whether somebody should look at the picture: a label was not read, an answer is wrong, or a wrong reading would be used. */
export function isMiss(outcome: Outcome): boolean {
  const { photo } = outcome;
  const answered = answers(outcome);
  const unread = photo.truths.some((truth) => !answered.some(({ text }) => text === truth));
  return unread || answered.some((reading) => !isRight(photo, reading)) || isDangerous(outcome);
}

/** Whether a lane would use something that is in no label of the picture. */
export function isDangerous({ photo, readings }: Outcome): boolean {
  return readings.some((reading) => isAccepted(reading) && !isRight(photo, reading));
}

/** Why a lane would use the reading or not, for people. */
export function acceptance(reading: TextReading): string {
  const confidence = `confidence ${reading.confidence.toFixed(2)}`;
  if (reading.kind === "container") {
    return reading.check === "verified"
      ? `accepted: check digit read and right, ${confidence}`
      : `not accepted: check digit not read but computed, ${confidence}`;
  }
  return reading.confidence >= OPERATING_POINT
    ? `accepted: ${confidence}, at least ${OPERATING_POINT}`
    : `not accepted: ${confidence}, below ${OPERATING_POINT}`;
}
