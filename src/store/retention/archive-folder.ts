import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_HEAD, type JournalHead } from "../journal-rows.ts";
import type { Verification } from "../verify.ts";
import { verifyArchive } from "./archive-file.ts";

const NAME = /^journal-\d{4}-\d{2}-(\d+)-\d+\.ndjson$/;

/**
 * Verifies every archive file in a folder, that each continues the one before from the first entry on, and that the
 * journal in the database, as `live` found it, continues the last. Rejects with the system's error when the folder
 * cannot be read.
 */
export async function verifyArchives(folder: string, live: Verification): Promise<Verification> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const first = (name: string) => Number(NAME.exec(name)?.[1]);
  let end: JournalHead = EMPTY_HEAD;
  let entries = 0;
  for (const name of names.sort((one, other) => first(one) - first(other))) {
    const archive = await verifyArchive(join(folder, name));
    const bad = (seq: number, why: string): Verification => {
      return { ok: false, entries, head: end, firstBad: { seq, why: `in ${name}: ${why}` } };
    };
    if (archive.before === null || archive.head === null)
      return bad(end.seq + 1, archive.firstBad?.why ?? "it is empty");
    if (archive.before.seq !== end.seq) return bad(end.seq + 1, `it begins behind entry ${archive.before.seq}`);
    if (archive.before.hash !== end.hash) return bad(end.seq + 1, "it does not continue the archive before it");
    entries += archive.entries;
    end = archive.head;
    if (archive.firstBad !== undefined) return bad(archive.firstBad.seq, archive.firstBad.why);
  }
  if (!live.ok) return { ...live, entries: entries + live.entries };
  const { seq, hash } = live.before ?? EMPTY_HEAD;
  if (seq !== end.seq || hash !== end.hash) {
    const why = `the database continues entry ${seq}, the archive ends with ${end.seq}`;
    return { ok: false, entries, head: end, firstBad: { seq: end.seq + 1, why } };
  }
  return { ...live, entries: entries + live.entries };
}
