import type { GateInputs } from "#contract/device";
import { conductOf } from "../decision/conduct-policy.ts";
import { setService } from "./mode.ts";
import type { LaneState, Phase } from "./model.ts";
import type { Turn } from "./turn.ts";
import { vehicleUnder } from "./unguarded.ts";

/** What goes wrong around the passages: in the gate itself, or by somebody who is where nobody should be. */

/** What a change of the inputs says by itself. */
export function watchInputs(turn: Turn, before: LaneState): void {
  const { inputs, boom } = turn.state;
  if (boom === "closed" && turn.state.openedBy !== null) turn.set({ openedBy: null });
  if (before.boom === "closed" && boom !== "closed" && boom !== "unknown" && !raiseExpected(before)) {
    turn.record("barrier.fault", { code: "UNCOMMANDED_MOVE", boom, ...witness(turn) });
    if (!movedByPeople(inputs) && !isDown(inputs))
      turn.alarm("UNCOMMANDED_MOVE", "the boom left its closed position by itself");
  }
  if (inputs === null) return;
  for (const sensor of SENSORS) {
    if (!inputs[sensor] && turn.state.standing.stuck.includes(sensor)) unstick(turn, sensor);
  }
  watchCabinet(turn, inputs);
  if (inputs.fireOpen) emergency(turn, "the fire input holds the boom open");
  if (wrongWay(turn, before)) {
    turn.record("vehicle.seen", { what: "wrong way", boom });
    turn.alarm("WRONG_WAY", "a vehicle comes from the exit");
  }
}

/** Time between two rounds of pictures of whoever moves the boom, milliseconds: a loose switch must not fill the disk. */
const WITNESS_EVERY_MS = 10_000;
const WITNESS_TIMER = "lane:witness";

/** What every camera sees while nothing of the lane moves the boom: pictures for people, and no reads of any vehicle. */
function witness(turn: Turn): { readonly captures?: readonly string[] } {
  const { cameras } = turn.state.site;
  if (cameras.length === 0 || turn.state.timers[WITNESS_TIMER] !== undefined) return {};
  turn.startTimer(WITNESS_TIMER, WITNESS_EVERY_MS);
  const captures = cameras.map(({ id, task }) => {
    const captureId = `boom-${turn.event.utc}-${id}`;
    turn.effect({ type: "capture", captureId, passage: null, camera: id, task });
    return captureId;
  });
  return { captures };
}

/** Whoever is at the cabinet has the gate in his hands; without mains the gate has its battery for a while. */
function watchCabinet(turn: Turn, { cabinetClosed, mainsOk }: GateInputs): void {
  if (cabinetClosed) turn.endAlarm("CABINET_OPEN", "the cabinet of the gate is closed");
  else turn.alarm("CABINET_OPEN", "the cabinet of the gate is open");
  if (mainsOk) turn.endAlarm("MAINS_LOST", "the mains are back");
  else turn.alarm("MAINS_LOST", "the gate runs on its battery");
}

function raiseExpected({ passage, override }: LaneState): boolean {
  const expected = passage?.intent?.command === "raise-boom" || passage?.phase === "recovering";
  return expected || override?.command === "raise-boom";
}

/** The key switch, the button in the cabinet or the fire input: somebody meant it. */
function movedByPeople(inputs: GateInputs | null): boolean {
  return inputs === null || !inputs.modeAuto || inputs.manualOpenButton || inputs.fireOpen;
}

/** A fault of the motor alone moves nothing. */
function isDown(inputs: GateInputs | null): boolean {
  return inputs?.boomClosed === true && !inputs.boomOpen && !inputs.boomBroken;
}

/** Stands until two persons reset it, also when the input goes off again and over restarts. */
function emergency(turn: Turn, because: string): void {
  const { standing } = turn.state;
  if (standing.emergency !== null) return;
  turn.set({ standing: { ...standing, emergency: { since: turn.event.utc, because } } });
  turn.record("gate.emergency", { active: true, because });
  turn.alarm("EMERGENCY", because);
  setService(turn);
}

const OUTWARD: readonly Phase[] = ["opening", "crossing", "clearing", "closing", "watched", "recovering"];

