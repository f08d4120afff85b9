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
  const verdict =
    differences.length === 0 ? colours.green("the same") : colours.red(`${differences.length} differences`);
  return [
    `${verdict}: ${count}\n`,
    ...differences.slice(0, SHOWN).map((one) => differenceText(one, colours)),
    differences.length > SHOWN ? `and ${differences.length - SHOWN} more, see --json\n` : "",
    changes === undefined ? "" : changesText(changes, colours),
  ].join("");
}

function differenceText({ seq, passage, type, what, journal, replayed }: ReplayDifference, colours: Colours): string {
  const line = (name: string, text: string | null) => (text === null ? "" : `    ${name}  ${short(text)}\n`);
  const head = `  entry ${seq}, ${shown(type)}, ${shown(passage)}: ${colours.red(shown(what))}\n`;
  return head + line("journal ", journal) + line("replayed", replayed);
}

const short = (text: string) => shown(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);

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
