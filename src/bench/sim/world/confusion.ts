import { fileURLToPath } from "node:url";
import { readConfusion } from "#config/confusion";
import type { ConfusionTable } from "#lanes/fusion/confusion";

/** Which characters are taken for which: the table measured with the shipped recogniser, the same that the lane uses. */
export const CONFUSION: ConfusionTable = readConfusion(
  fileURLToPath(new URL("../../../../models/confusion.json", import.meta.url)),
);

/** Shares of pictures on which a text is not read, and on which another text is read with confidence. */
export interface MissRates {
  readonly none: number;
  readonly wrong: number;
}

/**
 * How often recognition errs on one picture. From the counts on real photographs in models/README.md (1 of 51 containers,
 * 1 of 61 Vietnamese and 0 of 52 Chinese plates not read) and the confident wrong ones among readings of the same pictures
 * damaged by program (0 of 442, 0 of 565, 11 of 493). The reader was tuned on these pictures, so the worse side of each
 * count stands here, inside its 95 % interval, and never zero.
 */
export const MISS_RATES = {
  container: { none: 0.03, wrong: 0.003 },
  vietnamesePlate: { none: 0.03, wrong: 0.003 },
  chinesePlate: { none: 0.02, wrong: 0.022 },
} as const satisfies Record<string, MissRates>;

/** Not measured, for want of many pictures of one vehicle at a gate: estimates, on the bad side. */
export const ESTIMATES = {
  /** Of all misses, the share that dirt or damage causes: they are the same in every picture of the vehicle. */
  persistent: 0.2,
  /** Container pictures on which the check digit was not read but computed; of those, with ten wrong characters. */
  computed: 0.03,
  computedWrong: 0.25,
  confidence: { right: { least: 0.62, most: 0.995 }, wrong: { least: 0.35, most: 0.93 } },
} as const;
