import type { Command } from "commander";
import { contextOf } from "../context.ts";
import type { Finding } from "../doctor/finding.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import { type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";

export function addDoctor(program: Command, output: Output): void {
  const command = program
    .command("doctor")
    .description(
      "look for everything that can be wrong around a lane: files, clock, disk, models, certificates, devices",
    );
  withExamples(command, [
    [
      "lanectl --config lane.yaml doctor",
      "each finding with what to do; exit code 0 when nothing is wrong, 1 when something is",
    ],
    ["lanectl --config lane.yaml doctor --json | jq '.findings[] | select(.fix != null)'", "what is to be done"],
  ]).action(async () => {
    const { config } = command.optsWithGlobals<{ readonly config?: string }>();
    if (config === undefined) {
      throw new CommandFailure(
        EXIT.usage,
        "CONFIG_MISSING",
        "name the lane file that is to be looked at: --config <file>",
      );
    }
    const { client, show } = await contextOf(command, output);
    const { examine } = await import("../doctor/doctor.ts");
    const findings = await examine(config, client);
    const ok = findings.every(({ outcome }) => outcome !== "wrong");
    show({ ok, findings }, () => findingsText(findings, output));
    if (!ok) throw new NegativeAnswer(EXIT.negative);
  });
}

function findingsText(findings: readonly Finding[], { colours }: Output): string {
  const paint = { good: colours.green, warning: colours.yellow, wrong: colours.red, unknown: colours.dim };
  const rows = findings.map(({ outcome, area, found }) => [paint[outcome](outcome), shown(area), shown(found)]);
  const todo = findings.flatMap(({ area, fix, outcome }) =>
    fix === null ? [] : [`  ${paint[outcome](shown(area))}: ${shown(fix)}\n`],
  );
  return `${table(rows)}${todo.length === 0 ? "nothing is to be done\n" : `${colours.bold("what to do")}\n${todo.join("")}`}`;
}
