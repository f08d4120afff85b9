import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JournalEntry } from "#contract/journal";
import type { LaneSnapshot } from "#contract/messages";
import type { Explanation } from "#edge/api/explanation";
import type { ChainCheck } from "#edge/api/journal-source";
import type { PassageSummary } from "#edge/api/passage-summary";
import type { DeviceView } from "#edge/devices/device-view";
import type { SelfTestReport } from "#edge/devices/self-test";
import type { CommissioningSheet } from "#store/commissioning-sheet";
import { BenchLane } from "./bench-lane.ts";
import { entryOf } from "./journal.ts";
import { lanectl, lanectlJson } from "./lanectl.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const truck = announcedTruck(1);
let lane: BenchLane;
const json = (...args: readonly string[]) => lanectlJson(lane.files.socket, ...args);

before(async () => {
  const pictures = await picturesOf(truck);
  lane = await BenchLane.running([truck.clearance]);
  lane.admit(truck, pictures);
  await lane.entry("the passage is closed", entryOf("passage.closed"));
  await lane.expectUpstreamComplete();
  await lane.statusWhen("the lane says so", ({ boom, passages }) => boom === "closed" && passages.length === 0);
});

after(() => lane?.close());

test("status", async () => {
  const status = (await json("status")) as LaneSnapshot;
  assert.equal(status.boot, lane.entries[0]?.boot);
  assert.equal(status.mode, "auto");
  assert.equal(status.boom, "closed");
  assert.deepEqual(status.passages, []);
  assert.equal(status.clearances.records, 1);
});

test("passages", async () => {
  const [only, ...others] = (await json("passages")) as PassageSummary[];
  assert.deepEqual(others, []);
  assert.deepEqual(
    { container: only?.container, plate: only?.plate, verdict: only?.verdict, result: only?.result },
    { container: truck.container, plate: truck.plate, verdict: "PASS", result: "PASSED" },
  );
});

test("explain last", async () => {
  const explanation = (await json("explain", "last")) as Explanation;
  assert.equal(explanation.result, "PASSED");
  assert.deepEqual(
    explanation.decisions.map(({ record, revoked }) => ({ verdict: record.verdict, revoked })),
    [{ verdict: "PASS", revoked: null }],
  );
  const texts = new Set(explanation.reads.map(({ text }) => text));
  assert.deepEqual(texts, new Set([truck.plate, truck.container]));
  assert.equal(explanation.weighings[0]?.grossKg, truck.truck.grossKg);
  assert.deepEqual(
    explanation.commands.map(({ command, outcome }) => [command, outcome?.split(",")[0]]),
    [
      ["raise-boom", "done"],
      ["lower-boom", "done"],
    ],
  );
});

test("journal tail", async () => {
  const { code, stdout } = await lanectl(lane.files.socket, "journal", "tail", "-n", "5", "--json");
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
  assert.equal(entries.length, 5);
  assert.deepEqual(entries, lane.reader.range(entries[0]?.seq ?? 0, 5));
});

test("journal verify", async () => {
  const check = (await json("journal", "verify")) as ChainCheck;
  assert.equal(check.ok, true);
  assert.equal(check.entries, check.head.seq);
  assert.equal(check.head.hash, lane.reader.entry(check.head.seq)?.hash);
});

test("device list", async () => {
  const devices = (await json("device", "list")) as LaneSnapshot["devices"];
  assert.deepEqual(
    devices.map(({ id, state }) => [id, state]).sort(),
    ["front", "gate", "scale", "side", "vision"].map((id) => [id, "up"]),
  );
});

test("device show: inputs of the gate PLC and weights, fresh, from the process that talks to them", async () => {
  const gate = (await json("device", "show", "gate")) as DeviceView;
  const input = (name: string) => gate.values.find((one) => one.name === name);
  assert.deepEqual([input("boomClosed")?.value, input("boomClosed")?.quality], [true, "good"]);
  const lowered = gate.transitions.map(({ what }) => what);
  assert.ok(lowered.includes("boomOpen on") && lowered.includes("boomClosed on"), "the passage is among the changes");
  const scale = (await json("device", "show", "scale")) as DeviceView;
  assert.equal(scale.values.find(({ name }) => name === "atZero")?.value, true);
});

test("device test: nothing is wrong with what the bench plays, and nothing has moved", async () => {
  const { boom } = lane.hardware;
  for (const id of ["gate", "scale", "side", "vision"]) {
    const report = (await json("device", "test", id)) as SelfTestReport;
    assert.equal(report.ok, true, JSON.stringify(report.checks));
  }
  assert.deepEqual(lane.hardware.boom, boom);
});

test("a lamp is not lit while the lane is at work", async () => {
  const { code, stdout } = await lanectl(
    lane.files.socket,
    ...["device", "bringup", "gate", "--yes", "--patience", "1", "--json"],
    ...["-o", `${lane.evidenceDir}/../sheet.json`],
  );
  assert.equal(code, 1);
  const { report } = JSON.parse(stdout) as CommissioningSheet;
  const lamp = report.steps.find(({ id }) => id === "lamp-entry-green");
  assert.equal(lamp?.outcome, "skipped");
  assert.match(lamp?.measured ?? "", /maintenance only/);
  const checked = await lanectl(lane.files.socket, "device", "sheet", "verify", `${lane.evidenceDir}/../sheet.json`);
  assert.equal(checked.code, 0, "the daemon has signed it with the key of the lane");
});

test("for people: the same, in words", async () => {
  const { code, stdout } = await lanectl(lane.files.socket, "explain", "last");
  assert.equal(code, 0);
  for (const word of [truck.container, truck.plate, "PASS"]) assert.ok(stdout.includes(word), `${word} is named`);
});

test("a passage that never was ends with 1, a daemon that is gone with 69", async () => {
  assert.equal((await lanectl(lane.files.socket, "explain", "P999999")).code, 1);
  assert.equal(await lane.stopDaemon(), 0);
  assert.equal((await lanectl(lane.files.socket, "status")).code, 69);
});
