import type { CachedClearance, Hold } from "#contract/clearance";
import type { GateInputs } from "#contract/device";
import { boomFrom } from "#lanes/passage/boom";
import { assertInvariants } from "#lanes/passage/invariants";
import { serviceFrom } from "#lanes/passage/mode";
import {
  INITIAL_STATE,
  type LaneEvent,
  type LaneState,
  type Passage,
  type Phase,
  type ScaleLoad,
} from "#lanes/passage/model";
import { occupancyFrom } from "#lanes/passage/occupancy";
import { NOT_MOVED, UNIDENTIFIED } from "#lanes/passage/open-close";
import { CONTAINER, cached, EPOCH, GROSS_KG, QUIET, read, SITE, TRACTOR } from "../builders.ts";

/** Every state the lane can be in, coarsely: where the vehicle is, what the boom does, who is in charge, how far the passage is. */

/** The present of all these states, milliseconds. Every timer in them is due. */
export const NOW = 1_000_000;
export const OWN = "P000001";
/** Its container has an electronic seal. */
const SEALED: readonly CachedClearance[] = [cached()].map((one) => {
  const containers = one.clearance.containers.map((box) => ({ ...box, electronicSeal: "ES12345678" }));
  return { ...one, clearance: { ...one.clearance, containers } };
});
const SUSPENDED: Hold = { kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" };
export const GOOD: readonly CachedClearance[] = [cached()];
export const BAD: readonly CachedClearance[] = [cached({ holds: [SUSPENDED] })];

export const BOOMS: readonly Partial<GateInputs>[] = [
  {},
  { boomClosed: false, boomOpen: true },
  { boomClosed: false },
  { boomClosed: false, motorFault: true },
];
const IN_CHARGE: readonly Partial<GateInputs>[] = [
  {},
  { modeAuto: false },
  { cabinetClosed: false },
  { estopOk: false },
];
export const PLACES: readonly (readonly [Partial<GateInputs>, ScaleLoad])[] = [
  [{}, "empty"],
  [{ loopArrival: true }, "empty"],
  [{ loopArrival: true, eyeScaleFront: true }, "loaded"],
  [{}, "loaded"],
  [{ eyeScaleRear: true, loopUnder: true }, "loaded"],
  [{ curtain: true }, "empty"],
  [{ loopUnder: true, loopExit: true }, "empty"],
  [{ loopExit: true }, "empty"],
  [{}, "unknown"],
];

type Decision = NonNullable<Passage["decision"]>;
const PASS: Decision = { verdict: "PASS", reason: "CLEARED", at: NOW - 1000, clearance: "CL-1", durable: false };
const DURABLE: Decision = { ...PASS, durable: true };
const HELD: Decision = { ...PASS, verdict: "HOLD", reason: "NO_CLEARANCE", clearance: null };
const RAISE: Passage["intent"] = { commandId: "C9", command: "raise-boom" };
const LOWER: Passage["intent"] = { commandId: "C9", command: "lower-boom" };

const OPENED: Passage = {
  id: OWN,
  phase: "identify",
  openedUtc: EPOCH,
  captures: 2,
  lookup: null,
  confirm: null,
  ...UNIDENTIFIED,
  ...NOT_MOVED,
};

const IDENTIFIED: Partial<Passage> = {
  reads: [read({ kind: "plate", text: TRACTOR }), read({ kind: "container", text: CONTAINER, check: "verified" })],
  cameras: { front: { taken: 1, pending: null }, side: { taken: 1, pending: "P000001-2" } },
  candidatesFor: `${CONTAINER}|${TRACTOR}`,
  candidates: GOOD,
  weight: { grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true },
};

const ASKED: readonly Partial<Passage>[] = [
  { candidates: GOOD },
  { candidates: BAD },
  { candidates: null, lookup: 5 },
  { candidates: null, lookup: 6 },
];
const SEEN: readonly Partial<Passage>[] = [
  {},
  { underSeen: true },
  { underSeen: true, exitSeen: true, deckLeft: true },
];
const RESULTS: readonly Partial<Passage>[] = [
  {},
  { result: "UNCERTAIN", careful: true },
  { result: "PASSED" },
  { result: "UNVERIFIED_PASSAGE" },
];

/** What may differ within a phase, as lists whose product is taken. */
const VARIANTS: Readonly<Record<Phase, readonly (readonly Partial<Passage>[])[]>> = {
  identify: [[{}, { reads: [], weight: null, candidates: null, candidatesFor: "" }]],
  position: [[{ weight: null }, { weightFault: "the weight did not settle" }]],
  weigh: [[{ weight: null }, { weight: null, weighAttempts: 2 }]],
  seal: [
    [...ASKED, { candidates: SEALED }],
    [{}, { weight: null }],
  ],
  decide: [
    [...ASKED, { candidates: SEALED }],
    [{}, { identityClosed: true, weight: null }],
  ],
  hold: [
    [
      { decision: HELD },
      { decision: HELD, needsOfficer: true },
      { decision: PASS, needsOfficer: true, result: "UNCERTAIN" },
      { decision: PASS, needsOfficer: true, result: "PASSED" },
    ],
    ASKED,
    [{}, { underSeen: true }],
  ],
  armed: [[{ decision: PASS }, { decision: DURABLE }], ASKED, [{ confirm: 5 }, { confirm: 6 }, {}]],
  opening: [[{ decision: DURABLE, intent: RAISE }], ASKED],
  crossing: [[{ decision: DURABLE }, { decision: null }, { decision: HELD }], SEEN, RESULTS],
  clearing: [[{ decision: DURABLE }, { decision: null }], SEEN, RESULTS],
  closing: [
    [{ decision: DURABLE }, { decision: null }],
    [{ intent: LOWER, closeTries: 1 }, { closeTries: 3 }],
    RESULTS,
  ],
  watched: [
    [{ decision: null }, { decision: HELD }],
    [{ underSeen: true }, { underSeen: true, exitSeen: true }],
  ],
  recovering: [
    [{ decision: DURABLE }, { decision: HELD }, { decision: null }],
    [{}, { intent: RAISE }, { intent: LOWER }],
    SEEN,
    RESULTS,
  ],
};

function product(lists: readonly (readonly Partial<Passage>[])[]): readonly Partial<Passage>[] {
  return lists.reduce<readonly Partial<Passage>[]>(
    (sofar, list) => sofar.flatMap((one) => list.map((other) => ({ ...one, ...other }))),
    [{}],
  );
}

export function passagesIn(phase: Phase): readonly Passage[] {
  return product(VARIANTS[phase]).map((variant) => ({ ...OPENED, ...IDENTIFIED, ...variant, phase }));
}

/** The outside, and what the lane makes of it. Null inputs: the gate is not read. */
function surroundings(): readonly (readonly [GateInputs | null, ScaleLoad])[] {
  const seen = PLACES.flatMap(([place, load]) =>
    BOOMS.flatMap((boom, at) =>
      // Who is in charge matters where the lane might move the boom: from closed or from open.
      (at < 2 ? IN_CHARGE : [{}]).map((who) => [{ ...QUIET, ...place, ...boom, ...who }, load] as const),
    ),
  );
  return [...seen, [null, "empty"], [null, "loaded"], [null, "unknown"]];
}

const BEHIND: Passage = { ...OPENED, id: "P000002" };

function stateWith(
  inputs: GateInputs | null,
  scale: ScaleLoad,
  passage: Passage | null,
  next: Passage | null = null,
): LaneState {
  const due = NOW - 1;
  return {
    ...INITIAL_STATE,
    boot: "boot-0",
    site: { ...SITE, seals: true },
    passageCount: 1,
    commandCount: 9,
    questionCount: 6,
    inputs,
    boom: boomFrom(inputs),
    occupancy: { ...occupancyFrom(inputs, INITIAL_STATE.occupancy), scale },
    mode: { ...serviceFrom(inputs, INITIAL_STATE.standing), link: "online" },
    entryLight: passage === null && inputs !== null ? "green" : "red",
    exitLight: passage?.phase === "crossing" ? "green" : "red",
    timers: {
      phase: due,
      identity: due,
      vacated: due,
      "under-clear": due,
      "lane:arrival": due,
      "recapture:front": due,
    },
    passage,
    next,
  };
}

/** A step that changes nothing, to ask whether a state by itself is allowed. */
const NOTHING: LaneEvent = { type: "link", at: NOW, utc: EPOCH, up: true, detail: "" };

function isAllowed(state: LaneState): boolean {
  try {
    assertInvariants(state, NOTHING, { state, effects: [] });
    return true;
  } catch {
    return false;
  }
}

/** Every allowed state of a phase, or with no passage; frozen, so that a step that writes into one is found out. */
export function statesIn(phase: Phase | null): readonly LaneState[] {
  const passages = phase === null ? [null] : passagesIn(phase);
  return surroundings().flatMap(([inputs, load]) =>
    passages
      .flatMap((passage) => {
        const alone = stateWith(inputs, load, passage);
        const second = passage?.deckLeft === true ? [stateWith(inputs, load, passage, BEHIND)] : [];
        return [alone, ...second];
      })
      .filter(isAllowed)
      .map(deepFreeze),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
