import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LaneSnapshot } from "#contract/messages";
import type { IncidentList } from "#edge/api/incident-routes";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entryOf, memberOf, textOf } from "./journal.ts";
import { lanectl, lanectlJson } from "./lanectl.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const truck = announcedTruck(1);
let lane: BenchLane;

before(async () => {
  const pictures = await picturesOf(truck);
  lane = await BenchLane.running([truck.clearance]);
  await lane.broker.stop();
  await lane.statusWhen("operations are gone", ({ link }) => !link.up);
  lane.admit(truck, pictures);
});

after(() => lane?.close());

test("a vehicle that passes without operations: the decision names its incident, which is in the register", async () => {
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed"));
  assert.equal(textOf(closed, "result"), "PASSED");
  const decision = await lane.entry("the decision", entryOf("decision.made", closed.passage));
  assert.equal(decisionIn(decision).input.link, "offline");
  const { incident } = decisionIn(decision);
  const opened = lane.entries.find(entryOf("incident.opened"));
  assert.ok(incident !== undefined && incident === textOf(opened, "incident"));
  assert.ok((opened?.seq ?? 0) < decision.seq, "the incident is entered before the decision that names it");
  const shown = (one: LaneSnapshot) => one.incident?.id === incident && one.openReports === 1;
  const status = await lane.statusWhen("incident and open report are shown", shown);
  assert.equal(status.clearances.ladder, "fresh");
  const { incidents } = (await lanectlJson(lane.files.socket, "incident", "list")) as IncidentList;
  assert.deepEqual(
    incidents.map(({ id, until }) => [id, until]),
    [[incident, null]],
  );
});

test("operations are back: the incident is closed, the report is made in time, and the journal replays", async () => {
  await lane.broker.start();
  const closed = await lane.entry("the incident is closed", entryOf("incident.closed"));
  assert.equal(textOf(closed, "stage"), "opened");
  const sent = await lane.entry("the report is made", entryOf("report.sent"));
  assert.equal(memberOf(sent, "late"), false);
  await lane.statusWhen("nothing is open", (one) => one.incident === undefined && one.openReports === 0);
  const notice = await lanectl(lane.files.socket, "incident", "export", "last");
  assert.match(notice.stdout, /THÔNG BÁO SỰ CỐ/);
  const replayed = await lanectl(lane.files.socket, "replay", "--database", lane.files.database);
  assert.equal(replayed.code, 0, replayed.stdout);
  await lane.expectUpstreamComplete();
});
