import pc from "picocolors";
import type { JournalEntry } from "#contract/journal";
import type { DemoReport, Stage } from "./demo.ts";
import { narrate } from "./narrator.ts";
import type { TruckOutcome } from "./outcome.ts";
import type { DemoTruck } from "./truck.ts";

/** The demo as a person watches it. */
export class TerminalStage implements Stage {
  readonly #trucks: number;
  readonly #startedAt = performance.now();

  constructor(trucks: number) {
    this.#trucks = trucks;
  }

  say(text: string): void {
    process.stdout.write(`${pc.dim(`${this.#elapsed()}  `)}${pc.cyan(text)}\n`);
  }

  truck(index: number, truck: DemoTruck): void {
    const what = `truck ${index + 1} of ${this.#trucks}: ${truck.title}`;
    const painted = `tractor ${truck.plate}, container ${truck.container}, ${truck.grossKg} kg`;
    process.stdout.write(
      `\n${pc.dim(`${this.#elapsed()}  `)}${pc.bold(what)}\n${pc.dim(`    painted on it: ${painted}`)}\n`,
    );
  }

  entry(entry: JournalEntry): void {
    const text = narrate(entry);
    if (text !== null) process.stdout.write(`${text}\n`);
  }

  outcome({ passage, ok, result, verdict, reason }: TruckOutcome): void {
    const mark = ok ? pc.green("as it should be") : pc.red(pc.bold("NOT AS IT SHOULD BE"));
    process.stdout.write(`    ${passage ?? "no passage"} ended ${result ?? "open"} (${verdict} ${reason}): ${mark}\n`);
  }

  #elapsed(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}

/** The demo as a script reads it: one line for each truck. */
export class JsonStage implements Stage {
  say(): void {
    // People's words have no place among the lines of a script.
  }

  truck(): void {
    // The outcome says it all.
  }

  entry(): void {
    // The journal is counted in the last line.
  }

  outcome(outcome: TruckOutcome): void {
    process.stdout.write(`${JSON.stringify({ type: "passage", ...outcome })}\n`);
  }
}

/** The last line of a machine-read run. With photographs it also says what was read of them. */
export function finalLine(report: DemoReport, photographs: boolean): object {
  const { outcomes, ok, ...rest } = report;
  if (!photographs) return { ...rest, ok };
  const sum = (key: keyof TruckOutcome["reads"]) => outcomes.reduce((total, one) => total + one.reads[key], 0);
  const reads = { right: sum("right"), none: sum("none"), wrong: sum("wrong") };
  return { ...rest, reads, wrongPass: outcomes.filter((one) => one.wrongPass).length, ok };
}

/** The end of a run, for people. */
export function summary(report: DemoReport, exitCode: number | null, folder: string, photographs: boolean): string {
  const { journal, upstream, decisionMs, verdicts } = report;
  const ok = report.ok && exitCode === 0;
  const yes = (good: boolean, text: string) => `  ${good ? pc.green("yes") : pc.red("NO ")}  ${text}`;
  const lines = [
    "",
    pc.bold(
      `${report.passages} trucks: ${Object.entries(verdicts)
        .map(([name, count]) => `${count} ${name}`)
        .join(", ")}`,
    ),
    yes(
      report.outcomes.every((one) => one.ok),
      "every truck got the verdict the story expects",
    ),
    yes(journal.verified, `the journal's ${journal.entries} entries form one unbroken chain`),
    yes(
      upstream.received === journal.entries && upstream.gaps === 0 && upstream.duplicates === 0,
      `operations hold ${upstream.received} entries: ${upstream.gaps} missing, ${upstream.duplicates} doubled`,
    ),
    yes(exitCode === 0, "laned stopped in order"),
    `  from the last reading to the decision on the disk: ${decisionMs.p50} ms (p50), ${decisionMs.p99} ms (p99)`,
  ];
  if (photographs) lines.push(`  ${JSON.stringify(finalLine(report, true))}`);
  lines.push(ok ? pc.green("all is well") : pc.red(`something is wrong; look into ${folder}`), "");
  return `${lines.join("\n")}\n`;
}
