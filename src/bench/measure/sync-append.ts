import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { JournalDraft } from "#contract/journal";
import { MAX_GROUP, Store } from "#store/store";

/** Appends a second, one by one and in groups, each made durable before the next. */
export interface AppendRates {
  readonly oneByOne: number;
  readonly grouped: number;
}

export interface AppendFigures {
  readonly group: number;
  /** The store: hash chain, canonical JSON, SQLite with synchronous=FULL. */
  readonly store: AppendRates;
  /** A plain file and fdatasync: what this disk can do at best. */
  readonly raw: AppendRates;
}

/** What waits for the disk under load goes with one flush, up to this many: the store's own limit. */
const GROUP = MAX_GROUP;
/** What one entry takes in the journal, bytes. */
const ROW_BYTES = 720;

/** Measures both on the same file system, turn by turn, so that a busy moment hits both. */
export function measureAppends(folder: string, appends: number): AppendFigures {
  const { store } = Store.open({ path: join(folder, "append.db"), boot: "bench", startedUtc: Date.now() });
  const file = openSync(join(folder, "append.raw"), "a");
  const row = Buffer.alloc(ROW_BYTES, 120);
  const rows = Buffer.alloc(ROW_BYTES * GROUP, 120);
  const many = Array.from({ length: GROUP }, (_, index) => benchDraft(index));
  const flushed = (bytes: Buffer) => {
    writeSync(file, bytes);
    fdatasyncSync(file);
  };
  try {
    const spent = { store: 0, raw: 0, storeGroups: 0, rawGroups: 0 };
    for (let done = 0; done < appends; done += GROUP) {
      spent.store += timed(() => {
        for (let n = 0; n < GROUP; n++) store.commitGroup([{ drafts: [benchDraft(done + n)] }]);
      });
      spent.raw += timed(() => {
        for (let n = 0; n < GROUP; n++) flushed(row);
      });
      spent.storeGroups += timed(() => void store.commitGroup(many.map((one) => ({ drafts: [one] }))));
      spent.rawGroups += timed(() => flushed(rows));
    }
    const total = Math.ceil(appends / GROUP) * GROUP;
    const rate = (ms: number) => Math.round(total / (ms / 1000));
    return {
      group: GROUP,
      store: { oneByOne: rate(spent.store), grouped: rate(spent.storeGroups) },
      raw: { oneByOne: rate(spent.raw), grouped: rate(spent.rawGroups) },
    };
  } finally {
    store.close();
    closeSync(file);
  }
}

/** An entry as large as those of a lane are on average. */
export function benchDraft(index: number, type: JournalDraft["type"] = "lane.event"): JournalDraft {
  const data = { event: { type: "scale-load", loaded: true, index, text: "x".repeat(300) } };
  return { utc: Date.now(), monotonicMs: performance.now(), type, passage: null, data };
}

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
