import { InvariantError } from "#contract/errors";
import { atWork } from "../interlock/at-work.ts";
import { mayEnter } from "./arrival.ts";
import { boomFrom } from "./boom.ts";
import type { LaneEffect, LaneEvent, LaneState, Passage, Phase, Step } from "./model.ts";
import { occupancyFrom } from "./occupancy.ts";
import { transitionsAreInTheTables } from "./table-check.ts";

/** One step as a whole: what was, what happened, what is, and what is to be done. */
interface Transition {
  readonly before: LaneState;
  readonly event: LaneEvent;
  readonly after: LaneState;
  readonly effects: readonly LaneEffect[];
}

type Effect<T extends LaneEffect["type"]> = Extract<LaneEffect, { type: T }>;

const LIMITED: readonly Phase[] = ["position", "weigh", "seal", "armed", "opening", "crossing", "closing"];
/** Where the vehicle before may be while another is read behind it. */
const MOVING_OUT: readonly Phase[] = ["crossing", "clearing", "closing"];
const AFTER_PASS: readonly Phase[] = ["armed", "opening", "crossing", "clearing", "closing", "recovering"];

/**
 * What holds after every step, whatever happened before. A step that breaks one is a defect of ours: its effects must
 * not be performed. Each has a test that carries its name and breaks it.
 */
export const INVARIANTS = {
  "nothing moves at a start": ({ event, effects }) => event.type !== "started" || boomCommands(effects).length === 0,
  "one boom command at most": ({ effects }) => boomCommands(effects).length <= 1,
  "a raise follows a durable PASS": (step) =>
    commands(step, "raise-boom").every(() => raiseIsEarned(step) || isOrdered(step, "open", "closed")),
  "a lower needs a clear zone": (step) =>
    commands(step, "lower-boom").every(() => lowerIsSafe(step) || loweringIsOrdered(step)),
  "a boom command is on record as the intent": ({ after, effects }) =>
    boomCommands(effects).every(
      ({ commandId, command }) =>
        [after.passage?.intent, after.override].some(
          (intent) => intent?.commandId === commandId && intent.command === command.type,
        ) && records(effects, "barrier.command").some((data) => data["commandId"] === commandId),
    ),
  "an intent ends with its outcome on record": ({ before, after, effects }) => {
    const still = [after.passage?.intent?.commandId, after.override?.commandId];
    return [before.passage?.intent, before.override].every(
      (intent) =>
        intent === null ||
        intent === undefined ||
        still.includes(intent.commandId) ||
        records(effects, "barrier.outcome").some((data) => data["commandId"] === intent.commandId),
    );
  },
  "an intent belongs to its phase": ({ after }) => {
    const phase = after.passage?.phase;
    const command = after.passage?.intent?.command;
    if (phase === "opening" && command !== "raise-boom") return false;
    if (command === "raise-boom") return phase === "opening" || phase === "recovering";
    return command === undefined || phase === "closing" || phase === "recovering";
  },
  "a PASS on record waits for the disk": passWaitsForDisk,
  "only the disk makes a PASS durable": ({ before, event, after: { passage } }) =>
    passage?.decision?.durable !== true ||
    (passage.confirm === null && (before.passage?.decision?.durable === true || event.type === "decision-durable")),
  "a PASS belongs to its phase": ({ after: { passage } }) => {
    if (passage === null) return true;
    const passes = passage.decision?.verdict === "PASS";
    const { decision } = passage;
    // Taken back while the boom is on its way up: it comes down again for nobody.
    if (passage.phase === "opening" && decision === null) return true;
    if (passage.phase === "armed" || passage.phase === "opening") {
      return passes && (decision?.clearance !== null || decision.officer !== undefined);
    }
    return !passes || AFTER_PASS.includes(passage.phase) || (passage.phase === "hold" && passage.needsOfficer);
  },
  "only a PASS ends in PASSED": ({ after: { passage } }) => {
    if (passage?.result !== "PASSED" && passage?.result !== "PASSED_OFFICER") return true;
    const byOfficer = passage.decision?.officer !== undefined;
    const passes = passage.phase !== "crossing" && passage.decision?.verdict === "PASS";
    return passes && byOfficer === (passage.result === "PASSED_OFFICER");
  },
  "an order is answered once": ({ before, event, after, effects }) => {
    const answers = effects.flatMap((effect) => (effect.type === "answer" ? [effect.outcome.id] : []));
    const waits = (state: LaneState, id: string) => state.pendingOrders.some((order) => order.id === id);
    const asked = event.type === "order" ? [event.order.id] : [];
    const open = [...new Set([...before.pendingOrders.map(({ id }) => id), ...asked])];
    return (
      answers.every((id) => open.includes(id)) &&
      open.every((id) => answers.filter((one) => one === id).length === (waits(after, id) ? 0 : 1))
    );
  },
  "what a person did beside the rules is on record": ({ before, event, after, effects }) => {
    if (event.type !== "order") return true;
    const { id } = event.order;
    const done = effects.some((effect) => effect.type === "answer" && effect.outcome.state === "done");
    const waits = [before, after].map((state) => state.pendingOrders.some((order) => order.id === id));
    const carriedOut = waits[0] === true ? false : done || waits[1] === true;
    return !carriedOut || records(effects, "override.made").some((data) => data["order"] === id);
  },
  "a boom that is down ends the passage": ({ after }) =>
    after.boom !== "closed" || (after.passage?.phase !== "clearing" && after.passage?.phase !== "closing"),
  "a clearance is used once and given back once": clearanceIsAccountedFor,
  "a phase that is limited has its timer": ({ after }) =>
    after.passage === null || !LIMITED.includes(after.passage.phase) || after.timers["phase"] !== undefined,
  "an unread gate stops the passage": ({ after }) =>
    after.inputs !== null || (after.next === null && (after.passage === null || after.passage.phase === "recovering")),
  "the vehicle behind waits its turn": ({ after: { next, passage } }) =>
    next === null ||
    (passage !== null &&
      MOVING_OUT.includes(passage.phase) &&
      next.phase === "identify" &&
      next.decision === null &&
      next.intent === null &&
      next.id !== passage.id),
  "an unread gate is told no green": ({ after }) =>
    after.inputs !== null || (after.entryLight !== "green" && after.exitLight !== "green"),
  "zones and boom are what the inputs say": ({ after }) =>
    after.boom === boomFrom(after.inputs) &&
    after.occupancy.underBoom === occupancyFrom(after.inputs, after.occupancy).underBoom,
  "green only for whom it is meant": ({ after, effects }) =>
    effects.every((effect) => {
      if (effect.type !== "command" || !("colour" in effect.command) || effect.command.colour !== "green") return true;
      if (effect.command.type === "exit-light") return after.passage?.phase === "crossing" && after.boom === "open";
      return mayEnter(after);
    }),
  "every machine goes only where its table lets it": transitionsAreInTheTables,
  "counters only grow": ({ before, after, effects }) =>
    after.passageCount >= before.passageCount &&
    after.commandCount === before.commandCount + effects.filter((effect) => effect.type === "command").length,
} as const satisfies Record<string, (step: Transition) => boolean>;

