import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalDraft } from "#contract/journal";
import { LEGAL_NOTE, LegalClock } from "#control/legal/legal-clock";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 7, 0, 0);

/** A legal clock over two clocks that are moved by hand, and a store that keeps what is noted. */
class Bench {
  utc = START;
  monotonic = 500;
  readonly rows: JournalDraft[] = [];
  #note: unknown;
  clock: LegalClock;

  constructor() {
    this.clock = this.#clock();
  }

  get types(): string[] {
    return this.rows.map(({ type, data }) => {
      const { stage } = data as { stage?: string };
      return type === "incident.notice" ? `${type} ${stage}` : type;
    });
  }

  pass(ms: number, stepMs = 1_000): void {
    for (let left = ms; left > 0; left -= stepMs) {
      this.utc += Math.min(stepMs, left);
      this.monotonic += Math.min(stepMs, left);
      this.clock.tick();
    }
  }

  /** The daemon is away for so long; its monotonic clock begins anew. */
  restart(awayMs: number): void {
    this.utc += awayMs;
    this.monotonic = 3;
    this.clock = this.#clock();
    this.clock.restore(this.#note);
  }

  #clock(): LegalClock {
    const clock = { utc: () => this.utc, monotonic: () => this.monotonic };
    return new LegalClock({
      lane: "lane-1",
      clock,
      loop: {
        draft: (type, data) => ({ type, data, utc: this.utc, monotonicMs: this.monotonic, passage: "other" }),
        commit: async ({ drafts, note }) => {
          this.rows.push(...drafts);
          assert.equal(note?.name, LEGAL_NOTE);
          this.#note = JSON.parse(JSON.stringify(note?.value));
          return { entries: [], head: { seq: 0, hash: "" } };
        },
      },
    });
  }
}

const dataOf = (row: JournalDraft | undefined) => (row?.data ?? {}) as Record<string, unknown>;

const STAGES = ["incident.opened", "incident.notice due", "incident.notice overdue"];

test("an outage is entered after 10 minutes, its notice asked for after 45 and overdue after 60, each once", () => {
  const bench = new Bench();
  bench.clock.link(false, "connection refused");
  bench.pass(10 * MINUTE - 1_000);
  const incident = () => bench.clock.incident;
  assert.deepEqual(bench.types, []);
  assert.equal(incident(), null);
  bench.pass(1_000);
  assert.deepEqual(bench.rows[0]?.data, {
    incident: "lane-1-20260105T070000Z",
    kind: "wan",
    since: "2026-01-05T07:00:00.000Z",
    detail: "connection refused",
    why: "operations cannot be reached for 10 minutes",
  });
  bench.pass(34 * MINUTE);
  assert.deepEqual(bench.types, STAGES.slice(0, 1));
  bench.pass(MINUTE);
  assert.deepEqual(bench.types, STAGES.slice(0, 2));
  assert.equal(incident()?.noticeBy, "2026-01-05T08:00:00.000Z");
  bench.pass(15 * MINUTE);
  bench.clock.link(false, "another reason");
  bench.pass(600 * MINUTE, 10_000);
  assert.deepEqual(bench.types, STAGES);
  bench.clock.link(true, "connected");
  assert.deepEqual(bench.types, [...STAGES, "incident.closed"]);
  assert.equal(dataOf(bench.rows.at(-1))["seconds"], 660 * 60);
  assert.equal(incident(), null);
});

test("a short outage is no incident, unless the lane decides in it", () => {
  const bench = new Bench();
  assert.equal(bench.clock.decisionIncident(), null);
  bench.clock.link(false, "gone");
  bench.pass(MINUTE);
  bench.clock.link(true, "back");
  assert.deepEqual(bench.types, []);
  bench.clock.link(false, "gone");
  bench.pass(MINUTE);
  assert.equal(bench.clock.decisionIncident(), "lane-1-20260105T070100Z");
  assert.equal(bench.clock.decisionIncident(), "lane-1-20260105T070100Z");
  bench.clock.link(true, "back");
  assert.deepEqual(bench.types, ["incident.opened", "incident.closed"]);
});

