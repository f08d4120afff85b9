import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { VehiclePictures } from "#bench/hardware/pictures";
import type { LaneSnapshot } from "#contract/messages";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entering, entryOf, healthOf, textOf } from "./journal.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

/** Slave device failure: what a Modbus device answers that cannot do what it is asked. */
const FAILURE = { kind: "exception", code: 4 } as const;
/** More than the indicator calls stable, kilograms. */
const SHAKE_KG = 100;

const first = announcedTruck(1);
const second = announcedTruck(2);
let lane: BenchLane;
let ofFirst: VehiclePictures;
let ofSecond: VehiclePictures;
/** The passage of the first truck, which goes on from test to test. */
let passage: string | null = null;

const faultOf = ({ devices }: LaneSnapshot, id: string) => devices.find((device) => device.id === id)?.fault?.code;
const isUp = ({ devices }: LaneSnapshot, id: string) => devices.find((device) => device.id === id)?.state === "up";

before(async () => {
  ofFirst = await picturesOf(first);
  ofSecond = await picturesOf(second);
  lane = await BenchLane.running([first.clearance, second.clearance], {
    // Time enough between two pictures to change what is wrong with the camera.
    policy: (policy) => ({ ...policy, identity: { ...policy.identity, recaptureMs: 500 } }),
  });
});

after(() => lane?.close());

test("a log-in page, half a picture and 50 megapixels are faults with a code, and the truck is held", async () => {
  const { front, side } = lane.hardware.cameras;
  front.faults.picture = "html";
  side.faults.picture = "truncated";
  lane.admit(first, ofFirst);
  const opened = await lane.entry("the passage is opened", entryOf("passage.opened"));
  passage = opened.passage;
  const failed = (camera: string, code: string) =>
    lane.entry(`${camera}: ${code}`, (entry) => {
      const [id, fault] = [textOf(entry, "event", "camera"), textOf(entry, "event", "code")];
      return entryOf("read.failed", passage)(entry) && id === camera && fault === code;
    });
  await failed("front", "IMAGE_INVALID");
  await failed("side", "IMAGE_INVALID");
  side.faults.picture = "huge";
  await failed("side", "IMAGE_TOO_LARGE");
  await lane.entry("the front camera's fault is raised", healthOf("front", "degraded", "IMAGE_INVALID"));
  await lane.statusWhen("both faults are shown", (status) => {
    return faultOf(status, "front") === "IMAGE_INVALID" && faultOf(status, "side") === "IMAGE_TOO_LARGE";
  });
  const made = await lane.entry("the decision", entryOf("decision.made", passage));
  const { verdict, input } = decisionIn(made);
  assert.equal(verdict, "HOLD");
  assert.deepEqual({ container: input.container, plate: input.plate }, { container: null, plate: null });
  assert.equal(input.weight?.grossKg, first.truck.grossKg, "what could be had was taken");
});

test("a PLC that answers with exceptions takes the lane out of service, and says so", async () => {
  const { gate, cameras } = lane.hardware;
  cameras.front.clearFaults();
  cameras.side.clearFaults();
  const from = lane.reader.head().seq;
  gate.server.setFault(FAILURE);
  await lane.entry("the PLC's fault is raised", healthOf("gate", "down", "EXCEPTION"), from);
  const out = (status: LaneSnapshot) => faultOf(status, "gate") === "EXCEPTION" && status.boom === "unknown";
  const status = await lane.statusWhen("the status shows it", out);
  assert.equal(status.mode, "out-of-service: the gate PLC cannot be read");
  assert.deepEqual(
    status.passages.map((one) => ({ passage: one.passage, phase: one.phase })),
    [{ passage, phase: "recovering" }],
  );
});

test("when PLC and cameras answer again the same truck is read anew and passes", async () => {
  lane.hardware.gate.server.clearFault();
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed", passage));
  assert.equal(textOf(closed, "result"), "PASSED");
  await lane.ready();
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
});

test("an indicator that answers with exceptions gives no weight: the truck is held, and leaves", async () => {
  const { weighbridge } = lane.hardware;
  const from = lane.reader.head().seq;
  lane.admit(second, ofSecond);
  const opened = await lane.entry("the passage is opened", entryOf("passage.opened"), from);
  // The weight must not settle before the fault is there.
  weighbridge.setShake(SHAKE_KG);
  await lane.entry("the truck is weighed", entering("weigh"), opened.seq);
  weighbridge.server.setFault(FAILURE);
  await lane.entry("the indicator's fault is raised", healthOf("scale", "down", "EXCEPTION"), opened.seq);
  const made = await lane.entry("the decision", entryOf("decision.made", opened.passage));
  assert.equal(decisionIn(made).verdict, "HOLD");
  assert.equal(decisionIn(made).reason, "NO_WEIGHT");
  assert.equal(decisionIn(made).input.weight, null);
  assert.equal(decisionIn(made).input.container?.text, second.container, "what could be had was taken");
  await lane.statusWhen("the status shows it", (status) => faultOf(status, "scale") === "EXCEPTION");

  weighbridge.setShake(0);
  weighbridge.server.clearFault();
  await lane.statusWhen("the scale is back", (status) => isUp(status, "scale"));
  lane.hardware.backOut();
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed", opened.passage));
  assert.equal(textOf(closed, "result"), "REFUSED");
  await lane.when("the next truck is asked in", () => lane.hardware.gate.lights.entry === "green");
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
  lane.commands.verify();
  await lane.expectUpstreamComplete();
});