/** It comes under the boom over the exit loop, with nothing of it on the deck side. */
function wrongWay({ state }: Turn, before: LaneState): boolean {
  const { inputs, occupancy, passage } = state;
  if (inputs === null || before.occupancy.underBoom !== "clear" || !vehicleUnder(inputs)) return false;
  if (passage !== null && OUTWARD.includes(passage.phase)) return false;
  return occupancy.exit === "occupied" && before.occupancy.exit === "occupied" && occupancy.exitEye === "clear";
}

/** What must not go on for long. Called after every event. */
export function watchDurations(turn: Turn): void {
  const { inputs, boom, alarms, standing } = turn.state;
  const { faults } = conductOf(turn.policy);
  const { openingMs, closingMs } = turn.policy.timers;
  hold(turn, "lane:boom", boom === "moving" && !alarms.BOOM_STUCK, openingMs + closingMs);
  if (boom !== "moving" && turn.state.alarms.BOOM_STUCK) turn.endAlarm("BOOM_STUCK", `the boom is ${boom}`);
  hold(turn, "lane:person", inputs !== null && isPerson(inputs) && !alarms.PERSON, faults.personMs);
  if (inputs?.curtain === false && turn.state.alarms.PERSON) turn.endAlarm("PERSON", "nobody is at the light curtain");
  for (const sensor of SENSORS) {
    const strange = inputs?.[sensor] === true && !standing.stuck.includes(sensor) && !explained(turn.state, sensor);
    hold(turn, `lane:stuck:${sensor}`, strange, faults.loopStuckMs);
  }
}

function hold(turn: Turn, timer: string, is: boolean, forMs: number): void {
  if (is) turn.keepTimer(timer, forMs);
  else turn.cancelTimer(timer);
}

/** The light curtain alone is broken: no vehicle is that short. */
export function isPerson(inputs: GateInputs): boolean {
  return inputs.curtain && !vehicleUnder(inputs);
}

const SENSORS = ["loopArrival", "loopUnder", "loopExit", "eyeScaleFront", "eyeScaleRear", "curtain"] as const;
type Sensor = (typeof SENSORS)[number];
const NAMES: Readonly<Record<Sensor, string>> = {
  loopArrival: "the arrival loop",
  loopUnder: "the loop under the boom",
  loopExit: "the exit loop",
  eyeScaleFront: "the entry photo-eye of the weighbridge",
  eyeScaleRear: "the exit photo-eye of the weighbridge",
  curtain: "the light curtain",
};

/** A vehicle, known by something else, stands where the sensor looks; or the lane is not at work and anybody may. */
function explained({ passage, occupancy, inputs, mode, standing }: LaneState, sensor: Sensor): boolean {
  if (mode.service !== "auto" && standing.stuck.length === 0) return true;
  const known = passage !== null && (passage.phase !== "identify" || passage.reads.length > 0);
  if (sensor === "loopUnder") return inputs?.curtain === true;
  if (sensor === "curtain") return inputs?.loopUnder === true;
  if (sensor === "eyeScaleFront" || sensor === "eyeScaleRear") return occupancy.scale === "loaded";
  return known;
}

export function durationOver(turn: Turn, timer: string): void {
  if (timer === "lane:boom") {
    turn.record("barrier.fault", { code: "STUCK", boom: turn.state.boom });
    return turn.alarm("BOOM_STUCK", "the boom stands between open and closed");
  }
  if (timer === "lane:person") {
    turn.record("vehicle.seen", { what: "person" });
    return turn.alarm("PERSON", "somebody is at the light curtain");
  }
  const sensor = SENSORS.find((one) => timer === `lane:stuck:${one}`);
  if (sensor !== undefined) stick(turn, sensor);
}

/** The lane goes to manual: nothing is raised or lowered on the word of a sensor that is stuck. */
function stick(turn: Turn, sensor: Sensor): void {
  const { standing } = turn.state;
  if (standing.stuck.includes(sensor)) return;
  turn.set({ standing: { ...standing, stuck: [...standing.stuck, sensor] } });
  turn.record("barrier.fault", { code: "LOOP_STUCK", sensor });
  turn.alarm("LOOP_STUCK", `${NAMES[sensor]} is on and no vehicle explains it`);
  setService(turn);
}

function unstick(turn: Turn, sensor: Sensor): void {
  const { standing } = turn.state;
  const stuck = standing.stuck.filter((one) => one !== sensor);
  turn.set({ standing: { ...standing, stuck } });
  if (stuck.length === 0) turn.endAlarm("LOOP_STUCK", `${NAMES[sensor]} is off again`);
  setService(turn);
}
