import type { Database, Statement } from "better-sqlite3";
import type { JournalDraft } from "#contract/journal";
import type { UtcMs } from "#contract/units";
import type { AckClaim, AckOutcome } from "./batch.ts";
import { canonicalJson, entryHashOfText } from "./hash.ts";
import { type JournalHead, readAcked, readHead } from "./journal-rows.ts";

type InsertParameters = [number, number, number, string, string, string | null, string, string, string];

/** Appends to the journal and moves the outbox cursor. Every method runs inside the caller's transaction. */
export class JournalWriter {
  readonly #db: Database;
  readonly #boot: string;
  readonly #insert: Statement<InsertParameters>;
  #head: JournalHead;

  constructor(db: Database, boot: string) {
    this.#db = db;
    this.#boot = boot;
    this.#head = readHead(db);
    this.#insert = db.prepare<InsertParameters>(
      `INSERT INTO journal (seq, utc_ms, monotonic_ms, boot, type, passage, data, prev_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** A transaction was undone: the head is what the database says again. */
  reread(): void {
    this.#head = readHead(this.#db);
  }

  /** Records this daemon start and returns the one before it. */
  recordBoot(startedUtc: UtcMs): string | null {
    const previous = this.#db.prepare<[], { boot: string }>("SELECT boot FROM boots ORDER BY rowid DESC LIMIT 1").get();
    this.#db
      .prepare<[string, number, number]>("INSERT INTO boots (boot, started_utc_ms, head_seq) VALUES (?, ?, ?)")
      .run(this.#boot, startedUtc, this.#head.seq);
    return previous?.boot ?? null;
  }

  append(draft: JournalDraft): JournalHead {
    const data = canonicalJson(draft.data ?? null);
    const fields = {
      seq: this.#head.seq + 1,
      utc: draft.utc,
      monotonicMs: draft.monotonicMs,
      boot: this.#boot,
      type: draft.type,
      passage: draft.passage,
      prevHash: this.#head.hash,
    };
    // Hashed from the text that is stored, so what a verifier reads is what was hashed.
    const hash = entryHashOfText(fields, data);
    const { seq, utc, monotonicMs, boot, type, passage, prevHash } = fields;
    this.#insert.run(seq, utc, monotonicMs, boot, type, passage, data, prevHash, hash);
    this.#head = { seq, hash };
    return this.#head;
  }

  /** Moves the cursor when the claim fits the journal. A claim that does not fit is answered, never thrown. */
  acknowledge(claim: AckClaim): AckOutcome {
    if (claim.seq > this.#head.seq) {
      return refused(`entry ${claim.seq} is beyond the head of the journal, ${this.#head.seq}`);
    }
    const row = this.#db
      .prepare<[number], { boot: string; hash: string }>("SELECT boot, hash FROM journal WHERE seq = ?")
      .get(claim.seq);
    if (row === undefined) return refused(`there is no entry ${claim.seq}`);
    if (row.hash !== claim.hash) return refused(`entry ${claim.seq} has another hash`);
    if (row.boot !== claim.boot) return refused(`entry ${claim.seq} was written by another start of the daemon`);
    const ackedSeq = Math.max(readAcked(this.#db).seq, claim.seq);
    if (ackedSeq === claim.seq) {
      this.#db
        .prepare<[number, string]>("UPDATE outbox SET acked_seq = ?, acked_hash = ? WHERE id = 1")
        .run(claim.seq, claim.hash);
    }
    return { accepted: true, ackedSeq };
  }
}

function refused(reason: string): AckOutcome {
  return { accepted: false, reason };
}
