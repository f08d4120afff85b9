import type { PlantedBug } from "../../scripts/planted-bug.ts";

const PERMIT = "lanes/interlock/permit.ts";

/** Bugs in how the lane deals with people, with two vehicles at once and with what nobody expects. */
export const PLANTED_CONDUCT: readonly PlantedBug[] = [
  {
    name: "conduct: any command is an order",
    file: PERMIT,
    search: "image.durablePass || image.ordered === true",
    replace: "image.durablePass || image.ordered !== undefined",
    breaks: "the boom is raised without a PASS whenever somebody once ordered something",
  },
  {
    name: "conduct: raise on somebody on foot",
    file: PERMIT,
    search: "if (inputs.curtain && !inputs.loopUnder && !inputs.eyeScaleRear && !inputs.loopExit)",
    replace: "if (inputs.curtain && inputs.loopUnder && !inputs.eyeScaleRear && !inputs.loopExit)",
    breaks: "the boom goes up while a person stands at it",
  },
  {
    name: "conduct: both booms open",
    file: PERMIT,
    search: 'if (inputs.oppositeBoomClosed === false) return refuse("open-opposite-closed");',
    replace: "",
    breaks: "in a lane of two directions both booms may stand open",
  },
  {
    name: "conduct: green under a closed boom",
    file: PERMIT,
    search: 'return inputs.boomOpen ? PERMITTED : refuse("green-exit-boom-open");',
    replace: "return PERMITTED;",
    breaks: "a driver is told to go while the boom is down or moving",
  },
  {
    name: "conduct: one person is two",
    file: "lanes/passage/orders.ts",
    search: "secondBy !== null && secondBy.subject !== by.subject && right",
    replace: "secondBy !== null && right",
    breaks: "whoever signs twice counts as two persons",
  },
  {
    name: "conduct: an officer lifts a suspension",
    file: "lanes/passage/orders-passage.ts",
    search: 'if (isBlocked(turn, record) && !mayPassBlocked) return refused("BLOCKED", record.reason);',
    replace: "",
    breaks: "an officer lets goods out that customs has suspended",
  },
  {
    name: "conduct: the last look at an officer's PASS",
    file: "lanes/passage/judge.ts",
    search: "return mayPassBlocked || !isBlocked(turn, verdictOf(turn));",
    replace: "return true;",
    breaks: "a suspension that comes after an officer's PASS does not keep the boom down",
  },
  {
    name: "conduct: the same order twice",
    file: "lanes/passage/orders.ts",
    search: "const repeated = ordersSeen.includes(order.id);",
    replace: "const repeated = false;",
    breaks: "an order that is sent again is carried out again",
  },
  {
    name: "conduct: the wrong vehicle's picture",
    file: "lanes/passage/step.ts",
    search: "if (turn.state.next !== null) turn.forNext(act);",
    replace: "if (turn.state.next !== null && turn.state.passage === null) turn.forNext(act);",
    breaks: "what a camera sees of the next vehicle is not taken for it",
  },
  {
    name: "conduct: nobody follows",
    file: "lanes/passage/unguarded.ts",
    search: "if (!wide || !somebodyBehind(turn)) return false;",
    replace: "if (!wide || somebodyBehind(turn)) return false;",
    breaks: "a vehicle that follows another under the boom is not seen",
  },
  {
    name: "conduct: an emergency that ends by itself",
    file: "lanes/passage/mode.ts",
    search: 'if (emergency !== null) return outOfService("an emergency has not been reset by two persons");',
    replace: "",
    breaks: "the lane works again as soon as the fire input goes off",
  },
  {
    name: "conduct: a stuck loop is none",
    file: "lanes/passage/mode.ts",
    search: "if (stuck.length > 0)",
    replace: "if (stuck.length > 1)",
    breaks: "the lane goes on deciding on a loop that is stuck",
  },
  {
    name: "conduct: a lease lost inside",
    file: "lanes/passage/vehicles.ts",
    search: "if (one === undefined || passage === null || passage.underSeen) return;",
    replace: "if (one === undefined || passage === null) return;",
    breaks: "the passage of an unmanned vehicle under the boom is given up when its link is lost",
  },
  {
    name: "conduct: an unmanned vehicle let in before the boom is open",
    file: "lanes/passage/vehicles.ts",
    search: 'if (passage.phase !== "crossing" || state.boom !== "open") return;',
    replace: "",
    breaks: "an unmanned vehicle drives into a boom that is still going up",
  },
  {
    name: "conduct: a clearance resolved twice",
    file: "lanes/passage/orders-lane.ts",
    search: "standing.uncertain.filter((one) => !isIt(one))",
    replace: "standing.uncertain.filter((one) => isIt(one))",
    breaks: "a clearance that was used up is given free by a second word",
  },
];
