/**
 * Every number that decides what the recogniser says, in one place. They were chosen on the development photographs
 * named in models/README.md and lean towards silence: a missing reading costs a look by a person, a wrong one may
 * cost a wrong PASS.
 *
 * Evidence is measured in natural logarithms of probability: 0 is certain, -2.3 is one in ten, -4.6 one in a hundred.
 */

/** Larger files are refused before they are read. */
export const MAX_PICTURE_BYTES = 16 * 1024 * 1024;
/** Larger pictures are refused before they are decoded. */
export const MAX_PICTURE_PIXELS = 25_000_000;

export const DETECTION = {
  /** Text probability above which a pixel belongs to text. */
  pixelThreshold: 0.3,
  /** Mean text probability a box needs. */
  boxThreshold: 0.5,
  /** Growth factor of the boxes; see boxesOf. */
  growth: 1.6,
  /** Smaller patches are noise, map pixels. */
  minPixels: 6,
  minSide: 3,
  /** Largest input of the network: 1248 x 704. It decides how much memory recognition needs. */
  maxInputPixels: 880_000,
} as const;

export const LINES = {
  /** Height of the network's input, pixels. */
  height: 48,
  /** Lines are cut out at most so high, pixels: three for each of the input's. */
  maxCutHeight: 144,
  /** Wider lines are squeezed to this, pixels. */
  maxWidth: 1200,
  /** Input widths are multiples of this: few different shapes keep memory and run time steady. */
  widthStep: 16,
  /** Probabilities below this are left out of the lattice. */
  minProbability: 0.001,
} as const;

export const DECODING = {
  /** Hypotheses kept after each frame. */
  beamWidth: 60,
  /** Least probability of "nothing here", so that a stray character costs about e^-7 and does not end the search. */
  minBlank: 0.001,
  /** Least probability of a listed character. */
  minSymbol: 1e-6,
} as const;

export const CONTAINER = {
  /** Logarithmic weight of a category letter J or Z against U. */
  logRareCategory: -3,
  /** The same of any other letter: one in two hundred. */
  logOtherCategory: -5.3,
  /** A box this many times higher than wide holds text that runs downwards. */
  verticalRatio: 1.5,
} as const;

/** When tokens are one line of text; lengths in character heights. */
export const CHAIN = {
  minCharacters: 9,
  maxCharacters: 16,
  maxTokens: 5,
  /** Digits that are recognised as such at first sight; others may look like letters. */
  minDigits: 3,
  /** Chains decoded in one look: a wall full of text must not take minutes. */
  maxDecoded: 120,
  maxGap: 3.5,
  maxOverlap: 0.6,
  maxOffset: 0.55,
  /** Logarithmic cost of reading two lines as one number. */
  twoLinePenalty: 1,
  /** First-look evidence below this is not kept. */
  minFull: -12,
  minInferred: -6,
} as const;

/** Second look: character pitches past the end of the line and factor on its height, most useful first. */
export const SECOND_LOOK = {
  wholeLine: [
    { after: 0.3, scale: 1.05 },
    { after: 3, scale: 1.05 },
    { after: 3, scale: 1.3 },
    { after: 1.8, scale: 1.15 },
  ],
  serialOnly: [
    { after: 3, scale: 1.05 },
    { after: 3, scale: 1.25 },
    { after: 2, scale: 1.1 },
  ],
} as const;

/** Cutting a column of characters apart; shares of the column's width or of the contrast range. */
export const RESTACK = {
  minCharacters: 7,
  contrastShare: 0.45,
  minHeightShare: 0.35,
  /** Pixels of background above and below the characters, and between them. */
  border: 4,
  spacing: 5,
} as const;

/** Looking for columns. */
export const VERTICAL = {
  view: { longestSide: 1280, enlarge: true, heightFactor: 0.5 },
  /** Height over width of a column. */
  minRatio: 3.2,
  maxColumns: 5,
  framings: [
    { widen: 1, above: 0, below: 0 },
    { widen: 1.15, above: 0.2, below: 1.8 },
  ],
} as const;

/** Voting over the sightings of a container number. */
export const VOTE = {
  /** Weight of a sighting without check digit. */
  inferredShare: 0.5,
  /** Best evidence that ends the search before any second look. */
  certainLog: -0.7,
  /** Best evidence that ends the search later. */
  settledLog: -2.5,
  settledScore: 0.3,
  /**
   * Best evidence with the check digit that counts as verified. Under artificial damage (see models/README.md) none of
   * 440 readings above it was wrong, and most readings below it were.
   */
  verifiedLog: -2.5,
  /** Least evidence with the check digit that makes a network a witness. */
  witnessLog: -4,
  /** Candidates below this are not reported. */
  minScore: 0.15,
} as const;

