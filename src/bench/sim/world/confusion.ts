/**
 * How recognition errs. From the first measurements on real photographs: containers 81 + 17 pictures, plates 98
 * Vietnamese and 90 + 164 Chinese, with silent errors of 3 % for Chinese plates and an expected 0.1-0.5 % for containers;
 * what is persistent on one vehicle and how confidences spread is an estimate. To be replaced by a table measured with
 * the shipped recogniser.
 */
export const CONFUSION = {
  /** Shares of pictures without a reading, and with a wrong one. */
  plate: { none: 0.03, wrong: 0.025 },
  /** `computed`: the check digit was not read but computed; `computedWrong`: of those, the ten characters are wrong. */
  container: { none: 0.045, wrong: 0.004, computed: 0.03, computedWrong: 0.25 },
  /** Shares of vehicles on which no picture reads, or every picture reads the same wrong text. */
  persistent: { none: 0.01, wrong: 0.006 },
  confidence: { right: { least: 0.62, most: 0.995 }, wrong: { least: 0.35, most: 0.93 } },
  /** Characters that are taken for each other. */
  pairs: [
    ...["0D", "0Q", "0U", "1T", "1L", "17", "2Z", "38", "4A", "5S", "56", "6G", "68", "69", "8B", "89"],
    ...["KL", "TY", "PF", "EF", "CG", "MN", "VY", "HN"],
  ],
} as const;
