import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { afterEach, test } from "node:test";
import { SOCAT_MISSING } from "#bench/fittings/cable";
import type { LaneDevices } from "#bench/fittings/fitting";
import { LaneHardware } from "#bench/fittings/lane-hardware";

const BLANK = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const hardware: LaneHardware[] = [];

function lane(devices: LaneDevices): LaneHardware {
  const emptyLane = { front: BLANK, rear: BLANK, side: BLANK };
  const made = new LaneHardware({ devices, password: "bench", speed: 1, emptyLane });
  hardware.push(made);
  return made;
}

afterEach(async () => {
  for (const one of hardware.splice(0)) await one.stop();
});

test("each device gets a simulator on its own wire, and the lane file learns where it is", async () => {
  const wirings = await lane({
    gate: { driver: "modbus-rtu-gate", line: "tcp://10.0.0.1:4001", unit: 1 },
    scale: { driver: "modbus-rtu-weighbridge", line: "tcp://10.0.0.1:4001", unit: 2 },
    side: { driver: "onvif-camera", username: "lane", task: "container" },
    seals: { driver: "text-seal-reader", line: "tcp://10.0.0.1:4003" },
  }).start();
  assert.deepEqual(Object.keys(wirings), ["gate", "scale", "side", "seals"]);
  assert.match(String(wirings["gate"]?.options["line"]), /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.deepEqual(wirings["scale"]?.options, wirings["gate"]?.options, "devices on one line share it");
  assert.notEqual(wirings["seals"]?.options["line"], wirings["gate"]?.options["line"]);
  assert.match(String(wirings["side"]?.options["url"]), /^http:\/\/127\.0\.0\.1:\d+\/onvif\/device_service$/);
});

test("a driver that nobody plays and a lane without a gate are said so", async () => {
  await assert.rejects(
    lane({ gate: { driver: "telegraph" } }).start(),
    /gate: there is no simulator for the driver telegraph/,
  );
  await assert.rejects(lane({ side: { driver: "onvif-camera", task: "container" } }).start(), /names no gate/);
});

test("without socat it is said what to install", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    const gate = { driver: "modbus-rtu-gate", line: "/dev/ttyS0" };
    await assert.rejects(lane({ gate }).start(), new RegExp(SOCAT_MISSING));
  } finally {
    process.env["PATH"] = path;
  }
});

test("a port of this machine becomes a cable that is gone afterwards", {
  skip: !hasSocat() && SOCAT_MISSING,
}, async () => {
  const made = lane({
    gate: { driver: "modbus-gate" },
    codes: { driver: "text-id-reader", line: "/dev/ttyS1", baudRate: 9600, kind: "code" },
  });
  const line = String((await made.start())["codes"]?.options["line"]);
  assert.ok(existsSync(line));
  await made.stop();
  assert.ok(!existsSync(line));
});

function hasSocat(): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(`${folder}/socat`));
}
