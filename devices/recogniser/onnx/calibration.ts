import Type, { type Static } from "typebox";
import type { PlateCountry } from "#contract/identifiers";

/** A straight line between logarithmic odds (J. Platt, 1999): claimed = offset + slope x by evidence. */
const CurveSchema = Type.Object({
  offset: Type.Number({ minimum: -20, maximum: 20 }),
  slope: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
});
export type Curve = Static<typeof CurveSchema>;

/**
 * The part of models/calibration.json that the recogniser needs: how often readings came true, beside what their
 * evidence claimed. Measured, so it is data and not code.
 */
export const CalibrationSchema = Type.Object({
  container: CurveSchema,
  plateVietnam: CurveSchema,
  plateChina: CurveSchema,
});
export type Calibration = Static<typeof CalibrationSchema>;

/** Takes every claim as it is. */
export const UNCALIBRATED: Calibration = {
  container: { offset: 0, slope: 1 },
  plateVietnam: { offset: 0, slope: 1 },
  plateChina: { offset: 0, slope: 1 },
};

export function curveOf(calibration: Calibration, country: PlateCountry): Curve {
  return country === "VN" ? calibration.plateVietnam : calibration.plateChina;
}

/** Odds beyond one in a million are no evidence, they are rounding. */
const LEAST = 1e-6;

export function logOdds(probability: number): number {
  const inside = Math.max(LEAST, Math.min(1 - LEAST, probability));
  return Math.log(inside / (1 - inside));
}

/** The probability that a reading is right, 0..1. Grows with the claim. */
export function calibrated(claim: number, { offset, slope }: Curve): number {
  return 1 / (1 + Math.exp(-(offset + slope * logOdds(claim))));
}
