import type { DecisionRecord, RuleResult } from "#contract/decision";
import type { DecisionLine, Explanation, ReadLine } from "#edge/api/explanation";
import { mendText } from "#lanes/decision/mends";
import { type Language, REASONS, type Text } from "#lanes/decision/reasons";
import { RULE_TITLES } from "#lanes/decision/rule-titles";
import { verdictIn, wordsIn } from "./explanation-words.ts";
import { inputRows } from "./input-rows.ts";
import { type Colours, clockTime, shown } from "./output.ts";
import { table } from "./table.ts";
import { verdictText } from "./verdict.ts";

const sentences: Readonly<Record<string, Text>> = REASONS;
const titles: Readonly<Record<string, Text>> = RULE_TITLES;

/**
 * One passage for people: what was read, how it was decided, what the boom did, how it ended. Without a language the
 * reason is told in all three.
 */
export function explanationText(explanation: Explanation, colours: Colours, language?: Language): string {
  const { reads, weighings, decisions, commands, faults } = explanation;
  const word = wordsIn(language);
  const heading = (text: string) => `${colours.bold(text)}\n`;
  const lines = (rows: readonly (readonly string[])[]) =>
    table(rows.map(([first, ...rest]) => [`  ${first ?? ""}`, ...rest]));
  const section = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? "" : heading(title) + lines(rows);
  const last = decisions.at(-1);
  return [
    headLine(explanation, colours),
    heading(word("read")),
    reads.length === 0 ? `  ${word("nothing")}\n` : lines(reads.map((read) => readRow(read, colours))),
    section(
      word("weight"),
      weighings.map(({ at, grossKg, spreadKg, problem }) => [
        clockTime(at),
        grossKg === null ? colours.yellow(shown(problem)) : `${grossKg} kg, spread ${shown(spreadKg)} kg`,
      ]),
    ),
    section(
      word("earlier"),
      decisions.slice(0, -1).map((decision) => earlierRow(decision, colours, language)),
    ),
    last === undefined
      ? `${heading(word("decision"))}  ${word("noDecision")}\n`
      : decisionText(last, colours, language),
    section(
      word("boom"),
      commands.map(({ at, command, why, outcome }) => [
        clockTime(at),
        shown(command),
        outcome === null ? colours.yellow(word("unknown")) : shown(outcome),
        shown(why),
      ]),
    ),
    section(
      word("faults"),
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

function earlierRow({ at, record, revoked }: DecisionLine, colours: Colours, language?: Language): string[] {
  const row = [clockTime(at), verdictText(record.verdict, colours), shown(record.reason)];
  return revoked === null ? row : [...row, `${wordsIn(language)("takenBack")}: ${shown(revoked)}`];
}

function decisionText({ seq, at, record, revoked }: DecisionLine, colours: Colours, language?: Language): string {
  const word = wordsIn(language);
  const { clearance } = record;
  const who = record.by === "lane" ? "the lane" : "an officer";
  const verdict = [verdictText(record.verdict, colours), verdictIn(record.verdict, language)].filter(
    (one) => one !== "",
  );
  return [
    `${colours.bold(word("decision"))}  ${verdict.join(" ")}  ${colours.bold(shown(record.reason))}\n`,
    reasonText(record.reason, language),
    revoked === null ? "" : `  ${colours.yellow(`${word("takenBack")}: ${shown(revoked)}`)}\n`,
    `  made by ${who} at ${clockTime(at)}, journal entry ${seq}\n`,
    `  ${clearance === null ? "no clearance was found" : `clearance ${shown(clearance.id)}, version ${clearance.version}`}\n`,
    `${colours.bold(word("inputs"))}\n`,
    table(inputRows(record, word)),
    `${colours.bold(word("rules"))}\n`,
    table(record.rules.map((rule) => ruleRow(rule, record, colours, language))),
    wouldOpenText(record, colours, language),
  ].join("");
}

function reasonText(reason: string, language: Language | undefined): string {
  const sentence = sentences[reason];
  if (sentence === undefined) return "";
  return language === undefined
    ? `  ${sentence.en}\n  ${sentence.vi}\n  ${sentence.zh}\n`
    : `  ${sentence[language]}\n`;
}

function ruleRow(rule: RuleResult, record: DecisionRecord, colours: Colours, language?: Language): string[] {
  const { id, outcome, detail, reason } = rule;
  const marks = { pass: colours.green("ok"), fail: colours.red("FAILS"), "not-applicable": colours.dim("-") };
  // In another language the reason is told in it, beside what the rule recorded.
  const told = language === undefined || reason === undefined ? undefined : sentences[reason]?.[language];
  const sentence = told === undefined || language === "en" ? shown(detail) : `${told}: ${shown(detail)}`;
  const mark = id === record.decidingRule ? ` ${colours.bold(wordsIn(language)("decides"))}` : "";
  return [`  ${marks[outcome] ?? shown(outcome)}`, shown(id), titles[id]?.[language ?? "en"] ?? "", sentence + mark];
}

function wouldOpenText({ verdict, wouldOpen }: DecisionRecord, colours: Colours, language?: Language): string {
  if (verdict === "PASS") return "";
  const word = wordsIn(language);
  const title = `${colours.bold(word("opens"))}\n`;
  if (wouldOpen.length === 0) return `${title}  ${word("officer")}\n`;
  return title + wouldOpen.map((one) => `  - ${shown(mendText(one, language ?? "en"))}\n`).join("");
}
