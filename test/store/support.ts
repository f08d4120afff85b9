import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { v7 as uuid } from "uuid";
import type { Clearance } from "#contract/clearance";
import type { JournalDraft, JournalType } from "#contract/journal";
import type { CommitBatch, CommitResult } from "#store/batch";
import { Store } from "#store/store";

/** A folder that is removed when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-store-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function databasePath(t: TestContext): string {
  return join(temporaryFolder(t), "lane.db");
}

export function openStore(path: string, boot: string = uuid()) {
  return Store.open({ path, boot, startedUtc: 1_760_000_000_000 });
}

export function draft(data: unknown, type: JournalType = "lane.event", passage: string | null = null): JournalDraft {
  return { utc: 1_760_000_000_123, monotonicMs: 12_345.678, type, passage, data };
}

/** Commits one batch that must not be refused. */
export function commit(store: Store, batch: Partial<CommitBatch>): CommitResult {
  const [result] = store.commitGroup([{ drafts: [], ...batch }]);
  if (result === undefined || result instanceof Error) throw result ?? new Error("no result");
  return result;
}

/** Fills a new store with numbered events and closes it. */
export function filledStore(path: string, count: number): void {
  const { store } = openStore(path);
  commit(store, { drafts: Array.from({ length: count }, (_, index) => draft({ index })) });
  store.close();
}

export function clearance(id: string, version = 1, plate = "29H67890"): Clearance {
  return {
    id,
    version,
    issuedAt: "2026-01-05T01:00:00Z",
    source: "operations",
    declarationNo: "305512345670",
    direction: "EXPORT",
    moveType: "BORDER_CROSS",
    status: "CLEARED",
    channel: 1,
    validFrom: "2026-01-05T00:00:00Z",
    validTo: "2026-01-06T00:00:00Z",
    containers: [{ number: "MSCU1234566", empty: false, tareKg: 3_900, declaredGrossKg: 24_000 }],
    vehicle: { tractorPlate: plate, tareKg: 15_000 },
    authorities: { customs: true },
    holds: [],
  };
}
