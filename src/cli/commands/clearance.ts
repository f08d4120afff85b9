import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { messageOf } from "#contract/errors";
import { SIGNED_LIST } from "#edge/api/clearance-routes";
import type { ListedClearance } from "#store/clearance-list";
import type { Imported } from "#sync/clearance/import-desk";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { writeNewFile } from "../new-file.ts";
import { wholeNumber } from "../numbers.ts";
import { clearancesText, clearanceText } from "../terminal/clearance-text.ts";
import { type Output, shown } from "../terminal/output.ts";

/** A list of 200,000 clearances takes the lane a while, milliseconds. */
const IMPORT_MS = 90_000;

/** The clearance list of the lane, and its way in and out without operations. */
export function addClearance(program: Command, output: Output): void {
  const clearance = program.command("clearance").description("the clearance list of the lane");
  withExamples(clearance, [
    ["lanectl clearance list --text 29H67890", "what the lane holds about a vehicle"],
    ["lanectl clearance import list.ndjson", "take a list that operations signed, while they cannot be reached"],
  ]);
  addList(clearance, output);
  addShow(clearance, output);
  addImport(clearance, output);
  addExport(clearance, output);
}

function addList(clearance: Command, output: Output): void {
  const list = clearance
    .command("list")
    .description("clearances on the list, by id")
    .option("-n, --number <count>", "how many at most", wholeNumber(1, 1000), 100)
    .option("--after <id>", "go on after this one", "")
    .option("--text <text>", "only those whose record has this text: a plate, a container, a declaration", "");
  withExamples(list, [
    ["lanectl clearance list", "the first hundred"],
    ["lanectl clearance list --text MSCU1234566 --json", "complete records of one container"],
  ]).action(async (options: { readonly number: number; readonly after: string; readonly text: string }) => {
    const { client, show } = await contextOf(list, output);
    const query = new URLSearchParams({ after: options.after, limit: String(options.number), text: options.text });
    const page = await client.get<readonly ListedClearance[]>(`/clearances?${query.toString()}`);
    show(page, (records) => clearancesText(records, output.colours));
  });
}

function addShow(clearance: Command, output: Output): void {
  const one = clearance.command("show").description("one clearance, and who has used it").argument("<id>", "its id");
  withExamples(one, [["lanectl clearance show CL-12", "record, holds and use"]]).action(async (id: string) => {
    const { client, show } = await contextOf(one, output);
    const found = await client.get<ListedClearance>(`/clearances/${encodeURIComponent(id)}`);
    show(found, (record) => clearanceText(record, output.colours));
  });
}

function addImport(clearance: Command, output: Output): void {
  const command = clearance
    .command("import")
    .description("take a clearance list that operations signed, from a file")
    .argument("<file>", "messages of operations, one a line: a whole list, then changes to it");
  withExamples(command, [
    ["lanectl clearance import /media/usb/list.ndjson", "refused when it is older than what the lane has"],
  ]).action(async (file: string) => {
    const { client, show } = await contextOf(command, output);
    const body = readText(file);
    const done = await client.post<Imported>("/clearance-file", { type: SIGNED_LIST, body, timeoutMs: IMPORT_MS });
    show(done, ({ version, records, at }) => `taken: version ${version}, ${records} clearances, signed ${shown(at)}\n`);
  });
}

function addExport(clearance: Command, output: Output): void {
  const command = clearance
    .command("export")
    .description("write the newest list with the changes since, as operations signed them, for another lane")
    .requiredOption("-o, --output <file>", "file to write; it must not exist yet");
  withExamples(command, [
    ["lanectl clearance export -o list.ndjson", "to be carried to a lane without network"],
  ]).action(async (options: { readonly output: string }) => {
    const { client, show } = await contextOf(command, output);
    const text = await client.text("/clearance-file");
    writeNewFile(options.output, text);
    show({ file: options.output, messages: text.split("\n").length - 1 }, (done) => {
      return `${shown(done.file)}: ${done.messages} signed messages\n`;
    });
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandFailure(EXIT.usage, "FILE_UNREADABLE", messageOf(error));
  }
}
