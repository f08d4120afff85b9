import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertInvariants } from "#lanes/passage/invariants";
import { type LaneEffect, type LaneEvent, type LaneState, PHASES, type Step } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { hopsOf } from "#lanes/passage/table-check";
import { PASSAGE_TRANSITIONS } from "#lanes/passage/transitions";
import { policyWith } from "../builders.ts";
import { EVENTS, KINDS } from "./events.ts";
import { statesIn } from "./states.ts";

const policy = policyWith();
const seen = { steps: 0, raises: 0, lowers: 0, passes: 0, closed: 0 };
const entered = new Set<string>();
const hops = new Set<string>();

for (const phase of [null, ...PHASES]) {
  test(`every event in every state ${phase === null ? "without a passage" : `of ${phase}`} keeps the promises`, () => {
    const states = statesIn(phase);
    assert.ok(states.length > 10, `${states.length} states`);
    for (const before of states) {
      for (const event of EVENTS) {
        const result = step(before, event, policy);
        assertInvariants(before, event, result);
        promises(before, event, result);
      }
    }
  });
}

describe("the enumeration", () => {
  test("has every kind of event", () => {
    assert.deepEqual(new Set(EVENTS.map(({ type }) => type)), new Set(Object.keys(KINDS)));
  });

  test("takes every row of the passage table", () => {
    const rows = PASSAGE_TRANSITIONS.map(({ from, to }) => `${from} ${to}`);
    const missing = rows.filter((one) => !hops.has(one) && !IN_STORIES.includes(one));
    assert.deepEqual(missing, []);
  });

  test("reaches every phase, raises, lowers, passes and closes", (t) => {
    t.diagnostic(JSON.stringify(seen));
    assert.deepEqual([...entered].sort(), [...PHASES].sort());
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 0, what);
  });
});

/** Rows of the table that one step out of these states does not take; the stories of the other tests do. */
const IN_STORIES: readonly string[] = [
  // A lane without weighbridge, a weighing out of position, a boom that fails twice, tailgating, the bay.
  "identify decide",
  "hold decide",
  "hold weigh",
  "opening hold",
  "identify clearing",
  "hold DIVERTED",
  "crossing PASSED",
  "crossing PASSED_OFFICER",
  "crossing UNVERIFIED_PASSAGE",
  // Passes of officers, and a policy under which a boom that was found open waits for one.
  "clearing PASSED_OFFICER",
  "closing PASSED_OFFICER",
  "recovering PASSED_OFFICER",
  "hold PASSED_OFFICER",
  "hold UNVERIFIED_PASSAGE",
];

/** The promises in words of their own, on the raw inputs, beside the invariants that the lane checks itself by. */
function promises(before: LaneState, event: LaneEvent, { state, effects }: Step): void {
  const commands = effects.flatMap((effect) => (effect.type === "command" ? [effect.command.type] : []));
  const booms = commands.filter((type) => type === "raise-boom" || type === "lower-boom");
  const say = () => `${event.type} in ${before.passage?.phase}: ${JSON.stringify({ before, event })}`;
  if (booms.length > 1) assert.fail(`two boom commands on ${say()}`);
  if (event.type === "started" && booms.length > 0) assert.fail(`the boom moves on ${say()}`);
  if (booms[0] === "raise-boom" && !mayRaise(before, event)) assert.fail(`raised on ${say()}`);
  if (booms[0] === "lower-boom" && !mayLower(state)) assert.fail(`lowered on ${say()}`);
  const pass = effects.findIndex(isPass);
  if (pass >= 0 && !effects.slice(pass).some(({ type }) => type === "confirm-durable")) assert.fail(`PASS on ${say()}`);
  count(state, effects, booms, pass);
  for (const [from, to] of hopsOf(before, effects)) hops.add(`${from} ${to}`);
}

function mayRaise(before: LaneState, event: LaneEvent): boolean {
  const { passage } = before;
  const inputs = event.type === "gate-inputs" ? event.inputs : before.inputs;
  const fit = inputs?.boomClosed === true && inputs.modeAuto && inputs.cabinetClosed && inputs.estopOk;
  if (passage === null) {
    const asked = event.type === "order" && event.order.wish.name === "open" && event.order.secondBy !== null;
    return asked && fit;
  }
  if (passage.phase !== "armed" || passage.decision?.verdict !== "PASS") return false;
  const onDisk = passage.decision.durable || (event.type === "decision-durable" && passage.confirm === event.question);
  const answers =
    event.type === "clearances-found" && event.passage === passage.id && event.question === passage.lookup;
  const known = answers ? event.candidates : passage.candidates;
  const suspended = known === null || known.some(({ clearance }) => clearance.holds.length > 0);
  return onDisk && !suspended && fit;
}

function mayLower({ inputs }: LaneState): boolean {
  return (
    inputs !== null &&
    !inputs.loopUnder &&
    !inputs.curtain &&
    inputs.modeAuto &&
    inputs.cabinetClosed &&
    inputs.estopOk &&
    !inputs.fireOpen
  );
}

function isPass(effect: LaneEffect): boolean {
  return effect.type === "record" && effect.entry === "decision.made" && hasVerdict(effect.data, "PASS");
}

function hasVerdict(data: unknown, verdict: string): boolean {
  return typeof data === "object" && data !== null && "verdict" in data && data.verdict === verdict;
}

function count(state: LaneState, effects: readonly LaneEffect[], booms: readonly string[], pass: number): void {
  seen.steps += 1;
  if (booms[0] === "raise-boom") seen.raises += 1;
  if (booms[0] === "lower-boom") seen.lowers += 1;
  if (pass >= 0) seen.passes += 1;
  if (effects.some((effect) => effect.type === "record" && effect.entry === "passage.closed")) seen.closed += 1;
  if (effects.some((effect) => effect.type === "record" && effect.entry === "passage.phase")) {
    if (state.passage !== null) entered.add(state.passage.phase);
  } else if (effects.some((effect) => effect.type === "record" && effect.entry === "passage.opened")) {
    entered.add("identify");
  }
}
