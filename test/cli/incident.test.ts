import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LaneApi } from "#edge/api/lane-api";
import type { Incident } from "#store/incident-register";
import { JournalReader } from "#store/journal-reader";
import { SNAPSHOT, sampleJournal } from "../edge/api/sample-lane.ts";
import { lanectl } from "./lanectl.ts";

const INCIDENT: Incident = {
  id: "lane-1-20260105T170000Z",
  since: "2026-01-05T17:00:00.000Z",
  until: null,
  seconds: null,
  detail: "connection refused",
  why: "operations cannot be reached for 10 minutes",
  notice: "overdue",
  noticeBy: "2026-01-05T18:00:00.000Z",
  lateReports: [{ passage: "P000009", dueBy: "2026-01-05T17:40:00.000Z" }],
};

async function lane(t: TestContext, incidents: readonly Incident[], named = true) {
  const { folder, database } = sampleJournal(t);
  const socket = join(folder, "lane.sock");
  const customs = named ? { siteName: "Hữu Nghị", siteCode: "15BAC01", unit: "Chi cục Hải quan Hữu Nghị" } : {};
  const api = new LaneApi({
    socketPath: socket,
    snapshot: () => ({ ...SNAPSHOT, incident: { ...INCIDENT, stage: "notice-overdue" }, openReports: 3 }),
    reader: JournalReader.open(database),
    incidents: {
      place: { site: "huu-nghi", lane: "lane-1", ...customs },
      register: { list: () => incidents, close: () => undefined },
    },
  });
  await api.start();
  t.after(() => api.stop());
  return { folder, run: (...args: string[]) => lanectl(["--socket", socket, ...args]) };
}

test("the register, one incident, and the state that names it", async (t) => {
  const { run } = await lane(t, [INCIDENT]);
  const list = await run("incident", "list");
  assert.match(list.stdout, /lane-1-20260105T170000Z +since 2026-01-05 17:00:00Z +goes on +notice overdue +1 late/);
  const shown = await run("incident", "show", "last");
  assert.match(shown.stdout, /cause +connection refused[\s\S]*late reports +P000009/);
  assert.deepEqual(JSON.parse((await run("incident", "show", INCIDENT.id, "--json")).stdout), INCIDENT);
  assert.equal((await run("incident", "show", "lane-1-other")).code, 1);
  const status = (await run("status")).stdout;
  assert.match(status, /incident +lane-1-20260105T170000Z .*OVERDUE/);
  assert.match(status, /reports to customs +3 not acknowledged yet/);
});

test("the notice to customs has the fields of the law, in Vietnamese and in Vietnamese time", async (t) => {
  const { folder, run } = await lane(t, [INCIDENT]);
  const file = join(folder, "notice.txt");
  assert.equal((await run("incident", "export", "last", "-o", file, "--confirmed-by", "HQ-0017")).code, 0);
  const notice = readFileSync(file, "utf8");
  for (const field of [
    "mẫu số 35",
    "Kính gửi: Chi cục Hải quan Hữu Nghị",
    "Tên địa điểm: Hữu Nghị; mã địa điểm: 15BAC01; làn: lane-1",
    "Nội dung: mất kết nối trao đổi dữ liệu điện tử",
    "Thời điểm xảy ra: 00 giờ 00 phút ngày 06/01/2026",
    "Thời điểm khắc phục: chưa khắc phục",
    "báo cáo chậm do sự cố: P000009",
    "Người xác nhận: HQ-0017",
  ]) {
    assert.ok(notice.includes(field), field);
  }
  assert.equal((await run("incident", "export", "last", "-o", file)).code, 2, "nothing is overwritten");
  const over = { ...INCIDENT, until: "2026-01-05T18:30:00.000Z", seconds: 5400 };
  const blank = await lane(t, [over], false);
  const text = (await blank.run("incident", "export", "last")).stdout;
  assert.match(text, /khắc phục: 01 giờ 30 phút ngày 06\/01\/2026/);
  assert.match(text, /Kính gửi: …+\n/);
});

test("a lane without incidents", async (t) => {
  const { run } = await lane(t, []);
  assert.equal((await run("incident", "list")).stdout, "no incident was registered yet\n");
  assert.equal((await run("incident", "export", "last")).code, 1);
});
