import type { Boom, LaneEvent, Mode, PassageResult, Phase, ScaleLoad, Zone } from "./model.ts";

/**
 * The four machines of a lane as data: what may follow what, and on which event. A step that does anything else is a
 * defect, see `transitionsAreInTheTables`. `any`: the machine looks at facts, whatever event has brought them.
 */

type Kind = LaneEvent["type"];
export interface Transition<From extends string, To extends string = From> {
  readonly from: From;
  readonly to: To;
  readonly on: readonly Kind[] | "any";
  /** For the drawing. */
  readonly when: string;
}

const row = <From extends string, To extends string>(
  from: From,
  to: To,
  on: readonly Kind[] | "any",
  when: string,
): Transition<From, To> => ({ from, to, on, when });

const LOST: readonly Kind[] = ["started", "device-health"];
const TIMER: readonly Kind[] = ["timer-expired"];
const ORDER: readonly Kind[] = ["order"];
const NEWS: readonly Kind[] = [
  "capture-result",
  "plate-seen",
  "id-seen",
  "seal-read",
  "gate-inputs",
  "clearances-found",
  "order",
];

/** One zone of machine 1: what a loop or a photo-eye says. */
export const ZONE_TRANSITIONS: readonly Transition<Zone>[] = [
  row("unknown", "clear", ["gate-inputs"], "read, off"),
  row("unknown", "occupied", ["gate-inputs"], "read, on"),
  row("clear", "occupied", ["gate-inputs"], "on"),
  row("occupied", "clear", ["gate-inputs"], "off"),
  row("clear", "unknown", LOST, "not read any more"),
  row("occupied", "unknown", LOST, "not read any more"),
];

/** The weighbridge in machine 1. */
export const SCALE_TRANSITIONS: readonly Transition<ScaleLoad>[] = [
  row("unknown", "empty", ["scale-load"], "read, nothing on it"),
  row("unknown", "loaded", ["scale-load"], "read, a load on it"),
  row("empty", "loaded", ["scale-load"], "somebody drives on"),
  row("loaded", "empty", ["scale-load"], "it drives off"),
  row("empty", "unknown", ["scale-load", ...LOST], "not read any more"),
  row("loaded", "unknown", ["scale-load", ...LOST], "not read any more"),
];

const BOOMS: readonly Boom[] = ["closed", "moving", "open", "fault"];

/** Machine 2: the boom is where its limit switches say, and between two readings it may have gone anywhere. */
export const BOOM_TRANSITIONS: readonly Transition<Boom>[] = [
  ...BOOMS.flatMap((from) =>
    BOOMS.filter((to) => to !== from).map((to) => row(from, to, ["gate-inputs"], "its limit switches say so")),
  ),
  ...BOOMS.flatMap((one) => [
    row("unknown", one, ["gate-inputs"], "read"),
    row(one, "unknown", LOST, "not read any more"),
  ]),
];

const SERVICES: readonly Exclude<Mode["service"], "starting">[] = ["auto", "manual", "maintenance", "out-of-service"];

/** Machine 3: inputs, faults that stand and people decide; every start begins anew. */
export const MODE_TRANSITIONS: readonly Transition<Mode["service"]>[] = [
  ...SERVICES.flatMap((from) =>
    SERVICES.filter((to) => to !== from).map((to) =>
      row(from, to, ["gate-inputs", "device-health", "order", "timer-expired"], "inputs, a fault or a person"),
    ),
  ),
  ...SERVICES.flatMap((one) => [
    row("starting", one, ["gate-inputs", "device-health", "order"], "the gate is read, or known to be lost"),
    row(one, "starting", ["started"], "the daemon starts"),
  ]),
];

const BEFORE: readonly Phase[] = ["identify", "position", "weigh", "seal", "decide", "armed", "hold"];
const ALL: readonly Phase[] = [...BEFORE, "opening", "crossing", "clearing", "closing", "watched", "recovering"];

