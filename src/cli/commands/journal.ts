import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { JournalEntry } from "#contract/journal";
import { isoUtc } from "#contract/units";
import type { ChainCheck } from "#edge/api/journal-source";
import { type CommandContext, contextOf, endWithInterrupt } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import { wholeNumber } from "../numbers.ts";
import { clockTime, jsonText, type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";

/** Time between two looks for new entries, milliseconds. */
const FOLLOW_MS = 500;
/** Longest data that a line for people shows, characters. */
const DATA_LENGTH = 160;

interface JournalPage {
  readonly head: { readonly seq: number };
  readonly entries: readonly JournalEntry[];
}

export function addJournal(program: Command, output: Output): void {
  const journal = program.command("journal").description("the append-only record of the lane");
  withExamples(journal, [
    ["lanectl journal tail", "the newest entries"],
    ["lanectl journal verify", "whether any entry was changed or lost"],
  ]);
  addTail(journal, output);
  addVerify(journal, output);
}

function addTail(journal: Command, output: Output): void {
  const tail = journal
    .command("tail")
    .description("the newest entries, oldest first")
    .option("-n, --number <count>", "how many", wholeNumber(1, 1000), 20)
    .option("-f, --follow", "go on with new entries, until Ctrl-C");
  withExamples(tail, [
    ["lanectl journal tail", "the last 20 entries"],
    ["lanectl journal tail -n 5 --follow", "the last 5, then every new one"],
    ["lanectl journal tail --follow --json | jq 'select(.type == \"decision.made\")'", "decisions as they are made"],
  ]).action(async (options: { readonly number: number; readonly follow?: boolean }) => {
    const context = await contextOf(tail, output);
    const { entries } = await context.client.get<JournalPage>(`/journal/tail?n=${options.number}`);
    writeEntries(context, entries);
    if (options.follow === true) await follow(context, entries.at(-1)?.seq ?? 0);
  });
}

async function follow(context: CommandContext, from: number): Promise<never> {
  endWithInterrupt();
  let last = from;
  for (;;) {
    const { entries } = await context.client.get<JournalPage>(`/journal?after=${last}&limit=1000`);
    writeEntries(context, entries);
    last = entries.at(-1)?.seq ?? last;
    if (entries.length === 0) await pause(FOLLOW_MS);
  }
}

/** With `--json` one entry a line, so that a reader need not wait for the end. */
function writeEntries({ output, json }: CommandContext, entries: readonly JournalEntry[]): void {
  if (json) for (const entry of entries) output.write(jsonText(entry, 0));
  else output.write(table(entries.map((entry) => entryRow(entry))));
}

function entryRow({ seq, utc, type, passage, data }: JournalEntry): string[] {
  const text = JSON.stringify(data) ?? "";
  const short = text.length > DATA_LENGTH ? `${text.slice(0, DATA_LENGTH)}...` : text;
  return [String(seq).padStart(6), clockTime(isoUtc(utc), true), shown(type), shown(passage), shown(short)];
}

function addVerify(journal: Command, output: Output): void {
  const verify = journal
    .command("verify")
    .description("check the hash chain from the first entry to the last")
    .option("--database <file>", "read this journal instead of asking the daemon; it may be running or not")
    .option("--archive <folder>", "also the archive files in this folder, and that the journal continues them");
  withExamples(verify, [
    ["lanectl journal verify", "exit code 0 when the chain is whole, 1 when it is broken"],
    ["lanectl journal verify --database data/lane-1/lane.db", "the same without the daemon"],
    ["lanectl journal verify --database lane.db --archive archive", "from the first entry that there ever was"],
  ]).action(async ({ database, archive }: { readonly database?: string; readonly archive?: string }) => {
    const { client, show } = await contextOf(verify, output);
    const live =
      database === undefined
        ? await client.get<ChainCheck>("/journal/verify", { patient: true })
        : await verifyFile(database);
    const check = archive === undefined ? live : await withArchive(archive, live);
    show(check, (result) => verificationText(result, output));
    if (!check.ok) throw new NegativeAnswer(EXIT.negative);
  });
}

async function verifyFile(database: string): Promise<ChainCheck> {
  // Only a chain that was looked at can be broken.
  if (!existsSync(database)) {
    throw new CommandFailure(EXIT.usage, "NOT_FOUND", `there is no file ${shown(database)}`);
  }
  // Loaded only here: no other verb opens a database.
  const { JournalReader } = await import("#store/journal-reader");
  const reader = JournalReader.open(database);
  try {
    return await reader.verify();
  } finally {
    reader.close();
  }
}

async function withArchive(folder: string, live: ChainCheck): Promise<ChainCheck> {
  const { verifyArchives } = await import("#store/retention/archive-folder");
  return await verifyArchives(folder, live);
}

function verificationText({ ok, entries, head, firstBad }: ChainCheck, { colours }: Output): string {
  if (ok) return `${colours.green("whole")}: ${entries} entries, the last is ${head.seq} ${head.hash}\n`;
  const good = `${entries} good entries up to ${head.seq}`;
  return `${colours.red("broken")} at entry ${shown(firstBad?.seq)}: ${shown(firstBad?.why)}\n${good}\n`;
}