/** Confidence of container numbers; see verifiedConfidence. */
export const CONTAINER_CONFIDENCE = {
  /** Logarithmic odds of a reading with nothing against it: 0.99. */
  atBest: 4.6,
  perLog: 1.2,
  worstMargin: -3,
  perLogShare: 2,
  /** A number without its check digit is a hint for people: about one in five is right under artificial damage. */
  maxInferred: 0.3,
} as const;

export const CONTAINER_STAGES = {
  view: { longestSide: 960, enlarge: false, heightFactor: 1 },
  enlargedView: { longestSide: 1280, enlarge: true, heightFactor: 1 },
  /** Boxes read before the first second look, and in all. */
  firstBoxes: 16,
  maxBoxes: 40,
  /** Lines read of one picture, whatever stands in it. */
  maxLines: 40,
  /** Chains looked at again after the first boxes, and later. */
  firstSeeds: 2,
  laterSeeds: 3,
  /** Boxes read between two looks at whether the number is already there. */
  checkEvery: 4,
  /** Longer boxes are edges and ropes, not text; length over thickness. */
  maxRatio: 16,
  /** Numbers of two containers on one picture are at least this near in size, smaller over larger. */
  minSizeRatio: 0.5,
} as const;

export const MAX_CONTAINER_READINGS = 4;

export const PLATE = {
  /** Searched first, and enough when all plates in it are certain. */
  coarseView: { longestSide: 896, enlarge: false, heightFactor: 1 },
  /**
   * Least evidence of a plate that is certain: its looks agree, confidence 0.89 before calibration. Where the first two
   * did so, each by itself, the other two changed the text of none of 602, most of them damaged.
   */
  certainLog: -0.2,
  view: { longestSide: 1280, enlarge: false, heightFactor: 1 },
  /** Narrower lines are filled up to this, pixels at the network's height: as it was trained. */
  minLineWidth: 320,
  /** Width over height of a line of a plate. */
  minRatio: 1.1,
  maxRatio: 10,
  /** Lower lines than this cannot be read, picture pixels. */
  minHeight: 8,
  maxBoxes: 32,
  /** Second lines without a first above which it is looked for. */
  maxLonely: 4,
  /** Logarithmic weight of a second series letter against a digit on Vietnamese plates. */
  logTwoLetters: -1,
  /** The same of digits before letters, as on old mopeds: "30480 KG" on two lines looks alike. */
  logDigitsFirst: -1.5,
  /** Logarithmic weight of O as the letter after a Chinese province against any other. */
  logProvincialO: -2,
  /** Evidence for a text that a look does not know. */
  logUnseen: -7,
  /** Weaker evidence is not reported. */
  minLog: -4.5,
  /**
   * Confidence is maxConfidence x exp(evidence x slope), so 0.6 at -1. Under artificial damage (see models/README.md)
   * 0 of 565 Vietnamese and 11 of 493 Chinese plates above that were wrong, nearly all of the latter in the province.
   */
  maxConfidence: 0.98,
  confidenceSlope: 0.5,
  /** Most for a first line that is also a size and type code of containers: "22G1" is painted above its weights. */
  maxSizeTypeConfidence: 0.3,
  /** Most for a plate that is cut by the edge of the picture: what is outside is not known. */
  maxCutConfidence: 0.5,
  /** Nearer to the edge than this it may be cut, heights of its lower line. */
  cutMargin: 0.1,
} as const;

/** Geometry of two-line plates, in heights of the first line where not said otherwise. */
export const PLATE_LAYOUT = {
  minBelow: 0.45,
  maxBelow: 2.4,
  /** Share of the narrower line. */
  minOverlap: 0.5,
  minHeightRatio: 0.38,
  maxHeightRatio: 2,
  /**
   * Framings in which a plate is read again, and by which network: heights of the line added at its ends, shares of its
   * height. The widest first: it sees what the box has cut off.
   */
  confirmations: [
    { along: 0.5, across: 0.02, by: "stock" },
    { along: 0.1, across: -0.04, by: "tuned" },
    { along: 0, across: 0, by: "stock" },
  ],
  /** Where a missed first line is looked for: heights of the second line, share of its width. */
  above: [
    { gap: 0.02, height: 0.75, width: 0.9 },
    { gap: 0.05, height: 0.95, width: 1 },
    { gap: -0.05, height: 0.7, width: 0.7 },
    { gap: 0.05, height: 0.9, width: 0.7 },
  ],
  /** Framings tried before it is given up that there is a first line. */
  aboveTries: 2,
} as const;