export type InvariantName = keyof typeof INVARIANTS;

const ALL = Object.entries(INVARIANTS);

/** Call after every step, before its effects are performed. Throws InvariantError naming the first that is broken. */
export function assertInvariants(before: LaneState, event: LaneEvent, step: Step): void {
  const transition = { before, event, after: step.state, effects: step.effects };
  for (const [name, holds] of ALL) {
    if (holds(transition)) continue;
    const phases = `${before.passage?.phase ?? "no passage"} -> ${step.state.passage?.phase ?? "no passage"}`;
    throw new InvariantError(`${name} (on ${event.type}, ${phases})`);
  }
}

function raiseIsEarned({ before, after }: Transition): boolean {
  const decision = after.passage?.decision;
  return (
    before.passage?.phase === "armed" &&
    after.passage?.id === before.passage.id &&
    after.passage.phase === "opening" &&
    after.passage.confirm === null &&
    decision?.verdict === "PASS" &&
    decision.durable &&
    after.mode.service === "auto" &&
    after.boom === "closed"
  );
}

function lowerIsSafe({ before, after }: Transition): boolean {
  return (
    before.passage?.phase === "clearing" &&
    after.passage?.phase === "closing" &&
    after.occupancy.underBoom === "clear" &&
    after.mode.service === "auto"
  );
}

function passWaitsForDisk({ after, effects }: Transition): boolean {
  const recorded = effects.findIndex(
    (effect) => isRecord(effect, "decision.made") && dataOf(effect)["verdict"] === "PASS",
  );
  if (recorded < 0) return true;
  const passage = after.passage;
  if (passage?.phase !== "armed" || passage.decision?.durable !== false) return false;
  const later = effects.slice(recorded + 1);
  const { officer, clearance } = passage.decision;
  return (
    later.some((effect) => effect.type === "confirm-durable" && effect.passage === passage.id) &&
    ((officer !== undefined && clearance === null) ||
      later.some((effect) => isConsumption(effect, "reserved") && effect.clearance === clearance))
  );
}

