import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANE } from "#bench/demo/lane-files";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entryOf, textOf } from "./journal.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const truck = announcedTruck(1);
let lane: BenchLane;

before(async () => {
  const pictures = await picturesOf(truck);
  lane = await BenchLane.running([truck.clearance]);
  lane.admit(truck, pictures);
});

after(() => lane?.close());

test("an announced truck passes, and its journal tells the whole story", async () => {
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed"));
  const decision = await lane.entry("the decision", entryOf("decision.made"));
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.equal(decisionIn(decision).verdict, "PASS");
  assert.equal(decisionIn(decision).input.container?.text, truck.container);
  assert.equal(decisionIn(decision).input.plate?.text, truck.plate);
  assert.equal(decisionIn(decision).input.weight?.grossKg, truck.truck.grossKg);
  const consumed = await lane.entry("the clearance is used up", entryOf("clearance.consumed", closed.passage));
  assert.equal(textOf(consumed, "clearance"), truck.clearance.id);
  await lane.when("the truck has left the lane", () => lane.trucks.get(truck.truck.id) === "passed");
});

test("the PLC got one raise and one lower command, the raise after the PASS was on the disk", () => {
  const sent = lane.commands.received.map(({ command, obeyed }) => ({ command, obeyed }));
  assert.deepEqual(sent, [
    { command: "raise", obeyed: true },
    { command: "lower", obeyed: true },
  ]);
  const durable = lane.commands.received[0]?.journal ?? [];
  assert.equal(durable.some(entryOf("decision.made")), true);
  assert.equal(durable.some(entryOf("clearance.reserved")), true);
  lane.commands.verify();
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
});

test("operations hold exactly the journal", () => lane.expectUpstreamComplete());

test("SIGTERM ends the lane in order, and the next start continues the same chain", async () => {
  const boot = lane.reader.tail(1)[0]?.boot;
  assert.equal(await lane.stopDaemon(), 0);
  const [last] = lane.reader.tail(1);
  assert.equal(last?.type, "lane.stopped");
  assert.equal(last?.boot, boot);

  await lane.startDaemon();
  const next = await lane.entry("the second start", entryOf("lane.started"), last?.seq);
  assert.equal(next.seq, (last?.seq ?? 0) + 1);
  assert.equal(next.prevHash, last?.hash);
  assert.notEqual(next.boot, boot);
  await lane.ready();
  await lane.expectUpstreamComplete();
  assert.equal(lane.operations.status(LANE)?.boot, next.boot);
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 }, "a start moves nothing");
});
