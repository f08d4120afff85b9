import { unreachable } from "#contract/errors";
import type { SheetStep } from "#store/commissioning-sheet";
import { CommandFailure, EXIT } from "../exit.ts";
import type { Bench } from "./bench.ts";
import { see, word } from "./sight.ts";
import type { Step, StepOutcome } from "./step.ts";
import { steady, weigh } from "./weighing.ts";

/** What was done so far, kept after every step so that it can be taken up again. */
export interface Progress {
  readonly startedAt: string;
  readonly steps: readonly SheetStep[];
  readonly pictures: readonly { readonly file: string; readonly sha256: string }[];
}

export interface RunOptions {
  readonly steps: readonly Step[];
  readonly bench: Bench;
  readonly before: Progress;
  readonly now: () => string;
  /** Called after every step. */
  readonly keep: (progress: Progress) => void;
}

/**
 * Goes through the steps that have not been passed yet, and those that follow one of them. A daemon that goes away ends
 * it; what was done is kept.
 */
export async function runSteps({ steps, bench, before, now, keep }: RunOptions): Promise<Progress> {
  let progress = before;
  let again = false;
  for (const [index, step] of steps.entries()) {
    const known = progress.steps.find(({ id }) => id === step.id);
    const head = `\n${index + 1} of ${steps.length}  ${step.title}`;
    again = known?.outcome !== "passed" || (step.follows === true && again);
    if (!again) {
      bench.person.tell(`${head}: passed before`);
      continue;
    }
    bench.person.tell(head);
    const pictures = [...progress.pictures];
    const { outcome, measured, expected } = await perform(step, bench, (picture) => pictures.push(picture));
    bench.person.tell(`  ${outcome}: ${measured}`);
    const done: SheetStep = { id: step.id, title: step.title, outcome, measured, expected, at: now() };
    const others = progress.steps.filter(({ id }) => id !== step.id);
    progress = { ...progress, steps: [...others, done], pictures };
    keep(progress);
  }
  return { ...progress, steps: inOrder(progress.steps, steps) };
}

type KeepPicture = (picture: Progress["pictures"][number]) => void;

async function perform(step: Step, bench: Bench, picture: KeepPicture): Promise<StepOutcome> {
  switch (step.kind) {
    case "self-test":
      return await selfTest(bench, picture);
    case "see":
      return await see(step, bench);
    case "word":
      return await word(step, bench);
    case "confirm":
      return judged(await bench.person.confirm(step.id, `  ${step.question}`), "seen by a person", step.question);
    case "lamp":
      return await lamp(step, bench);
    case "steady":
      return await steady(step, bench);
    case "weigh":
      return await weigh(step, bench);
    default:
      return unreachable(step);
  }
}

async function selfTest(bench: Bench, keep: KeepPicture): Promise<StepOutcome> {
  const { checks, ok, picture } = await bench.test();
  if (picture !== null) {
    keep({ file: picture.file, sha256: picture.sha256 });
    bench.person.tell(`  The picture lies in ${picture.file}`);
  }
  const wrong = checks.filter(({ outcome }) => outcome === "fail");
  for (const { name, measured, advice } of wrong) bench.person.tell(`  ${name}: ${measured}. ${advice ?? ""}`);
  const good = checks.filter(({ outcome }) => outcome === "pass");
  const measured = ok
    ? good.map((one) => `${one.name}: ${one.measured}`).join("; ")
    : wrong.map((one) => `${one.name}: ${one.measured}`).join("; ");
  return { outcome: ok ? "passed" : "failed", measured: measured.slice(0, 1000), expected: "no check fails" };
}

/** Asks before it lights anything, and again what is to be seen. */
async function lamp(step: Extract<Step, { kind: "lamp" }>, bench: Bench): Promise<StepOutcome> {
  const { light, colour } = step.lamp;
  const expected = `${colour} at the ${light}, and no other lamp of it`;
  const warning = colour === "green" ? " Make sure that nobody drives in: it is red again after 20 s." : "";
  const leave = await bench.person.confirm(step.id, `  Light the ${colour} lamp at the ${light} now?${warning}`);
  if (leave !== "yes") return { outcome: "skipped", measured: "not lit", expected };
  try {
    await bench.lamp(step.lamp);
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.negative) throw error;
    return { outcome: "skipped", measured: `not lit: ${error.message}`.slice(0, 1000), expected };
  }
  return judged(await bench.person.confirm(step.id, `  Is ${expected} lit?`), "seen by a person", expected);
}

function judged(answer: "yes" | "no" | "skip", measured: string, expected: string): StepOutcome {
  if (answer === "skip") return { outcome: "skipped", measured: "not answered", expected };
  return { outcome: answer === "yes" ? "passed" : "failed", measured: `${measured}: ${answer}`, expected };
}

function inOrder(done: readonly SheetStep[], steps: readonly Step[]): readonly SheetStep[] {
  return steps.flatMap(({ id }) => done.filter((one) => one.id === id));
}
