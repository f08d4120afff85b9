/** Paces of the driver, milliseconds, and its source of chance. */
export interface CameraTuning {
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** Between two signs of life asked of the camera. */
  readonly watchMs: number;
  /** How long the camera may hold a question for events. */
  readonly pullMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export const DEFAULT_TUNING: CameraTuning = {
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  watchMs: 5_000,
  pullMs: 5_000,
  random: Math.random,
};
