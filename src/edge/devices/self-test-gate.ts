import type { GateInputName } from "#contract/device";
import { check, freshCheck, judged, linkCheck, type SelfCheck, type SelfTestContext, skipped } from "./self-test.ts";

/** Inputs that have one level in a healthy gate, and what to do about the other one. */
const AT_REST: readonly (readonly [name: GateInputName, level: boolean, advice: string])[] = [
  ["estopOk", true, "the emergency stop is pressed or its wire is cut: look at the button and the stop chain"],
  ["modeAuto", true, "the key switch stands on manual: the lane does not move the boom until it is on automatic"],
  ["motorFault", false, "the drive reports a fault: read its display before anything else"],
  ["boomBroken", false, "the arm is off its hinge or the shear bolt is gone"],
  ["cabinetClosed", true, "the cabinet door is open, or its switch is"],
  ["mainsOk", true, "the gate runs on its battery: look at the supply"],
  ["upsLow", false, "the battery is low"],
  ["fireOpen", false, "the fire input holds the boom open"],
  ["manualOpenButton", false, "somebody holds the open button, or it is stuck"],
];

const SENSORS: readonly GateInputName[] = [
  "loopArrival",
  "loopUnder",
  "loopExit",
  "eyeScaleFront",
  "eyeScaleRear",
  "curtain",
];

/** A gate at rest: it is heard, its switches are possible, nothing warns, and sensors are quiet in an empty lane. */
export function testGate(context: SelfTestContext): readonly SelfCheck[] {
  const { view } = context;
  return [
    linkCheck(view),
    freshCheck(view),
    limitSwitches(context),
    ...AT_REST.map(([name, level, advice]) => atRest(context, name, level, advice)),
    ...SENSORS.map((name) => quiet(context, name)),
  ];
}

function limitSwitches({ view }: SelfTestContext): SelfCheck {
  const open = judged(view, "boomOpen");
  const closed = judged(view, "boomClosed");
  const expected = "one of both, or neither while the boom moves";
  if (open === undefined || closed === undefined) return skipped("limit switches", "not known", expected);
  return check("limit switches", !(open === true && closed === true), {
    measured: `open ${onOff(open)}, closed ${onOff(closed)}`,
    expected,
    advice: "both limit switches are on at once: one of them is stuck or wired wrong",
  });
}

function atRest({ view }: SelfTestContext, name: GateInputName, level: boolean, advice: string): SelfCheck {
  const value = judged(view, name);
  if (value === undefined) return skipped(name, "not known", onOff(level));
  return check(name, value === level, { measured: onOff(value), expected: onOff(level), advice });
}

function quiet({ view, occupied }: SelfTestContext, name: GateInputName): SelfCheck {
  const value = judged(view, name);
  const expected = "off while the lane is empty";
  if (value === undefined) return skipped(name, "not known", expected);
  if (value === true && occupied) return skipped(name, "on, and a vehicle is in the lane", expected);
  return check(name, value === false, {
    measured: onOff(value),
    expected,
    advice: "it sees something in an empty lane: look for dirt, a metal part near the loop, or its polarity",
  });
}

const onOff = (value: unknown): string => (value === true ? "on" : "off");
