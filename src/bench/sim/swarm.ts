import type { Dice } from "./dice.ts";

/**
 * What can go wrong, with the most that a seed may draw of it. Swarm testing: each seed has some of these and none of
 * the others, in very different strength, because a fault that is always there hides what happens without it.
 * `perDay`: how often it begins. `share`: of the vehicles, pictures or commands it concerns.
 */
export const FAULTS = {
  // People with vehicles.
  late: { unit: "share", most: 0.15, means: "the driver is slow to drive on" },
  stopsBadly: { unit: "share", most: 0.1, means: "the vehicle stops off the deck and corrects itself" },
  backsOut: { unit: "share", most: 0.06, means: "the driver loses patience and backs out" },
  stopsUnderBoom: { unit: "share", most: 0.05, means: "the vehicle stops under the boom for a while" },
  ignoresLights: {
    unit: "share",
    most: 0.08,
    means: "the driver drives on as soon as the boom is up, or enters on red",
  },
  paperwork: { unit: "share", most: 0.2, means: "the clearance is absent or not good" },
  overload: { unit: "share", most: 0.05, means: "the load is not as heavy as declared" },
  swappedPlate: { unit: "share", most: 0.08, means: "a tractor that is not in the record draws a cleared container" },
  sisterTractor: { unit: "share", most: 0.1, means: "the same, with a plate one character off" },
  sisterContainer: {
    unit: "share",
    most: 0.08,
    means: "a container one character off, its check digit right as well, behind the right tractor",
  },
  clonedPlate: { unit: "share", most: 0.06, means: "plate and container number are copied from another vehicle" },
  openedSeal: { unit: "share", most: 0.06, means: "the electronic seal was opened on the way" },
  swappedContainers: { unit: "share", most: 0.06, means: "two vehicles carry each other's container" },
  spentClearance: { unit: "share", most: 0.06, means: "a vehicle that has passed comes again" },
  spentElsewhere: {
    unit: "share",
    most: 0.06,
    means: "a vehicle whose clearance was used in the lane beside this one",
  },
  tailgate: { unit: "share", most: 0.06, means: "a second vehicle follows nose to tail" },
  reverseAfterPass: { unit: "share", most: 0.06, means: "the vehicle backs out once the boom is up" },
  swapAfterPass: { unit: "share", most: 0.06, means: "it backs out and another one drives through in its place" },
  driveAwayWhileWeighing: { unit: "share", most: 0.06, means: "the vehicle moves off the deck while it is weighed" },
  // People who give orders.
  officer: { unit: "share", most: 1, means: "an officer looks at a held vehicle and decides" },
  officerErrs: { unit: "share", most: 0.2, means: "he takes one number or one vehicle for another" },
  strayOrder: { unit: "perDay", most: 100, means: "somebody orders what fits no moment, or may not order it" },
  // Clearances and the line they come over.
  suspension: { unit: "share", most: 0.08, means: "a suspension arrives at the worst moment" },
  change: { unit: "share", most: 0.08, means: "the clearance is changed or withdrawn at the worst moment" },
  lateClearance: { unit: "share", most: 0.1, means: "the clearance arrives while the vehicle stands there" },
  lanCut: { unit: "perDay", most: 12, means: "the lanes do not hear each other" },
  wanCut: { unit: "perDay", most: 12, means: "no line to operations" },
  clockStep: { unit: "perDay", most: 6, means: "the wall clock is set, forwards or back" },
  clockDrift: { unit: "share", most: 0.0002, means: "the clock of the computer runs fast or slow" },
  // The gate.
  plcLost: { unit: "perDay", most: 40, means: "the PLC cannot be reached" },
  plcReboot: { unit: "perDay", most: 6, means: "the PLC starts anew" },
  stuckOn: { unit: "perDay", most: 6, means: "a loop or photo-eye shows occupied" },
  stuckOff: { unit: "perDay", most: 6, means: "a loop or photo-eye shows nothing" },
  chatter: { unit: "perDay", most: 60, means: "a loop flickers" },
  limitSwitch: { unit: "perDay", most: 4, means: "a limit switch of the boom is stuck" },
  boomJam: { unit: "perDay", most: 4, means: "the boom does not move" },
  boomBroken: { unit: "perDay", most: 2, means: "the arm is off, or the motor reports a fault" },
  uncommandedMove: { unit: "perDay", most: 20, means: "the boom moves and nobody asked it to" },
  commandLost: { unit: "share", most: 0.05, means: "a command is not taken" },
  commandUnknown: { unit: "share", most: 0.05, means: "a command is taken, the answer is lost or late" },
  keySwitch: { unit: "perDay", most: 30, means: "the key switch stands on manual" },
  byHand: { unit: "perDay", most: 12, means: "somebody raises the boom by hand and waves a vehicle through" },
  oppositeOpen: { unit: "perDay", most: 30, means: "the boom of the other direction is open" },
  emergencyStop: { unit: "perDay", most: 30, means: "the emergency stop is pressed" },
  cabinetOpen: { unit: "perDay", most: 12, means: "somebody opens the cabinet of the gate" },
  mainsLost: { unit: "perDay", most: 6, means: "the gate runs on its battery, which may be low" },
  fireInput: { unit: "perDay", most: 10, means: "the fire input holds the boom open" },
  worstMoment: { unit: "share", most: 0.05, means: "the gate changes between an intent and its command" },
  // The weighbridge.
  scaleDrift: { unit: "perDay", most: 8, means: "the zero wanders off" },
  scaleUnstable: { unit: "perDay", most: 8, means: "the weight does not settle" },
  scaleLost: { unit: "perDay", most: 8, means: "the weighbridge cannot be reached" },
  scaleWild: { unit: "perDay", most: 6, means: "the indicator reports over or under its range" },
  // Eyes.
  cameraDown: { unit: "perDay", most: 8, means: "a camera cannot be reached" },
  cameraStale: { unit: "perDay", most: 8, means: "a camera shows an earlier vehicle" },
  cameraSlow: { unit: "perDay", most: 8, means: "pictures take very long" },
  misread: { unit: "share", most: 4, means: "recognition errs, times the measured rate" },
  // The computer.
  crashAnytime: { unit: "perDay", most: 10, means: "the process dies" },
  crashBeforeCommit: { unit: "share", most: 0.0005, means: "the process dies before a commit" },
  crashAfterCommit: { unit: "share", most: 0.0005, means: "the process dies after a commit, before its effects" },
  crashAfterCommand: { unit: "share", most: 0.01, means: "the process dies right after a command went out" },
  slowDisk: { unit: "perDay", most: 60, means: "the disk takes its time" },
  // At the end, so that what the seeds before it have drawn stays.
  operationsSilent: { unit: "perDay", most: 8, means: "the broker answers and operations do not" },
} as const satisfies Record<string, { unit: "share" | "perDay"; most: number; means: string }>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** How strong each fault is in one seed; 0: it does not exist there. */
export type Swarm = Readonly<Record<FaultName, number>>;

/** Chance that a seed has a fault at all. */
const PRESENT = 0.35;
/** A seed in this share has no faults but those of recognition: what a good day looks like. */
const GOOD_DAY = 0.08;

export function drawSwarm(dice: Dice): Swarm {
  const goodDay = dice.chance(GOOD_DAY);
  const drawn = FAULT_NAMES.map((name): [FaultName, number] => {
    const { most } = FAULTS[name];
    const present = dice.chance(PRESENT);
    const strength = dice.magnitude(most / 30, most);
    if (name === "misread") return [name, present && !goodDay ? strength : 1];
    return [name, present && !goodDay ? strength : 0];
  });
  return Object.fromEntries(drawn) as Record<FaultName, number>;
}

/** Nothing is broken and nobody cheats; recognition errs no more than was measured. */
export function isGoodDay(swarm: Swarm): boolean {
  return FAULT_NAMES.every((name) => (name === "misread" ? swarm[name] <= 1 : swarm[name] === 0));
}

/** A swarm of exactly these faults. */
export function swarmOf(faults: Partial<Record<FaultName, number>>): Swarm {
  const none = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
  return { ...none, misread: 1, ...faults };
}