test("F51, T18: a wall clock that is moved neither hides an hour nor makes one", () => {
  const bench = new Bench();
  bench.clock.link(false, "gone");
  bench.pass(5 * MINUTE);
  bench.utc += 24 * 60 * MINUTE;
  bench.pass(4 * MINUTE);
  assert.deepEqual(bench.types, []);
  bench.utc -= 48 * 60 * MINUTE;
  bench.pass(MINUTE);
  assert.deepEqual(bench.types, STAGES.slice(0, 1));
  bench.pass(50 * MINUTE);
  assert.deepEqual(bench.types, STAGES);
});

test("the clock goes on over a restart: the time away counts, and a clock set back does not shorten it", () => {
  const bench = new Bench();
  bench.clock.link(false, "gone");
  bench.pass(20 * MINUTE);
  bench.restart(30 * MINUTE);
  bench.clock.link(false, "the edge process is down");
  bench.clock.tick();
  assert.deepEqual(bench.types, STAGES.slice(0, 2));
  bench.utc -= 300 * MINUTE;
  bench.restart(0);
  bench.pass(40 * MINUTE);
  assert.deepEqual(bench.types, STAGES, "what was noted before counts");
  bench.clock.link(true, "connected");
  assert.equal(bench.types.at(-1), "incident.closed");
  bench.restart(1_000);
  bench.pass(MINUTE);
  assert.equal(bench.types.length, 4, "nothing is entered twice");
});

test("a passage's report is made when operations acknowledge it; a late one names its incident", () => {
  const bench = new Bench();
  const due = (passage: string, seq: number) =>
    bench.clock.reportDue(passage, { clearance: "CL", dueBy: bench.utc + 30 * MINUTE, form: 21 }, seq);
  due("P1", 10);
  bench.clock.acknowledged(9);
  assert.equal(bench.clock.openReports, 1);
  bench.clock.acknowledged(10);
  bench.clock.acknowledged(11);
  assert.deepEqual(bench.rows[0], {
    type: "report.sent",
    data: { form: 21, late: false },
    utc: START,
    monotonicMs: 500,
    passage: "P1",
  });
  assert.equal(bench.rows.length, 1);

  due("P2", 20);
  bench.pass(MINUTE);
  bench.clock.link(false, "gone");
  bench.restart(0);
  bench.clock.link(false, "gone");
  bench.pass(29 * MINUTE);
  due("P3", 30);
  assert.deepEqual(
    bench.types.filter((type) => type.startsWith("report")),
    ["report.sent"],
  );
  bench.pass(1_000);
  const late = bench.rows.find(({ type }) => type === "report.late");
  assert.equal(late?.passage, "P2");
  assert.equal(dataOf(late)["reason"], "incident:lane-1-20260105T070100Z");
  bench.clock.link(true, "connected");
  bench.clock.acknowledged(30);
  const sent = bench.rows.filter(({ type }) => type === "report.sent").slice(1);
  assert.deepEqual(
    sent.map(({ passage, data }) => [passage, (data as { late: boolean }).late]),
    [
      ["P2", true],
      ["P3", false],
    ],
  );
  assert.equal(bench.clock.openReports, 0);
});

test("a report that operations never acknowledge is late without an incident", () => {
  const bench = new Bench();
  bench.clock.reportDue("P1", { dueBy: bench.utc + 30 * MINUTE, form: 22 }, 10);
  bench.pass(31 * MINUTE);
  const [late] = bench.rows;
  assert.equal(late?.type, "report.late");
  assert.deepEqual(late?.data, {
    form: 22,
    dueBy: START + 30 * MINUTE,
    reason: "operations have not acknowledged it",
  });
});