/** PASSED consumes, ABANDONED and REFUSED give back, UNCERTAIN and DIVERTED touch nothing; and nothing else does. */
function clearanceIsAccountedFor(step: Transition): boolean {
  const { before, effects } = step;
  const resolved = resolvedUse(step);
  if (resolved === undefined) return false;
  const uses = effects.filter(
    (effect) => effect.type === "consumption" && effect !== resolved,
  ) as Effect<"consumption">[];
  const consumed = uses.filter(({ consumption }) => consumption === "consumed");
  const own = effects.filter((effect) => isRecord(effect, "passage.closed") && effect.passage === before.passage?.id);
  const closed = records(own, "passage.closed")[0];
  if (closed === undefined) return consumed.length === 0;
  const held = passClearance(before.passage);
  if (closed["result"] === "PASSED" || closed["result"] === "PASSED_OFFICER") {
    if (held === null && before.passage?.decision?.officer !== undefined) return uses.length === 0;
    return uses.length === 1 && consumed[0]?.clearance === held && held !== null;
  }
  if (closed["result"] === "ABANDONED" || closed["result"] === "REFUSED") {
    return held === null ? uses.length === 0 : uses.length === 1 && uses[0]?.consumption === "none";
  }
  return uses.length === 0;
}

/** What a person says of a clearance that was left open. Null when nobody does; undefined when it is not as said. */
function resolvedUse({ before, event, effects }: Transition): Effect<"consumption"> | null | undefined {
  const done = effects.some((effect) => effect.type === "answer" && effect.outcome.state === "done");
  if (event.type !== "order" || event.order.wish.name !== "resolve" || !done) return null;
  const { passage, clearance, crossed } = event.order.wish;
  const wasOpen =
    before.standing.uncertain.some((one) => one.passage === passage && one.clearance === clearance) ||
    (before.passage?.id === passage && passClearance(before.passage) === clearance);
  const wanted = crossed ? "consumed" : "none";
  const use = effects.find((effect) => isConsumption(effect, wanted) && effect.clearance === clearance);
  return wasOpen && use?.type === "consumption" ? use : undefined;
}

/** The boom moves on the word of a person: in the very step of the order, outside a passage, from a known place. */
function isOrdered({ before, event, after }: Transition, wish: "open" | "close", from: "closed" | "any"): boolean {
  const { inputs, override } = after;
  const asked = event.type === "order" && event.order.wish.name === wish && override?.order === event.order.id;
  const place = from === "any" || (before.boom === "closed" && before.passage === null);
  const allowed = inputs?.estopOk === true && !inputs.fireOpen && atWork(inputs) === null;
  return asked && place && allowed && before.override === null;
}

function loweringIsOrdered(step: Transition): boolean {
  const { passage, occupancy } = step.after;
  return isOrdered(step, "close", "any") && occupancy.underBoom === "clear" && (passage?.phase ?? "hold") === "hold";
}

function passClearance(passage: Passage | null): string | null {
  return passage?.decision?.verdict === "PASS" ? passage.decision.clearance : null;
}

function boomCommands(effects: readonly LaneEffect[]): readonly Effect<"command">[] {
  return effects.filter(
    (effect) =>
      effect.type === "command" && (effect.command.type === "raise-boom" || effect.command.type === "lower-boom"),
  ) as readonly Effect<"command">[];
}

function commands({ effects }: Transition, type: "raise-boom" | "lower-boom"): readonly Effect<"command">[] {
  return boomCommands(effects).filter(({ command }) => command.type === type);
}

function isRecord(effect: LaneEffect, entry: Effect<"record">["entry"]): effect is Effect<"record"> {
  return effect.type === "record" && effect.entry === entry;
}

function isConsumption(effect: LaneEffect, consumption: string): effect is Effect<"consumption"> {
  return effect.type === "consumption" && effect.consumption === consumption;
}

function dataOf(effect: Effect<"record">): Readonly<Record<string, unknown>> {
  return effect.data as Readonly<Record<string, unknown>>;
}

function records(effects: readonly LaneEffect[], entry: Effect<"record">["entry"]) {
  return effects.flatMap((effect) => (isRecord(effect, entry) ? [dataOf(effect)] : []));
}
