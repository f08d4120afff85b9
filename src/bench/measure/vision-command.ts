import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { type Command, InvalidArgumentError } from "commander";

interface Options {
  readonly photos: string;
  readonly limit?: number;
  readonly degrade: boolean;
  readonly seed: number;
  readonly peer: boolean;
  readonly report?: string;
  readonly strength?: number;
  readonly writeCalibration?: string | true;
  readonly writeConfusion?: string | true;
  readonly json: boolean;
}

const CONFUSION_FILE = "models/confusion.json";
const CALIBRATION_FILE = "models/calibration.json";
const PROGRESS_EVERY = 10;

const EXAMPLES = `
Examples:
  npm run bench -- vision --photos photos
  npm run bench -- vision --photos photos --limit 20 --no-peer --json
  npm run bench -- vision --photos photos --degrade --report misses.html`;

/** Adds `vision`: how often the recogniser is right, silent and wrong on pictures whose content is known. */
export function addVision(program: Command): void {
  program
    .command("vision")
    .description("how often plates and container numbers are read, missed and misread, beside other programs")
    .requiredOption("--photos <folder>", "pictures with a labels.csv: file, kind, truth and, if known, layout")
    .option("--limit <n>", "so many pictures at random, the same ones each time", whole)
    .option("--degrade", "also with rain, blur, night, glare, JPEG loss, tilt and mud, each in three strengths", false)
    .option("--strength <n>", "only this strength of every damage, 1 to 3", whole)
    .option("--seed <n>", "chance of the damage", whole, 1)
    .option(
      "--no-peer",
      "leave out tesseract, the stock pipeline (npm installs it into the user's cache once) and stages",
    )
    .option("--report <file>", "one HTML page with every miss")
    .option("--write-confusion [file]", `write what was confused on the development half (${CONFUSION_FILE})`)
    .option(
      "--write-calibration [file]",
      `fit what a confidence is worth on the development half (${CALIBRATION_FILE})`,
    )
    .option("--json", "two JSON objects, a line each: everything, then the summary", false)
    .addHelpText("after", EXAMPLES)
    .action(vision);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError("a whole number from 1");
  return value;
}

async function vision(options: Options): Promise<void> {
  // Loaded only here: the other measurements do not need the networks.
  const { measureVision } = await import("./vision.ts");
  const { visionText } = await import("./vision-text.ts");
  const { figures, misses, outcomes } = await measureVision({
    photos: options.photos,
    limit: options.limit,
    degrade: options.degrade,
    strength: options.strength,
    seed: options.seed,
    peer: options.peer,
    keepMisses: options.report !== undefined,
    progress: (done, all) => {
      if (done % PROGRESS_EVERY === 0) process.stderr.write(`bench: ${done} of ${all} pictures\n`);
    },
  });
  if (options.report !== undefined) {
    const { visionReport } = await import("./vision-report.ts");
    writeFileSync(options.report, visionReport(figures, misses, options.peer));
  }
  if (options.writeConfusion !== undefined) {
    const { measuredTable, writeConfusion } = await import("./vision-confusion.ts");
    const file = options.writeConfusion === true ? CONFUSION_FILE : options.writeConfusion;
    writeConfusion(file, measuredTable(figures.confusions.development));
  }
  if (options.writeCalibration !== undefined) {
    const { writeCalibration } = await import("./vision-calibration.ts");
    await writeCalibration(options.writeCalibration === true ? CALIBRATION_FILE : options.writeCalibration, outcomes);
  }
  const report = { bench: "vision", cpus: cpus().length, node: process.version, ...figures };
  const { visionSummary } = await import("./vision-summary.ts");
  const lines = `${JSON.stringify(report)}\n${JSON.stringify(visionSummary(figures))}\n`;
  process.stdout.write(options.json ? lines : visionText(figures, options.peer));
}
