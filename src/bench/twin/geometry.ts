/** A stretch of the lane, metres from the entry; x grows in driving direction. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where everything stands in the lane, metres from the entry. */
export const LANE = {
  /** A vehicle is put here, nose first, when it enters, and taken away here when it has reversed out. */
  entrance: -6,
  /** Loop L1. */
  arrivalLoop: { from: 0, to: 2 },
  /** The portal that carries the side and the rear camera. */
  portal: { from: 4, to: 8 },
  /** Photo-eye PE1. */
  entryEye: 10,
  scaleDeck: { from: 10, to: 30 },
  /** Painted line on the deck at which a driver stops: a 16.5 m truck then stands in the middle. */
  stopLine: 28.25,
  /** Photo-eye PE2. */
  exitEye: 30,
  /** A driver who finds the boom closed stops here. */
  boomStopLine: 31.5,
  /** Loop L3. */
  boomLoop: { from: 32, to: 34.5 },
  /** The boom and its light curtain. */
  boom: 33,
  /** The front camera, looking back. */
  frontCamera: 36,
  /** Loop L4. */
  exitLoop: { from: 38, to: 40 },
  /** A vehicle whose tail is past this point has left. */
  end: 45,
} as const;
