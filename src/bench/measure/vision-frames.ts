import type { FusedIdentity, IdentityRead } from "#contract/decision";
import type { TextReading } from "#contract/reading";
import { groupsBy } from "#devices/recogniser/onnx/grouping";
import { fuse } from "#lanes/fusion/fuse";
import type { Outcome } from "./vision-score.ts";
import { type Share, wilson } from "./vision-statistics.ts";

/** As a lane has it: several frames of one vehicle, each spoiled in another way, fused into one opinion. */
export interface FrameFigures {
  /** Vehicles whose fused text is the label. */
  readonly exact: Share;
  /** Vehicles whose fused text is another one, at a confidence that a lane uses. */
  readonly wrong: Share;
  /** Frames of one vehicle. */
  readonly frames: number;
}

/** Least confidence of a read that counts, and of a fused text that is used; the standard policy's. */
const MIN_CONFIDENCE = 0.6;

/**
 * Fuses the damaged versions of each photograph as frames of one camera. They come from one picture, so what is wrong
 * with the picture itself is wrong in all of them: real frames differ more.
 */
export function fusedFrames(outcomes: readonly Outcome[]): Readonly<Record<string, FrameFigures>> {
  const kinds = [...new Set(outcomes.map(({ photo }) => photo.kind))].sort();
  return Object.fromEntries(
    kinds.map((kind) => [kind, figuresOf(outcomes.filter(({ photo }) => photo.kind === kind))]),
  );
}

function figuresOf(outcomes: readonly Outcome[]): FrameFigures {
  const damaged = outcomes.filter(({ photo, damage }) => damage !== null && photo.truths.length === 1);
  const vehicles = groupsBy(damaged, ({ photo }) => photo.file);
  let [exact, wrong, frames] = [0, 0, 0];
  for (const members of vehicles) {
    frames = Math.max(frames, members.length);
    const fused = fusedText(members);
    const truth = members[0]?.photo.truths[0];
    if (fused?.text === truth) exact++;
    else if (fused !== null && fused.confidence >= MIN_CONFIDENCE) wrong++;
  }
  return { exact: wilson(exact, vehicles.length), wrong: wilson(wrong, vehicles.length), frames };
}

function fusedText(frames: readonly Outcome[]): FusedIdentity | null {
  const reads = frames.flatMap(({ readings }) => readings.map(readOf));
  const { container, plate, trailer } = fuse(reads, MIN_CONFIDENCE);
  return container ?? plate ?? trailer;
}

function readOf(reading: TextReading): IdentityRead {
  const { kind, text, confidence } = reading;
  const common = { kind, raw: text, text, confidence, source: "camera" };
  return reading.kind === "container" ? { ...common, check: reading.check } : common;
}
