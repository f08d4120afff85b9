import { readFileSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { LaneError } from "#contract/errors";
import { type JournalHead, readFloor, readHead } from "./journal-rows.ts";
import { writeDurably } from "./write-durably.ts";

/**
 * The last entry that operations have acknowledged, in a small file apart from the database. A database that does not
 * have it is an older copy, or another one; writing behind it would give known numbers to new entries.
 */
export class JournalAnchor {
  readonly #path: string;

  constructor(databasePath: string) {
    this.#path = `${databasePath}.anchor`;
  }

  /** Throws LaneError STORE_ROLLED_BACK when the database does not have the anchored entry. */
  require(db: Database): void {
    const anchor = this.#read();
    if (anchor === undefined || anchor.seq <= readFloor(db).seq) return;
    const head = readHead(db);
    const row = db.prepare<[number], { hash: string }>("SELECT hash FROM journal WHERE seq = ?").get(anchor.seq);
    if (row?.hash === anchor.hash) return;
    const found = row === undefined ? `the journal ends with entry ${head.seq}` : `entry ${anchor.seq} is another one`;
    throw new LaneError("STORE_ROLLED_BACK", `operations hold entry ${anchor.seq}, ${found} (${this.#path})`);
  }

  /** Durable when it returns. Throws the system's error. */
  keep({ seq, hash }: JournalHead): void {
    writeDurably(this.#path, `${JSON.stringify({ seq, hash })}\n`, 0o640);
  }

  /** An anchor that cannot be read says nothing; it is written anew with the next acknowledgement. */
  #read(): JournalHead | undefined {
    try {
      const { seq, hash } = JSON.parse(readFileSync(this.#path, "utf8")) as Partial<JournalHead>;
      return typeof seq === "number" && typeof hash === "string" ? { seq, hash } : undefined;
    } catch {
      return undefined;
    }
  }
}
