import type { Command } from "commander";
import type { PassageSummary } from "#edge/api/passage-summary";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { wholeNumber } from "../numbers.ts";
import { clockTime, type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { verdictText } from "../terminal/verdict.ts";

export function addPassages(program: Command, output: Output): void {
  const command = program
    .command("passages")
    .description("the last vehicles, newest first")
    .option("-n, --number <count>", "how many", wholeNumber(1, 1000), 20);
  withExamples(command, [
    ["lanectl passages", "the last 20"],
    ["lanectl passages -n 1", "the last one"],
    ["lanectl passages -n 1000 --json | jq '.[] | select(.verdict == \"HOLD\")'", "those that were held"],
  ]).action(async ({ number }: { readonly number: number }) => {
    const { client, show } = await contextOf(command, output);
    const { colours } = output;
    show(await client.get<readonly PassageSummary[]>(`/passages?limit=${number}`), (passages) => {
      if (passages.length === 0) return "no passage was recorded yet\n";
      const header = ["OPENED", "PASSAGE", "CONTAINER", "PLATE", "VERDICT", "REASON", "RESULT"].map(colours.dim);
      const rows = passages.map((one) => [
        clockTime(one.openedAt, true),
        shown(one.passage),
        shown(one.container),
        shown(one.plate),
        verdictText(one.verdict, colours),
        shown(one.reason),
        one.result === null ? "open" : shown(one.result),
      ]);
      return table([header, ...rows]);
    });
  });
}
