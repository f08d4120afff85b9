import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LaneSnapshot } from "#contract/messages";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, healthOf, textOf } from "./journal.ts";
import { lanectlJson } from "./lanectl.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";
import { letPass } from "./until.ts";

const truck = announcedTruck(1);
let lane: BenchLane;
/** Devices that were running each time the entry light turned green. */
const greens: string[][] = [];
const running: string[] = [];

const stateOf = (status: LaneSnapshot, id: string) => status.devices.find((device) => device.id === id);

before(async () => {
  const pictures = await picturesOf(truck);
  lane = await BenchLane.open([truck.clearance]);
  const { gate, weighbridge, cameras } = lane.hardware;
  for (const device of [gate, weighbridge, cameras.front, cameras.side]) await device.stop();
  await lane.broker.stop();
  gate.onChange((change) => {
    if (change.type === "lights" && change.entry === "green") greens.push([...running]);
  });
  lane.admit(truck, pictures);
  await lane.startDaemon();
});

after(() => lane?.close());

test("without PLC, scale, cameras and broker the lane runs and says what is missing", async () => {
  for (const device of ["gate", "scale", "front", "side"]) {
    await lane.entry(`${device} is reported`, healthOf(device, "down", "OFFLINE"));
  }
  const missing = (status: LaneSnapshot) => status.devices.filter(({ state }) => state === "down").length >= 4;
  const status = await lane.statusWhen("the lane says what it misses", missing);
  for (const device of ["gate", "scale", "front", "side"]) {
    assert.equal(stateOf(status, device)?.state, "down");
    assert.equal(stateOf(status, device)?.fault?.code, "OFFLINE");
  }
  assert.equal(status.mode, "out-of-service: the gate PLC cannot be read");
  assert.equal(status.boom, "unknown");
  assert.equal(status.link.up, false);
  assert.equal(status.clearances.receivedAt, null);
});

test("lanectl says the same", async () => {
  const status = (await lanectlJson(lane.files.socket, "status")) as LaneSnapshot;
  assert.equal(status.boot, lane.entries[0]?.boot);
  assert.equal(stateOf(status, "gate")?.fault?.code, "OFFLINE");
  assert.equal(status.link.up, false);
});

test("PLC, cameras and broker come back by themselves, and with the scale unread nobody is asked in", async () => {
  const { gate, cameras } = lane.hardware;
  for (const device of [gate, cameras.front, cameras.side]) await device.start();
  await lane.broker.start();
  running.push("gate");
  const back = (status: LaneSnapshot) =>
    ["gate", "front", "side"].every((id) => stateOf(status, id)?.state === "up") &&
    status.mode === "auto" &&
    status.link.up &&
    status.clearances.records === 1;
  await lane.statusWhen("everything but the scale is back", back);
  await letPass(500);
  assert.equal(gate.lights.entry, "red");
});

test("with the scale the lane is fit: the light turns green and the truck that waited passes", async () => {
  running.push("scale");
  await lane.hardware.weighbridge.start();
  await lane.ready();
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed"));
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.deepEqual(greens[0], ["gate", "scale"]);
  lane.commands.verify();
  await lane.expectUpstreamComplete();
});
