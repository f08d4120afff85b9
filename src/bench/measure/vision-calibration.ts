import { renameSync, writeFileSync } from "node:fs";
import { type Calibration, type Curve, calibrated, logOdds } from "#devices/recogniser/onnx/calibration";
import { loadModels } from "#devices/recogniser/onnx/models";
import type { Outcome } from "./vision-score.ts";
import { isAccepted, isRight, isUnlabelled } from "./vision-score.ts";
import { type Claim, calibration as errorOf } from "./vision-statistics.ts";

/** Claims that a calibration is made of: what may be used alone. Hints are capped and stay as they are. */
export function claimsOf(outcomes: readonly Outcome[]): readonly Claim[] {
  return outcomes.flatMap((outcome) =>
    outcome.readings
      .filter((reading) => reading.kind === "plate" || isAccepted(reading))
      .filter((reading) => !CAPS.includes(reading.confidence) && !isUnlabelled(outcome, reading))
      .map((reading) => ({ confidence: reading.confidence, right: isRight(outcome.photo, reading) })),
  );
}

/** Confidences that are a limit and no measure; see thresholds.ts of the recogniser. */
const CAPS: readonly number[] = [0.3, 0.5];
const ROUNDS = 50;
const ENOUGH = 1e-9;

/**
 * The straight line between logarithmic odds that makes the claims most likely (J. Platt, 1999), by Newton's method.
 * With his targets, which are never quite 0 or 1, so that few errors do not make a curve certain.
 */
export function fitted(claims: readonly Claim[]): Curve {
  const rights = claims.filter(({ right }) => right).length;
  const high = (rights + 1) / (rights + 2);
  const low = 1 / (claims.length - rights + 2);
  let [offset, slope] = [0, 1];
  for (let round = 0; round < ROUNDS; round++) {
    const [[g0, g1], [h00, h01, h11]] = derivatives(claims, { offset, slope }, (right) => (right ? high : low));
    const [a, b, c] = [h00 + PRIOR.offset, h01, h11 + PRIOR.slope];
    const [u, v] = [g0 + PRIOR.offset * offset, g1 + PRIOR.slope * (slope - 1)];
    const determinant = a * c - b * b;
    const steps = [(c * u - b * v) / determinant, (a * v - b * u) / determinant] as const;
    offset -= steps[0];
    slope = Math.max(LEAST_SLOPE, slope - steps[1]);
    if (Math.abs(steps[0]) + Math.abs(steps[1]) < ENOUGH) break;
  }
  return { offset, slope };
}

/**
 * Without data to the contrary a claim stands: inverse variances of the offset around 0 and of the slope around 1. Claims
 * that all came true must not make a doubtful reading as good as a clear one.
 */
const PRIOR = { offset: 4, slope: 16 } as const;
const LEAST_SLOPE = 0.5;

type Gradient = readonly [number, number];
type Curvature = readonly [number, number, number];

function derivatives(
  claims: readonly Claim[],
  curve: Curve,
  target: (right: boolean) => number,
): readonly [Gradient, Curvature] {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  for (const { confidence, right } of claims) {
    const x = logOdds(confidence);
    const p = calibrated(confidence, curve);
    const weight = p * (1 - p);
    g0 += p - target(right);
    g1 += (p - target(right)) * x;
    h00 += weight;
    h01 += weight * x;
    h11 += weight * x * x;
  }
  return [
    [g0, g1],
    [h00, h01, h11],
  ];
}

/** What one curve after another comes to. */
export function composed(first: Curve, then: Curve): Curve {
  return { offset: then.offset + then.slope * first.offset, slope: then.slope * first.slope };
}

const KINDS = { container: "container", plate_vn: "plateVietnam", plate_cn: "plateChina" } as const;

/**
 * Fits on the development half, tells the error on the other one before and after, and writes the file. The claims come
 * from the present calibration, so the new one is the fit on top of it.
 */
export async function writeCalibration(file: string, outcomes: readonly Outcome[]): Promise<void> {
  const models = await loadModels({ threads: 1 });
  await Promise.all([models.detection, models.stock.session, models.tuned.session].map((one) => one.release()));
  const curves: Record<string, Curve> = {};
  const measured: Record<string, object> = {};
  for (const [kind, name] of Object.entries(KINDS)) {
    const own = outcomes.filter(({ photo }) => photo.kind === kind);
    const fit = fitted(claimsOf(own.filter(({ photo }) => photo.half === "development")));
    const tested = claimsOf(own.filter(({ photo }) => photo.half === "other"));
    const after = tested.map(({ confidence, right }) => ({ confidence: calibrated(confidence, fit), right }));
    curves[name] = rounded(composed(presentOf(models.calibration, name), fit));
    measured[name] = { claims: tested.length, errorBefore: share(tested), errorAfter: share(after) };
  }
  const recipe =
    "npm run bench -- vision --photos <folder> --degrade --strength 2 --no-peer --write-calibration: a line between logarithmic odds, fitted on the development half of the photographs, whole and damaged; the expected calibration error is that of the other half";
  const text = `${JSON.stringify({ version: 1, recipe, ...curves, measured }, null, 2)}\n`;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const presentOf = (calibration: Calibration, name: keyof Calibration): Curve => calibration[name];
const rounded = ({ offset, slope }: Curve): Curve => ({
  offset: Math.round(offset * 1000) / 1000,
  slope: Math.round(slope * 1000) / 1000,
});
const share = (claims: readonly Claim[]) => Math.round((errorOf(claims).expectedError ?? 0) * 1000) / 1000;
