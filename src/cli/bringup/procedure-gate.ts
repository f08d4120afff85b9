import type { GateInputName } from "#contract/device";
import type { Procedure, Step } from "./step.ts";

/** What stands where in the lane, and how to make it see something. Names of the domain guide, section 4. */
const SENSORS: readonly (readonly [name: GateInputName, title: string, how: string])[] = [
  ["loopArrival", "arrival loop (L1)", "Drive a vehicle onto the arrival loop, or lay a steel plate on it."],
  [
    "eyeScaleFront",
    "photo-eye at the entry of the weighbridge",
    "Hold something before the photo-eye at the entry end.",
  ],
  ["eyeScaleRear", "photo-eye at the exit of the weighbridge", "Hold something before the photo-eye at the exit end."],
  [
    "loopUnder",
    "loop under the boom (L3)",
    "Lay a steel plate on the loop under the boom. Nobody stands under the arm.",
  ],
  ["curtain", "light curtain at the boom", "Hold something into the light curtain. Nobody stands under the arm."],
  ["loopExit", "exit loop (L4)", "Drive a vehicle onto the exit loop, or lay a steel plate on it."],
];

/** A gate PLC with its barrier: everything it can see is shown to it once, everything it can show is looked at once. */
export const gateProcedure: Procedure = () => [
  { kind: "self-test", id: "at-rest", title: "gate at rest" },
  ...SENSORS.flatMap(([name, title, how]): Step[] => [
    { kind: "see", id: `${name}-on`, title: `${title}: on`, instruction: how, value: name, on: true },
    {
      kind: "see",
      id: `${name}-off`,
      title: `${title}: off`,
      instruction: "Take it away again.",
      value: name,
      on: false,
      already: true,
      follows: true,
    },
  ]),
  ...boom(),
  ...pair("estopOk", "emergency stop", "Press the emergency stop.", "Release the emergency stop and reset it."),
  ...pair("cabinetClosed", "cabinet door", "Open the door of the cabinet.", "Close the door of the cabinet."),
  ...lamps(),
];

/** The lane moves nothing here: a hand, or the PLC's own button, moves the arm. */
function boom(): Step[] {
  return [
    {
      kind: "see",
      id: "modeAuto-off",
      title: "key switch: manual",
      instruction: "Turn the key switch to manual: from now on the lane cannot move the boom.",
      value: "modeAuto",
      on: false,
    },
    {
      kind: "see",
      id: "boom-lifted",
      title: "boom leaves its lower limit switch",
      instruction: "Now lift the boom by hand, or with the button at the cabinet. Keep everybody away from the arm.",
      value: "boomClosed",
      on: false,
      follows: true,
    },
    {
      kind: "see",
      id: "boom-up",
      title: "boom reaches its upper limit switch",
      instruction: "Lift it all the way.",
      value: "boomOpen",
      on: true,
      already: true,
      follows: true,
    },
    {
      kind: "see",
      id: "boom-lowered",
      title: "boom reaches its lower limit switch",
      instruction: "Let it down again. Nobody stands under the arm.",
      value: "boomClosed",
      on: true,
      already: true,
      follows: true,
    },
    {
      kind: "see",
      id: "modeAuto-on",
      title: "key switch: automatic",
      instruction: "Turn the key switch back to automatic.",
      value: "modeAuto",
      on: true,
      already: true,
      follows: true,
    },
  ];
}

/** An input that rests at on: it goes off, and comes back. */
function pair(value: GateInputName, title: string, off: string, on: string): Step[] {
  return [
    { kind: "see", id: `${value}-off`, title: `${title}: off`, instruction: off, value, on: false },
    {
      kind: "see",
      id: `${value}-on`,
      title: `${title}: on again`,
      instruction: on,
      value,
      on: true,
      already: true,
      follows: true,
    },
  ];
}

/** The last one leaves both lights red. */
function lamps(): Step[] {
  const order = [
    ["entry", "green"],
    ["entry", "red"],
    ["exit", "green"],
    ["exit", "red"],
  ] as const;
  return order.map(([light, colour]) => ({
    kind: "lamp",
    id: `lamp-${light}-${colour}`,
    title: `${light} light, ${colour} lamp`,
    lamp: { light, colour },
  }));
}