/** Machine 4: one passage. What stands in capitals is how it ends. */
export const PASSAGE_TRANSITIONS: readonly Transition<Phase | "new", Phase | PassageResult>[] = [
  row("new", "identify", "any", "a vehicle has arrived"),
  row("identify", "position", "any", "it drives on to the weighbridge"),
  row("identify", "decide", "any", "a lane without weighbridge"),
  row("position", "weigh", "any", "it stands there as a whole"),
  row("position", "decide", TIMER, "no position in time"),
  row("position", "identify", ["scale-load", "device-health"], "off the deck, or the scale is not read"),
  row("weigh", "position", "any", "a photo-eye is broken again"),
  row("weigh", "decide", "any", "weighed, or not to be weighed"),
  row("weigh", "identify", ["scale-load"], "off the deck"),
  row("decide", "seal", "any", "an electronic seal is not heard yet"),
  row("seal", "decide", TIMER, "not heard in time"),
  row("seal", "armed", "any", "PASS"),
  row("seal", "hold", "any", "no PASS"),
  row("seal", "identify", ["scale-load"], "off the deck"),
  row("decide", "armed", "any", "PASS"),
  row("decide", "hold", "any", "no PASS"),
  row("decide", "identify", ["scale-load"], "off the deck"),
  row("armed", "opening", "any", "the PASS is on the disk and still stands"),
  row("armed", "decide", "any", "a veto before the boom moved"),
  row("armed", "position", "any", "it has moved"),
  row("armed", "identify", ["scale-load"], "off the deck"),
  row("armed", "hold", ["order", "vehicle-left", "vehicle-lost"], "a person, or the vehicle itself, takes it back"),
  row("hold", "armed", NEWS, "new facts give a PASS, or an officer does"),
  row("hold", "weigh", "any", "it stands right after all"),
  row("hold", "identify", [...ORDER, "gate-inputs"], "released, its past is resolved, or it backs off"),
  row("hold", "decide", ["gate-inputs"], "no weighbridge, and it backs off or another comes"),
  ...(["identify", "position", "weigh"] as const).map((from) => row(from, "hold", ORDER, "held or refused")),
  row("opening", "crossing", "any", "the boom is open"),
  row("opening", "decide", TIMER, "it did not open, once more"),
  row("opening", "hold", TIMER, "it did not open"),
  row("opening", "clearing", "any", "it stopped on its way, or is open and the vehicle is lost or gone"),
  row("crossing", "clearing", "any", "it has passed, backed off or does not come"),
  row("clearing", "crossing", "any", "it drives on after all"),
  row("clearing", "closing", TIMER, "the zone is clear for long enough"),
  row("clearing", "hold", "any", "closed, and it is still before it"),
  row("closing", "clearing", "any", "somebody came under it, or it did not close"),
  row("closing", "hold", "any", "closed, and it is still before it"),
  ...BEFORE.map((from) => row(from, "watched", "any", "it goes under a boom that is open for nobody")),
  row("watched", "identify", "any", "it backed off"),
  row("identify", "clearing", "any", "it follows another vehicle"),
  ...ALL.map((from) => row(from, "recovering", LOST, "the lane is not watched any more")),
  row("recovering", "crossing", "any", "read again, the boom is open"),
  row("recovering", "clearing", "any", "read again, and nobody is there"),
  row("recovering", "hold", "any", "nobody knows what happened"),
  row("recovering", "identify", "any", "read again, the boom is closed"),
  ...BEFORE.filter((from) => from !== "hold").map((from) =>
    row(from, "ABANDONED", [...TIMER, ...LOST], "it backs out"),
  ),
  ...BEFORE.map((from) => row(from, "UNCERTAIN", "any", "it left while the boom was not closed")),
  row("hold", "REFUSED", TIMER, "it backs out"),
  row("hold", "DIVERTED", TIMER, "it leaves for the bay"),
  ...(["PASSED", "PASSED_OFFICER", "UNCERTAIN", "UNVERIFIED_PASSAGE"] as const).flatMap((result) =>
    (["hold", "crossing", "clearing", "closing", "recovering"] as const)
      .filter((from) => (from !== "hold" && from !== "crossing") || result !== "UNCERTAIN")
      .map((from) => row(from, result, "any", "the boom is closed, or another follows")),
  ),
  ...(["clearing", "closing", "recovering", "watched"] as const).map((from) =>
    row(from, "ABANDONED", "any", "it did not cross"),
  ),
  row("watched", "MANUAL", "any", "it went through a boom opened by hand"),
  row("watched", "UNVERIFIED_PASSAGE", "any", "it went through without a PASS"),
];
