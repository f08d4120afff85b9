import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { DecisionRecord } from "#contract/decision";
import type { JournalDraft, JournalType } from "#contract/journal";
import { GENESIS_HASH } from "#contract/journal";
import type { LaneSnapshot } from "#contract/messages";
import { LaneApi } from "#edge/api/lane-api";
import { JournalReader } from "#store/journal-reader";
import { commit, openStore } from "../../store/support.ts";

/** 2026-01-05T01:00:00Z */
const MORNING = 1_767_574_800_000;
export const HELD = "019b8b00-0000-7000-8000-000000000001";
export const PASSED = "019b8b00-0000-7000-8000-000000000002";
export const EVIDENCE = "ab".repeat(32);

export const SNAPSHOT: LaneSnapshot = {
  site: "huu-nghi",
  lane: "lane-1",
  boot: "019b8a00-0000-7000-8000-000000000000",
  startedAt: "2026-01-05T00:00:00.000Z",
  software: "0.1.0",
  configHash: "c".repeat(64),
  policyHash: "d".repeat(64),
  mode: "auto",
  link: { up: true, detail: "connected to mqtts://ops" },
  boom: "closed",
  occupancy: ["arrival", "scale"],
  passages: [{ passage: HELD, phase: "hold", openedAt: "2026-01-05T01:00:00.000Z" }],
  devices: [
    { id: "gate", class: "gate", state: "up" },
    { id: "side", class: "camera", state: "down", fault: { code: "OFFLINE", detail: "no answer from 10.0.0.8" } },
  ],
  journal: { seq: 20, hash: GENESIS_HASH, acked: 18 },
  clearances: { version: 7, records: 1200, receivedAt: "2026-01-05T00:59:00.000Z" },
  rejected: 0,
};

export const HOLD_DECISION: DecisionRecord = {
  verdict: "HOLD",
  decidingRule: "M2",
  reason: "PLATE_MISMATCH",
  rules: [
    { id: "P1", outcome: "pass", detail: "clearance 29H67890 was found" },
    { id: "M2", outcome: "fail", reason: "PLATE_MISMATCH", detail: "read 桂A12345, cleared is 29H67890" },
    { id: "M3", outcome: "not-applicable", detail: "no trailer plate was read" },
    { id: "Q2", outcome: "fail", reason: "CACHE_TOO_OLD", detail: "the list is 9 h old" },
  ],
  wouldOpen: [{ code: "TRACTOR_IS", values: { plate: "29H67890" } }, { code: "LIST_RENEWED" }],
  clearance: { id: "CL-1", version: 3 },
  input: {
    container: { text: "MSCU1234566", confidence: 0.97, sources: ["side"], dissent: [] },
    plate: { text: "桂A12345", confidence: 0.91, sources: ["front"], dissent: ["桂A12346"] },
    reads: [],
    weight: { grossKg: 38_460, spreadKg: 10, zeroSeen: true },
    weightFault: null,
    link: "online",
    clearanceVersion: 7,
    clearanceAgeMs: 1000,
    boomHealthy: true,
    occupancyConsistent: true,
  },
  policyHash: "d".repeat(64),
  by: "lane",
};

const PASS_DECISION: DecisionRecord = {
  ...HOLD_DECISION,
  verdict: "PASS",
  decidingRule: null,
  reason: "CLEARED",
  rules: [{ id: "P1", outcome: "pass", detail: "clearance CL-2 was found" }],
  wouldOpen: [],
};

let minute = 0;
const row = (type: JournalType, passage: string | null, data: unknown): JournalDraft => ({
  utc: MORNING + minute++ * 1000,
  monotonicMs: minute * 1000,
  type,
  passage,
  data,
});
const input = (type: JournalType, passage: string, event: object) => row(type, passage, { event });

function drafts(): JournalDraft[] {
  minute = 0;
  return [
    row("lane.started", null, { event: { type: "started" } }),
    row("passage.opened", PASSED, { direction: "EXPORT", link: "online" }),
    row("decision.made", PASSED, PASS_DECISION),
    row("barrier.command", PASSED, { commandId: "C1", command: "raise-boom", why: "PASS CLEARED" }),
    row("barrier.outcome", PASSED, { commandId: "C1", command: "raise-boom", outcome: "done", how: "limit switch" }),
    row("passage.closed", PASSED, { result: "PASSED", why: "the vehicle left", verdict: "PASS", reason: "CLEARED" }),
    row("passage.opened", HELD, { direction: "EXPORT", link: "online" }),
    input("read.image", HELD, {
      type: "capture-result",
      camera: "front",
      evidence: { sha256: EVIDENCE, bytes: 10, takenAt: MORNING },
      readings: [{ kind: "plate", text: "桂A12345", confidence: 0.91 }],
    }),
    input("read.image", HELD, {
      type: "capture-result",
      camera: "side",
      evidence: { sha256: EVIDENCE, bytes: 10, takenAt: MORNING },
      readings: [{ kind: "container", text: "MSCU1234566", confidence: 0.97, check: "verified" }],
    }),
    input("read.failed", HELD, { type: "capture-failed", camera: "rear", code: "OFFLINE", detail: "no answer" }),
    input("read.plate", HELD, { type: "plate-seen", device: "front", plate: "桂A12345\u001b[31m" }),
    input("scale.weighed", HELD, { type: "weight-settled", grossKg: 38_460, spreadKg: 10, zeroSeen: true }),
    row("decision.made", HELD, PASS_DECISION),
    row("decision.revoked", HELD, { reason: "the clearance was suspended", verdict: "PASS" }),
    row("decision.made", HELD, HOLD_DECISION),
    row("passage.phase", HELD, { from: "judging", to: "hold", why: "HOLD PLATE_MISMATCH" }),
  ];
}

/** Number of entries in the sample journal. */
export const ENTRIES = drafts().length;

/** A folder with a journal of two passages, one through and one held. Removed after the test. */
export function sampleJournal(t: TestContext): { readonly folder: string; readonly database: string } {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-api-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "lane.db");
  const { store } = openStore(database);
  commit(store, { drafts: drafts() });
  store.close();
  return { folder, database };
}

/** A running API over the sample journal. Stopped after the test. */
export async function sampleApi(t: TestContext, snapshot: LaneSnapshot | null = SNAPSHOT) {
  const { folder, database } = sampleJournal(t);
  const socketPath = join(folder, "lane.sock");
  const api = new LaneApi({ socketPath, snapshot: () => snapshot, reader: JournalReader.open(database) });
  await api.start();
  t.after(() => api.stop());
  return { api, folder, database, socketPath };
}
