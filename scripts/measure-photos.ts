/**
 * Reads a folder of photographs whose content is known and says how often the recogniser is right, silent and wrong.
 *
 *   node scripts/measure-photos.ts <folder with labels.csv> [--kind container|plate_vn|plate_cn] [--threads 1] [--json]
 *
 * labels.csv: file, kind, truth (readings separated by ";", empty when nothing in it can be read whole), layout, ...
 * A picture that is not a JPEG is converted first, because the recogniser refuses it; the report counts those.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { isLaneError } from "#contract/errors";
import type { TextReading } from "#contract/reading";
import { OnnxRecogniser } from "#devices/recogniser/onnx/recogniser";

interface Label {
  readonly file: string;
  readonly kind: string;
  readonly truth: readonly string[];
  readonly layout: string;
}

interface Outcome {
  readonly label: Label;
  readonly readings: readonly TextReading[];
  readonly elapsedMs: number;
  readonly refused: string | undefined;
  readonly converted: boolean;
}

/** Confidence from which a reading is counted as solid: the least that the standard policy looks at. */
const SOLID = 0.6;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kind: { type: "string" }, json: { type: "boolean" }, threads: { type: "string" } },
  });
  const folder = positionals[0];
  if (folder === undefined) throw new Error("give the folder with labels.csv");
  const labels = (await readLabels(folder)).filter((label) => values.kind === undefined || label.kind === values.kind);
  const recogniser = new OnnxRecogniser({ threads: Number(values.threads ?? 1) });
  await recogniser.start();
  const scratch = await mkdtemp(join(tmpdir(), "measure-photos-"));
  const outcomes: Outcome[] = [];
  try {
    for (const label of labels) outcomes.push(await measure(recogniser, folder, label, scratch));
  } finally {
    await rm(scratch, { recursive: true });
    await recogniser.stop();
  }
  if (values.json === true) console.log(JSON.stringify(report(outcomes), null, 2));
  else printReport(outcomes);
}

/** Rows without quoting; the same file twice counts once. */
async function readLabels(folder: string): Promise<Label[]> {
  const rows = (await readFile(join(folder, "labels.csv"), "utf8")).trim().split("\n").slice(1);
  const labels = new Map<string, Label>();
  for (const row of rows) {
    const [file = "", kind = "", truth = "", layout = ""] = row.split(",");
    labels.set(file, { file, kind, truth: truth.split(";").filter((text) => text !== ""), layout });
  }
  return [...labels.values()];
}

async function measure(recogniser: OnnxRecogniser, folder: string, label: Label, scratch: string): Promise<Outcome> {
  let jpegPath = join(folder, label.file);
  let bytes = await readFile(jpegPath);
  const converted = bytes[0] !== 0xff || bytes[1] !== 0xd8;
  if (converted) {
    bytes = await sharp(bytes).flatten({ background: "#fff" }).jpeg({ quality: 95 }).toBuffer();
    jpegPath = join(scratch, `${fileName(label)}.jpg`);
    await writeFile(jpegPath, bytes);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const task = label.kind === "container" ? "container" : "plate";
  try {
    const { readings, elapsedMs } = await recogniser.read({ jpegPath, sha256, task });
    return { label, readings, elapsedMs, refused: undefined, converted };
  } catch (error) {
    if (!isLaneError(error)) throw error;
    return { label, readings: [], elapsedMs: 0, refused: error.message, converted };
  }
}

function fileName(label: Label): string {
  return label.file.replace(/[^A-Za-z0-9]/g, "_");
}

interface Tally {
  pictures: number;
  /** Identities on them. */
  present: number;
  right: number;
  none: number;
  /** Readings that are on none of the picture's identities. */
  wrong: number;
  rightSolid: number;
  wrongSolid: number;
  rightVerified: number;
  wrongVerified: number;
}

function tally(outcomes: readonly Outcome[]): Tally {
  const sum: Tally = {
    pictures: 0,
    present: 0,
    right: 0,
    none: 0,
    wrong: 0,
    rightSolid: 0,
    wrongSolid: 0,
    rightVerified: 0,
    wrongVerified: 0,
  };
  for (const { label, readings } of outcomes) {
    sum.pictures++;
    sum.present += label.truth.length;
    if (readings.length === 0) sum.none++;
    for (const reading of considered(readings)) {
      const right = label.truth.includes(reading.text);
      const verified = reading.kind === "container" && reading.check === "verified";
      sum[right ? "right" : "wrong"]++;
      if (reading.confidence >= SOLID) sum[right ? "rightSolid" : "wrongSolid"]++;
      if (verified) sum[right ? "rightVerified" : "wrongVerified"]++;
    }
  }
  return sum;
}

/** Of the candidates for a container the best one; every plate. */
function considered(readings: readonly TextReading[]): readonly TextReading[] {
  return readings[0]?.kind === "container" ? readings.slice(0, 1) : readings;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function report(outcomes: readonly Outcome[]) {
  const kinds = [...new Set(outcomes.map(({ label }) => label.kind))];
  return kinds.map((kind) => {
    const ofKind = outcomes.filter(({ label }) => label.kind === kind);
    const layouts = [...new Set(ofKind.map(({ label }) => label.layout))].sort();
    const times = ofKind.filter(({ refused }) => refused === undefined).map(({ elapsedMs }) => elapsedMs);
    return {
      kind,
      ...tally(ofKind),
      refused: ofKind.filter(({ refused }) => refused !== undefined).length,
      converted: ofKind.filter(({ converted }) => converted).length,
      p50Ms: percentile(times, 0.5),
      p90Ms: percentile(times, 0.9),
      p99Ms: percentile(times, 0.99),
      layouts: Object.fromEntries(
        layouts.map((layout) => [layout, tally(ofKind.filter((o) => o.label.layout === layout))]),
      ),
      misses: ofKind.flatMap(missesOf),
    };
  });
}

/** One line for each picture on which something is missing or too much. */
function missesOf({ label, readings, refused }: Outcome): string[] {
  const seen = considered(readings);
  const missing = label.truth.filter((text) => !seen.some((reading) => reading.text === text));
  const wrong = seen.filter((reading) => !label.truth.includes(reading.text));
  if (missing.length === 0 && wrong.length === 0) return [];
  const read = readings.map(
    (r) => `${r.text} ${r.confidence.toFixed(2)}${r.kind === "container" ? ` ${r.check}` : ""}`,
  );
  return [`${label.file}: truth ${label.truth.join(";") || "-"}, read ${refused ?? (read.join("; ") || "-")}`];
}

function printReport(outcomes: readonly Outcome[]): void {
  for (const part of report(outcomes)) {
    const { misses, layouts, ...figures } = part;
    console.log(part.kind, JSON.stringify(figures));
    for (const [layout, counts] of Object.entries(layouts)) console.log("  layout", layout, JSON.stringify(counts));
    for (const miss of misses) console.log("  ", miss);
  }
}

await main();
