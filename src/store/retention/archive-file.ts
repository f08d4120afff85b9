import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf } from "#contract/errors";
import { canonicalJson, entryHashOfText } from "../hash.ts";
import { entryOfRow, type JournalHead, type JournalRow } from "../journal-rows.ts";
import type { BadRow } from "../verify.ts";

/**
 * One month of the journal as lines of JSON: a first line that says which stretch it is and which hash it continues,
 * then the rows as they lay in the table. The chain inside makes it verifiable; its signed checkpoints say whose it is.
 */
export interface ArchiveHead {
  readonly format: "gatelane.journal/1";
  readonly month: string;
  readonly from: number;
  readonly prevHash: string;
}

export interface ArchiveVerification {
  readonly ok: boolean;
  readonly month: string | null;
  /** Entry before the first one: what the archive before this one ends with. */
  readonly before: JournalHead | null;
  /** Last good entry. */
  readonly head: JournalHead | null;
  readonly entries: number;
  readonly firstBad?: BadRow;
}

export function archiveHeadLine(head: ArchiveHead): string {
  return `${canonicalJson(head)}\n`;
}

export function archiveRowLine(row: JournalRow): string {
  return `${JSON.stringify(row)}\n`;
}

/** Why a row cannot stand behind `before`; undefined when it can. */
export function rowProblem(row: JournalRow, before: JournalHead): string | undefined {
  if (row.seq !== before.seq + 1) return `row ${row.seq} follows row ${before.seq}`;
  if (row.prev_hash !== before.hash) return "it does not continue the chain";
  try {
    const entry = entryOfRow(row);
    if (canonicalJson(entry.data) !== row.data) return "its data is not canonical JSON";
    if (entryHashOfText(entry, row.data) !== row.hash) return "its content does not have its hash";
  } catch (error) {
    return `it cannot be read: ${messageOf(error)}`;
  }
  return undefined;
}

/** Reads an archive file from its first line to its last. Rejects with the system's error when it cannot be read. */
export async function verifyArchive(path: string): Promise<ArchiveVerification> {
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  let first: ArchiveHead | undefined;
  let before: JournalHead | null = null;
  let head: JournalHead | null = null;
  let entries = 0;
  const bad = (why: string): ArchiveVerification => {
    const firstBad = { seq: (head?.seq ?? 0) + 1, why };
    return { ok: false, month: first?.month ?? null, before, head, entries, firstBad };
  };
  for await (const line of lines) {
    if (first === undefined || head === null) {
      first = parsed(line) as ArchiveHead | undefined;
      if (first?.format !== "gatelane.journal/1") return bad("it does not begin as an archive of a journal");
      before = { seq: first.from - 1, hash: first.prevHash };
      head = before;
      continue;
    }
    const row = parsed(line) as JournalRow | undefined;
    const why = row === undefined ? "it is not JSON" : rowProblem(row, head);
    if (row === undefined || why !== undefined) return bad(why ?? "it is not JSON");
    head = { seq: row.seq, hash: row.hash };
    entries += 1;
  }
  if (first === undefined || entries === 0) return bad("it holds no entries");
  return { ok: true, month: first.month, before, head, entries };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
