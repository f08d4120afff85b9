import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { isLaneError, messageOf } from "#contract/errors";
import type { CharacterAlternatives, RecognitionTask, TextReading } from "#contract/reading";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";

/** What `lanectl read` found in one picture. */
export interface PictureReport {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly modelHash: string;
  /** Time to load and check the models, milliseconds. */
  readonly loadMs: number;
  readonly tasks: readonly { readonly task: RecognitionTask; readonly elapsedMs: number }[];
  readonly readings: readonly TextReading[];
  /** The copy with the boxes drawn in; `labels` is false when the fonts for the texts are not installed. */
  readonly annotated: { readonly file: string; readonly labels: boolean } | null;
}

interface ReadOptions {
  readonly task?: RecognitionTask;
  readonly annotate?: string;
}

/** Less is a hint for people; the same limit as in the standard policy. */
const SOLID = 0.6;
/** A character is unsure when the best one has less than this, 0..1. */
const SURE = 0.9;
/** Alternatives below are not worth a look, 0..1. */
const LEAST_SHOWN = 0.01;
/** Pictures beyond are refused by the recogniser too, bytes; here the file is not even opened. */
const LIMIT_BYTES = 16 * 1024 * 1024;

export function addRead(program: Command, output: Output): void {
  const command = program
    .command("read")
    .description("what the recogniser reads in one picture; needs no daemon")
    .argument("<file>", "JPEG, at most 16 MiB")
    .addOption(new Option("--task <task>", "look for one thing only (else for both)").choices(["container", "plate"]))
    .option("--annotate <file>", "write a copy with boxes and texts drawn in; it must not exist yet");
  withExamples(command, [
    ["lanectl read truck.jpg", "container number and plate, how sure, and what else it could be"],
    ["lanectl read side.jpg --task container --annotate seen.jpg", "draw what was read"],
    ["lanectl read truck.jpg --json", "for a script: also the boxes"],
  ]).action(async (file: string, options: ReadOptions) => {
    const { show } = await contextOf(command, output);
    show(await readPictureFile(file, options), (report) => reportText(report, output));
  });
}

async function readPictureFile(file: string, { task, annotate }: ReadOptions): Promise<PictureReport> {
  const bytes = readBytes(file);
  if (annotate !== undefined && existsSync(annotate)) {
    throw new CommandFailure(EXIT.usage, "FILE_EXISTS", `${shown(annotate)} exists already and is left alone`);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const tasks: readonly RecognitionTask[] = task === undefined ? ["container", "plate"] : [task];
  // Loaded only here: no other verb needs the networks.
  const { OnnxRecogniser } = await import("#devices/recogniser/onnx/recogniser");
  const recogniser = new OnnxRecogniser();
  const began = performance.now();
  await recogniser.start();
  const loadMs = performance.now() - began;
  try {
    const found = [];
    for (const one of tasks) {
      found.push({ task: one, ...(await recogniser.read({ jpegPath: file, sha256, task: one })) });
    }
    const readings = found.flatMap((one) => one.readings);
    const { width = 0, height = 0, modelHash = "" } = found[0] ?? {};
    const times = found.map(({ task: one, elapsedMs }) => ({ task: one, elapsedMs }));
    const annotated = annotate === undefined ? null : await annotateCopy(bytes, readings, annotate);
    return { file, width, height, modelHash, loadMs, tasks: times, readings, annotated };
  } catch (error) {
    if (isLaneError(error)) throw new CommandFailure(EXIT.negative, error.code, `${shown(file)}: ${error.message}`);
    throw error;
  } finally {
    await recogniser.stop();
  }
}

async function annotateCopy(bytes: Buffer, readings: readonly TextReading[], file: string) {
  const { annotatePicture } = await import("../annotate.ts");
  return { file, labels: await annotatePicture(bytes, readings, file) };
}

function readBytes(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > LIMIT_BYTES) throw new Error(`it has ${size} bytes, the most is ${LIMIT_BYTES}`);
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(EXIT.usage, "IMAGE_INVALID", `${shown(file)} cannot be read: ${messageOf(error)}`);
  }
}

function reportText(report: PictureReport, output: Output): string {
  const { colours } = output;
  const times = report.tasks.map(({ task, elapsedMs }) => `${task} ${elapsedMs.toFixed(0)} ms`).join(", ");
  const head = `${shown(report.file)}: ${report.width} x ${report.height} pixels, ${times} (models loaded in ${report.loadMs.toFixed(0)} ms)\n`;
  const rows = report.readings.map((reading) => {
    const solid = reading.confidence >= SOLID && !(reading.kind === "container" && reading.check === "inferred");
    const confidence = reading.confidence.toFixed(2);
    return [
      `  ${reading.kind}`,
      colours.bold(shown(reading.text)),
      solid ? colours.green(confidence) : colours.yellow(confidence),
      nature(reading),
      solid ? "" : colours.dim("a hint for people, not for a decision"),
    ];
  });
  const found = rows.length === 0 ? `  ${colours.yellow("nothing was read")}\n` : table(rows);
  return `${head}${found}${unsureText(report.readings)}${annotatedText(report, output)}`;
}

function nature(reading: TextReading): string {
  if (reading.kind === "plate") return `${reading.country} ${reading.plateKind}, ${reading.lines} line(s)`;
  return reading.check === "verified" ? "check digit read and right" : "check digit computed, proves nothing";
}

/** The characters that could be others, with their probabilities. */
function unsureText(readings: readonly TextReading[]): string {
  const lines = readings.flatMap((reading) => {
    return reading.alternatives.flatMap((characters, index) =>
      isUnsure(characters, reading.text[index])
        ? [`    ${shown(reading.text)}, character ${index + 1}: ${listed(characters)}\n`]
        : [],
    );
  });
  return lines.length === 0 ? "" : `  unsure characters\n${lines.join("")}`;
}

/** Also when the check digit or the grammar decided against the look of the character. */
function isUnsure(characters: CharacterAlternatives, taken: string | undefined): boolean {
  const best = characters[0];
  return best !== undefined && (best.probability < SURE || best.character !== taken);
}

function listed(characters: CharacterAlternatives): string {
  return characters
    .filter(({ probability }, index) => index === 0 || probability >= LEAST_SHOWN)
    .map(({ character, probability }) => `${shown(character)} ${probability.toFixed(2)}`)
    .join(", ");
}

function annotatedText({ annotated }: PictureReport, { colours }: Output): string {
  if (annotated === null) return "";
  const note = annotated.labels ? "" : ` ${colours.dim("(boxes only: the fonts for the texts are not installed)")}`;
  return `  drawn into ${shown(annotated.file)}${note}\n`;
}
