import { type Command, Option } from "commander";
import type { Explanation } from "#edge/api/explanation";
import { LANGUAGES, type Language } from "#lanes/decision/reasons";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { explanationText } from "../terminal/explanation-text.ts";
import type { Output } from "../terminal/output.ts";

export function addExplain(program: Command, output: Output): void {
  const command = program
    .command("explain")
    .description("why a vehicle was let through or held, and what would open the gate")
    .argument("<passage>", "id as lanectl passages shows it, or last")
    .addOption(new Option("--lang <language>", "language of headings, titles and reasons").choices(LANGUAGES));
  withExamples(command, [
    ["lanectl explain last", "the vehicle that stands in the lane, or was the last"],
    ["lanectl explain 019b8b00-0000-7000-8000-000000000001", "an earlier one"],
    ["lanectl explain last --lang vi", "for an officer who reads Vietnamese; zh is Chinese"],
    ["lanectl explain last --json", "with the complete decision records"],
  ]).action(async (passage: string, { lang }: { readonly lang?: Language }) => {
    const { client, show } = await contextOf(command, output);
    const answer = await client.get<Explanation>(`/passages/${encodeURIComponent(passage)}/explain`);
    show(answer, (explanation) => explanationText(explanation, output.colours, lang));
  });
}
