import { isoUtc } from "#contract/units";
import type { ReplayDifference } from "#control/replay/rebuild";
import type { ReplayReport, VerdictChange } from "#control/replay/replay";
import { type Colours, clockTime, shown } from "./output.ts";
import { table } from "./table.ts";
import { verdictText } from "./verdict.ts";

/** Differences that are shown to people; `--json` has them all. */
const SHOWN = 20;
/** Longest row content that is shown, characters. */
const LONGEST = 200;

/** What a replay found, for people. */
export function replayText(report: ReplayReport, colours: Colours): string {
  const { from, to, events, decisions, passages, differences, changes } = report;
  const count = `${events} events, ${decisions} decisions, ${passages} passages, entries ${from} to ${to}`;
  const differ = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  const verdict = differences.length === 0 ? colours.green("the same") : colours.red(differ);
  return [
    `${verdict}: ${count}\n`,
    ...differences.slice(0, SHOWN).map((one) => differenceText(one, colours)),
    differences.length > SHOWN ? `and ${differences.length - SHOWN} more, see --json\n` : "",
    changes === undefined ? "" : changesText(changes, colours),
  ].join("");
}

function differenceText({ seq, passage, type, what, journal, replayed }: ReplayDifference, colours: Colours): string {
  const at = journal === null || replayed === null ? 0 : firstDifference(journal, replayed);
  const line = (name: string, text: string | null) => (text === null ? "" : `    ${name}  ${excerpt(text, at)}\n`);
  const head = `  entry ${seq}, ${shown(type)}, ${shown(passage)}: ${colours.red(shown(what))}\n`;
  return head + line("journal ", journal) + line("replayed", replayed);
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** The part of a row around the first difference. */
function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - LONGEST / 4);
  const part = text.slice(from, from + LONGEST);
  return shown(`${from > 0 ? "..." : ""}${part}${from + LONGEST < text.length ? "..." : ""}`);
}

function changesText(changes: readonly VerdictChange[], colours: Colours): string {
  if (changes.length === 0) return "the other policy changes no verdict\n";
  const header = ["TIME", "PASSAGE", "CONTAINER", "PLATE", "WAS", "", "WOULD BE", "", "BY RULE"].map(colours.dim);
  const rows = changes.map(({ utc, passage, container, plate, was, would }) => [
    clockTime(isoUtc(utc), true),
    shown(passage),
    shown(container),
    shown(plate),
    verdictText(was.verdict, colours),
    shown(was.reason),
    verdictText(would.verdict, colours),
    shown(would.reason),
    shown(would.decidingRule),
  ]);
  const count = changes.length === 1 ? "1 vehicle" : `${changes.length} vehicles`;
  return `the other policy changes the verdict on ${count}\n${table([header, ...rows])}`;
}
