import type { DecisionRecord, RuleResult } from "#contract/decision";
import type { DecisionLine, Explanation, ReadLine } from "#edge/api/explanation";
import { REASONS } from "#lanes/decision/reasons";
import { RULES } from "#lanes/decision/rules";
import { type Colours, clockTime, shown } from "./output.ts";
import { table } from "./table.ts";
import { verdictText } from "./verdict.ts";

const sentences: Readonly<Record<string, { readonly en: string; readonly vi: string; readonly zh: string }>> = REASONS;
const titles = new Map(RULES.map(({ id, title }) => [id, title]));

/** One passage for people: what was read, how it was decided, what the boom did, how it ended. */
export function explanationText(explanation: Explanation, colours: Colours): string {
  const { reads, weighings, decisions, commands, faults } = explanation;
  const heading = (text: string) => `${colours.bold(text)}\n`;
  const lines = (rows: readonly (readonly string[])[]) =>
    table(rows.map(([first, ...rest]) => [`  ${first ?? ""}`, ...rest]));
  const section = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? "" : heading(title) + lines(rows);
  const last = decisions.at(-1);
  return [
    headLine(explanation, colours),
    heading("What was read"),
    reads.length === 0 ? "  nothing yet\n" : lines(reads.map((read) => readRow(read, colours))),
    section(
      "Weight",
      weighings.map(({ at, grossKg, spreadKg, problem }) => [
        clockTime(at),
        grossKg === null ? colours.yellow(shown(problem)) : `${grossKg} kg, spread ${shown(spreadKg)} kg`,
      ]),
    ),
    section(
      "Earlier decisions",
      decisions.slice(0, -1).map((decision) => earlierRow(decision, colours)),
    ),
    last === undefined ? `${heading("Decision")}  none yet\n` : decisionText(last, colours),
    section(
      "Boom",
      commands.map(({ at, command, why, outcome }) => [
        clockTime(at),
        shown(command),
        outcome === null ? colours.yellow("outcome not known") : shown(outcome),
        shown(why),
      ]),
    ),
    section(
      "Faults",
      faults.map(({ at, type, text }) => [clockTime(at), shown(type), colours.red(shown(text))]),
    ),
  ].join("");
}

function headLine({ passage, openedAt, closedAt, result, why, phase }: Explanation, colours: Colours): string {
  const opened = `Passage ${colours.bold(shown(passage))}, opened ${clockTime(openedAt, true)}`;
  const state =
    result === null
      ? `Open, in the phase ${colours.bold(shown(phase))}: ${shown(why)}`
      : `Closed ${clockTime(closedAt, true)}: ${colours.bold(shown(result))}, ${shown(why)}`;
  return `${opened}\n${state}\n`;
}

function readRow({ at, device, kind, text, confidence, check, problem }: ReadLine, colours: Colours): string[] {
  if (text === null) return [clockTime(at), shown(device), colours.yellow(shown(problem))];
  const remarks = [
    confidence === null ? "no confidence given" : `confidence ${confidence.toFixed(2)}`,
    ...(check === "verified" ? ["check digit fits"] : []),
    ...(check === "inferred" ? ["check digit not read"] : []),
  ];
  return [clockTime(at), shown(device), shown(kind), colours.bold(shown(text)), remarks.join(", ")];
}

function earlierRow({ at, record, revoked }: DecisionLine, colours: Colours): string[] {
  const row = [clockTime(at), verdictText(record.verdict, colours), shown(record.reason)];
  return revoked === null ? row : [...row, `taken back: ${shown(revoked)}`];
}

function decisionText({ seq, at, record, revoked }: DecisionLine, colours: Colours): string {
  const sentence = sentences[record.reason];
  const { clearance } = record;
  const who = record.by === "lane" ? "the lane" : "an officer";
  return [
    `${colours.bold("Decision")}  ${verdictText(record.verdict, colours)}  ${colours.bold(shown(record.reason))}\n`,
    sentence === undefined ? "" : `  ${sentence.en}\n  ${sentence.vi}\n  ${sentence.zh}\n`,
    revoked === null ? "" : `  ${colours.yellow(`taken back: ${shown(revoked)}`)}\n`,
    `  made by ${who} at ${clockTime(at)}, journal entry ${seq}\n`,
    `  ${clearance === null ? "no clearance was found" : `clearance ${shown(clearance.id)}, version ${clearance.version}`}\n`,
    `${colours.bold("Rules")}\n`,
    table(record.rules.map((rule) => ruleRow(rule, record, colours))),
    wouldOpenText(record, colours),
  ].join("");
}

function ruleRow({ id, outcome, detail }: RuleResult, record: DecisionRecord, colours: Colours): string[] {
  const marks = { pass: colours.green("ok"), fail: colours.red("FAILS"), "not-applicable": colours.dim("-") };
  const sentence = id === record.decidingRule ? `${shown(detail)} ${colours.bold("<- decides")}` : shown(detail);
  return [`  ${marks[outcome] ?? shown(outcome)}`, shown(id), titles.get(id) ?? "", sentence];
}

function wouldOpenText({ verdict, wouldOpen }: DecisionRecord, colours: Colours): string {
  if (verdict === "PASS") return "";
  const title = `${colours.bold("What would open this gate")}\n`;
  if (wouldOpen.length === 0) return `${title}  an officer decides\n`;
  return title + wouldOpen.map((sentence) => `  - ${shown(sentence)}\n`).join("");
}
