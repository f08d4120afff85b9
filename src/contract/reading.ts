import type { PlateCountry, PlateKind } from "./identifiers.ts";
import type { MonotonicMs, Sha256, UtcMs } from "./units.ts";

/** A corner list in picture coordinates (pixels): top-left, top-right, bottom-right, bottom-left of the text line. */
export type Quad = readonly [Point, Point, Point, Point];
export type Point = readonly [x: number, y: number];

/** The most likely characters at one position, best first, probabilities in 0..1. */
export type CharacterAlternatives = readonly { readonly character: string; readonly probability: number }[];

/**
 * What was made of the container check digit.
 * `verified`: it was read and fits; `inferred`: only ten characters were read and it was computed, so it proves nothing.
 */
export type CheckState = "verified" | "inferred";

interface TextReadingBase {
  /** Normal form, see normaliseIdentifier. */
  readonly text: string;
  /** Probability that `text` is right as a whole, 0..1. */
  readonly confidence: number;
  readonly alternatives: readonly CharacterAlternatives[];
  readonly box: Quad;
}

export interface ContainerReading extends TextReadingBase {
  readonly kind: "container";
  readonly check: CheckState;
}

export interface PlateReading extends TextReadingBase {
  readonly kind: "plate";
  readonly country: PlateCountry;
  readonly plateKind: PlateKind;
  readonly lines: 1 | 2;
}

/** One text found in one picture. */
export type TextReading = ContainerReading | PlateReading;

/** What a picture is expected to show; tells the recogniser where to spend its time. */
export type RecognitionTask = "container" | "plate";

/** The answer of a recogniser for one picture. No reading is better than a wrong one. */
export interface Recognition {
  readonly readings: readonly TextReading[];
  /** SHA-256 over the model files and the recogniser's version. */
  readonly modelHash: Sha256;
  /** Time spent inside the recogniser, milliseconds. */
  readonly elapsedMs: number;
  /** Size of the decoded picture, pixels. */
  readonly width: number;
  readonly height: number;
}

/** A stored original picture: its content hash names the file. */
export interface EvidenceRef {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly takenAt: UtcMs;
}

/** One weight as the indicator reports it. Kilograms; `sequence` grows by one with each reply. */
export interface WeightSample {
  readonly at: MonotonicMs;
  readonly sequence: number;
  readonly grossKg: number;
  readonly stable: boolean;
  /** Inside the indicator's zero band. */
  readonly atZero: boolean;
  readonly overRange: boolean;
  readonly underRange: boolean;
}
