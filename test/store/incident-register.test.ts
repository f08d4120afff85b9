import assert from "node:assert/strict";
import { test } from "node:test";
import { IncidentRegister } from "#store/incident-register";
import { commit, databasePath, draft, openStore } from "./support.ts";

const SINCE = "2026-01-05T07:00:00.000Z";

test("the register tells each incident with its notice, its end and the reports that were late", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path);
  const opened = (incident: string) =>
    draft({ incident, kind: "wan", since: SINCE, detail: "gone", why: "10 minutes" }, "incident.opened");
  commit(store, {
    drafts: [
      draft({ index: 1 }),
      opened("lane-1-A"),
      draft({ incident: "lane-1-A", stage: "due" }, "incident.notice"),
      draft({ form: 21, dueBy: 1_767_600_000_000, reason: "incident:lane-1-A" }, "report.late", "P1"),
      draft({ form: 21, dueBy: 1_767_600_000_000, reason: "operations have not acknowledged it" }, "report.late", "P2"),
      draft({ incident: "lane-1-A", until: "2026-01-05T07:50:00.000Z", seconds: 3000 }, "incident.closed"),
      opened("lane-1-B"),
      draft({ incident: "lane-1-B", stage: "due" }, "incident.notice"),
      draft({ incident: "lane-1-B", stage: "overdue" }, "incident.notice"),
      draft({ incident: "lane-1-unknown" }, "incident.closed"),
    ],
  });
  const register = IncidentRegister.open(path);
  t.after(() => {
    register.close();
    store.close();
  });
  const base = { since: SINCE, detail: "gone", why: "10 minutes", noticeBy: "2026-01-05T08:00:00.000Z" };
  assert.deepEqual(register.list(), [
    { id: "lane-1-B", ...base, until: null, seconds: null, notice: "overdue", lateReports: [] },
    {
      id: "lane-1-A",
      ...base,
      until: "2026-01-05T07:50:00.000Z",
      seconds: 3000,
      notice: "due",
      lateReports: [{ passage: "P1", dueBy: "2026-01-05T08:00:00.000Z" }],
    },
  ]);
});
