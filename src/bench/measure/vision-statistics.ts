/** A share with the interval that holds the true one in 95 of 100 cases (E. B. Wilson, 1927). Null when there is nothing to count. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** 97.5 % point of the normal distribution. */
const Z = 1.959964;

export function wilson(count: number, of: number): Share {
  if (of === 0) return { count, of, low: null, high: null };
  const p = count / of;
  const middle = p + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2));
  const whole = 1 + Z ** 2 / of;
  // At the ends the formula gives 0 and 1 exactly, its rounding does not.
  const low = count === 0 ? 0 : (middle - spread) / whole;
  const high = count === of ? 1 : (middle + spread) / whole;
  return { count, of, low, high };
}

/** One claim of a recogniser and how it turned out. */
export interface Claim {
  readonly confidence: number;
  readonly right: boolean;
}

export interface ReliabilityBin {
  /** Confidences from `from` up to the next bin's. */
  readonly from: number;
  readonly count: number;
  readonly meanConfidence: number;
  readonly right: number;
}

export interface Calibration {
  readonly claims: number;
  /** Mean distance between what was claimed and what came true, weighted by the bins; null without claims. */
  readonly expectedError: number | null;
  /** Ten bins of equal width; empty ones are left out. */
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/** Expected calibration error (Naeini, Cooper and Hauskrecht, 2015) over ten bins. */
export function calibration(claims: readonly Claim[]): Calibration {
  const bins = Array.from({ length: BINS }, (_, index) => {
    const within = claims.filter(({ confidence }) => binOf(confidence) === index);
    const sum = within.reduce((total, { confidence }) => total + confidence, 0);
    const right = within.filter((claim) => claim.right).length;
    return { from: index / BINS, count: within.length, meanConfidence: sum / within.length, right };
  }).filter(({ count }) => count > 0);
  const gap = bins.reduce(
    (total, { count, meanConfidence, right }) => total + Math.abs(meanConfidence * count - right),
    0,
  );
  return { claims: claims.length, expectedError: claims.length === 0 ? null : gap / claims.length, bins };
}

function binOf(confidence: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(confidence * BINS)));
}

/** The value that a share of all is not above; null without values. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? null;
}
