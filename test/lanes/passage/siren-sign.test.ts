import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import {
  arrives,
  backsOut,
  boomFalls,
  boomRises,
  drivesOut,
  drivesUnder,
  isJudged,
  standsOnScale,
} from "../vehicle.ts";

const TWO = {
  by: { subject: "S-4", role: "supervisor" },
  secondBy: { subject: "O-17", role: "officer" },
} as const;
const ready = () => new Lane({ clearances: [cached()] }).ready();
const wrongWay = (lane: Lane) => lane.gate({ loopExit: true }).gate({ loopUnder: true });
const siren = (lane: Lane) => lane.commands.flatMap(({ command }) => (command.type === "siren" ? [command.on] : []));
const missed = (lane: Lane) => {
  const last = lane.commands.findLast(({ command }) => command.type === "siren");
  return lane.post({ type: "command-outcome", commandId: last?.commandId ?? "", ok: false, detail: "no answer" });
};

describe("the siren", () => {
  test("is silent while nothing happens that is worth it", () => {
    const lane = boomFalls(drivesOut(drivesUnder(boomRises(standsOnScale(ready())))).wait(600));
    assert.deepEqual(siren(lane.gate({ curtain: true }).wait(10_000)), [], "a person calls for people, not for noise");
  });

  test("sounds for an alarm of the loud kind, for its time", () => {
    const lane = wrongWay(ready());
    assert.deepEqual(siren(lane), [true]);
    lane.wait(29_999);
    assert.deepEqual(siren(lane), [true]);
    lane.wait(1);
    assert.deepEqual(siren(lane), [true, false]);
    assert.ok(lane.state.alarms.WRONG_WAY, "the alarm stands");
    assert.deepEqual(siren(lane.wait(600_000)), [true, false]);
  });

  test("is still as soon as a person has looked after it", () => {
    const lane = wrongWay(ready()).order({ name: "clear-fault" }, TWO);
    assert.deepEqual(siren(lane), [true, false]);
  });

  test("that missed its command is told again, and not for ever", () => {
    const lane = missed(wrongWay(ready()));
    assert.deepEqual(siren(lane.wait(3000)), [true, true]);
    assert.deepEqual(siren(missed(lane).wait(3000)), [true, true, true]);
    assert.deepEqual(siren(missed(lane).wait(3000)), [true, true, true]);
    assert.equal(lane.records("signal.changed").filter(({ outcome }) => outcome !== undefined).length, 3);
  });

  test("is told to be still after a restart: its time went on in the process that died", () => {
    const lane = wrongWay(ready()).restart().link(true).scale("empty").gate({});
    assert.deepEqual(siren(lane), [true, false]);
  });

  test("that is told anything has it on record first", () => {
    const lane = wrongWay(ready());
    const told = lane.commands.find(({ command }) => command.type === "siren");
    assert.ok(
      lane.records("signal.changed").some(({ commandId, type }) => commandId === told?.commandId && type === "siren"),
    );
  });
});

describe("the sign", () => {
  const sign = (lane: Lane) => lane.state.sign;

  test("leads a vehicle through the lane", () => {
    const lane = new Lane({ clearances: [cached()], grossKg: null }).ready();
    assert.equal(sign(lane), "COME_IN");
    assert.equal(sign(arrives(lane)), "ON_TO_SCALE");
    lane.gate({ eyeScaleFront: true, loopArrival: false });
    assert.equal(sign(lane), "ON_TO_SCALE");
    assert.equal(sign(lane.scale("loaded")), "MOVE_FORWARD");
    assert.equal(sign(lane.gate({ eyeScaleFront: false, eyeScaleRear: true })), "MOVE_BACK");
    assert.equal(sign(lane.gate({ eyeScaleRear: false })), "STAND_STILL");
    lane.post({ type: "weight-settled", passage: "P000001", grossKg: 35_000, spreadKg: 0, zeroSeen: true });
    assert.equal(sign(boomRises(lane)), "DRIVE_OUT");
    assert.equal(sign(drivesOut(drivesUnder(lane))), "WAIT");
  });

  test("tells a held vehicle what to do, and no more than that", () => {
    const lane = isJudged(new Lane({ clearances: [] }).ready());
    assert.equal(sign(lane), "OFFICER");
    lane.order({ name: "refuse", passage: lane.passage.id });
    assert.equal(sign(lane), "BACK_OUT");
    assert.equal(sign(backsOut(lane)), "COME_IN");
  });

  test("says stop when somebody follows or comes from the exit, and closed when the lane is", () => {
    assert.equal(sign(wrongWay(ready())), "STOP");
    assert.equal(sign(ready().gate({ modeAuto: false })), "CLOSED");
  });

  test("has each change on record", () => {
    const lane = arrives(ready());
    assert.deepEqual(
      lane.records("signal.changed").flatMap(({ sign: word }) => (word === undefined ? [] : [word])),
      ["COME_IN", "ON_TO_SCALE"],
    );
  });
});
