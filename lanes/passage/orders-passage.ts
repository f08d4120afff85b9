import type { DecisionRecord, IdentityRead } from "#contract/decision";
import { classifyPlate, isContainerNumber, normaliseIdentifier } from "#contract/identifiers";
import type { Order, Wish } from "#contract/order";
import { conductOf } from "../decision/conduct-policy.ts";
import { isTrailerPlate, OFFICER_SOURCE } from "../fusion/fuse.ts";
import { addReads } from "./identify.ts";
import { arm, enterHold, holdForOfficer, isBlocked, judge, revoke, verdictOf } from "./judge.ts";
import type { Passage, Phase } from "./model.ts";
import { UNIDENTIFIED } from "./open-close.ts";
import { done, type Heard, overrideMade, refused, waitFor } from "./order-answers.ts";
import type { Turn } from "./turn.ts";
import { refuseVehicle } from "./vehicles.ts";

const BEFORE_THE_BOOM: readonly Phase[] = ["identify", "position", "weigh", "seal", "decide", "armed", "hold"];

const isOpen = (turn: Turn, passage: string): boolean => turn.state.passage?.id === passage;

/** An officer lets a held vehicle pass (domain guide, 5.1, HOLD). Vetoes of safety and of suspension stay. */
export function passOrder(turn: Turn, order: Order, id: string): Heard {
  if (!isOpen(turn, id)) return refused("NO_PASSAGE");
  const { phase, decision, result, lookup } = turn.passage;
  if (phase !== "hold") return refused("NOT_HELD", `it is in ${phase}`);
  const over = isOver(result);
  if (over !== null) return over;
  if (decision?.verdict === "DIVERT" && turn.passage.needsOfficer) return refused("DIVERTED");
  if (turn.state.mode.service !== "auto") return refused("LANE_NOT_READY", turn.state.mode.because);
  if (turn.state.boom !== "closed") return refused("BOOM_NOT_CLOSED");
  const { site, occupancy } = turn.state;
  if (site.weighbridge && occupancy.scale === "empty") return refused("NOT_THERE");
  if (lookup !== null) return refused("LOOKING_UP");
  const mayPassBlocked = conductOf(turn.policy).officer.blockedRoles.includes(order.by.role);
  const record = verdictOf(turn);
  if (isBlocked(turn, record) && !mayPassBlocked) return refused("BLOCKED", record.reason);
  const clearance = freeClearance(turn, record);
  overrideMade(turn, order, { verdict: record.verdict, because: record.reason, clearance: clearance?.id ?? null });
  const officer = { order: order.id, mayPassBlocked };
  const wouldBe = { ...record, verdict: "PASS", reason: "OFFICER_PASSED", decidingRule: null } as const;
  turn.update({ needsOfficer: false });
  arm(turn, { ...wouldBe, clearance, by: "officer" }, officer);
  return waitFor(turn, order, id);
}

/** The clearance that was matched, unless another passage has it. */
function freeClearance(turn: Turn, { clearance }: Pick<DecisionRecord, "clearance">): DecisionRecord["clearance"] {
  const cached = (turn.passage.candidates ?? []).find((one) => one.clearance.id === clearance?.id);
  const free = cached?.consumption === "none" || cached?.passage === turn.passage.id;
  return free ? clearance : null;
}

/** An officer sends the vehicle back. */
export function refuseOrder(turn: Turn, order: Order, id: string): Heard {
  const stop = mayBeStopped(turn, id);
  if (stop !== null) return stop;
  overrideMade(turn, order);
  stopHere(turn, "an officer refuses the vehicle");
  const { at } = turn.event;
  const decision = { verdict: "BLOCK", reason: "OFFICER_REFUSED", at, clearance: null, durable: false } as const;
  turn.update({ decision, needsOfficer: true });
  if (turn.passage.phase !== "hold") enterHold(turn, "an officer refuses the vehicle");
  turn.cancelTimer("phase");
  refuseVehicle(turn);
  return done("the vehicle is refused and has to leave the lane backwards");
}

/** An officer wants to look at the vehicle, whatever the rules say. */
export function holdOrder(turn: Turn, order: Order, id: string): Heard {
  const stop = mayBeStopped(turn, id);
  if (stop !== null) return stop;
  overrideMade(turn, order);
  stopHere(turn, "an officer holds the vehicle");
  holdForOfficer(turn, "OFFICER_DECIDES");
  enterHold(turn, "an officer holds the vehicle");
  return done("the vehicle is held until it is passed, refused or released");
}

function mayBeStopped(turn: Turn, id: string): Heard | null {
  if (!isOpen(turn, id)) return refused("NO_PASSAGE");
  const over = isOver(turn.passage.result);
  if (over !== null) return over;
  return BEFORE_THE_BOOM.includes(turn.passage.phase) ? null : refused("TOO_LATE", `it is in ${turn.passage.phase}`);
}

/** The vehicle of the passage has gone, as far as is known: nothing can be said about it that would still matter. */
function isOver(result: Passage["result"]): Heard | null {
  if (result === "ABANDONED") return null;
  return result === "UNCERTAIN" ? refused("RESOLVE_FIRST") : refused("TOO_LATE", "the vehicle has gone");
}

function stopHere(turn: Turn, why: string): void {
  if (turn.passage.phase === "weigh") turn.effect({ type: "stop-weighing" });
  if (turn.passage.decision?.verdict === "PASS") revoke(turn, why);
}

/** A vehicle that was held for an officer is judged by the rules again. */
export function releaseOrder(turn: Turn, order: Order, id: string): Heard {
  if (!isOpen(turn, id)) return refused("NO_PASSAGE");
  const { phase, needsOfficer, result } = turn.passage;
  if (phase !== "hold" || !needsOfficer) return refused("NOT_HELD", "only what waits for an officer can be released");
  const over = isOver(result);
  if (over !== null) return over;
  if (turn.state.boom !== "closed") return refused("BOOM_NOT_CLOSED");
  overrideMade(turn, order);
  // Whatever was read and weighed may be of a vehicle that has left: it is looked at anew.
  turn.update({ ...UNIDENTIFIED, needsOfficer: false });
  turn.cancelAllTimers();
  turn.enter("identify", null, "an officer has released the vehicle");
  return done("the vehicle is judged by the rules again");
}

/**
 * What an officer has read with his own eyes, kept beside what the machines read (Circular 38/2015 as amended, article
 * 52.8). It counts as one source, `officer`, and instead of the machine reads of its kind.
 */
export function correctOrder(turn: Turn, order: Order, wish: Extract<Wish, { name: "correct" }>): Heard {
  if (!isOpen(turn, wish.passage)) return refused("NO_PASSAGE");
  const { passage } = turn;
  if (!BEFORE_THE_BOOM.includes(passage.phase) || passage.phase === "armed") {
    return refused("TOO_LATE", `it is in ${passage.phase}`);
  }
  if (wish.field === "seal") return sealCorrected(turn, order, wish.value);
  const reads = readsOfOfficer(wish.field, wish.value);
  if (reads === null) return refused("VALUE", wish.value);
  overrideMade(turn, order);
  turn.update({ reads: withoutEarlier(passage, wish.field) });
  const before = turn.state.questionCount;
  addReads(turn, reads);
  // No new question to the cache: what it has answered already is looked at again.
  const { phase, needsOfficer, candidates } = turn.passage;
  if (turn.state.questionCount === before && phase === "hold" && !needsOfficer && candidates !== null) judge(turn);
  return done(`${wish.field} ${reads.map(({ text }) => text).join(" and ")} is taken as read by an officer`);
}

/** Two containers may be entered at once, parted by a comma. */
function readsOfOfficer(field: "container" | "plate" | "trailer", value: string): IdentityRead[] | null {
  const parts = field === "container" ? value.split(/[,;+/]/) : [value];
  const reads = parts.map((raw): IdentityRead => {
    const kind = field === "container" ? "container" : "plate";
    const text = normaliseIdentifier(raw);
    const check = kind === "container" ? ({ check: "verified" } as const) : {};
    return { kind, raw, text, confidence: OFFICER_CONFIDENCE, source: OFFICER_SOURCE, ...check };
  });
  const fits = ({ text }: IdentityRead) => {
    if (field === "container") return isContainerNumber(text);
    return classifyPlate(text) !== undefined && isTrailerPlate(text) === (field === "trailer");
  };
  return reads.length > 0 && reads.length <= 2 && reads.every(fits) ? reads : null;
}

/** People err too: an officer is very sure, never certain. */
const OFFICER_CONFIDENCE = 0.99;

function withoutEarlier({ reads }: Passage, field: string): readonly IdentityRead[] {
  return reads.filter(({ kind, source, text }) => {
    if (source !== OFFICER_SOURCE) return true;
    if (field === "container") return kind !== "container";
    return kind !== "plate" || isTrailerPlate(text) !== (field === "trailer");
  });
}

function sealCorrected(turn: Turn, order: Order, value: string): Heard {
  const text = normaliseIdentifier(value);
  if (!/^[A-Z0-9]{4,35}$/.test(text)) return refused("VALUE", value);
  overrideMade(turn, order);
  const seals = turn.passage.seals.filter((seal) => seal.text !== text);
  turn.update({ seals: [...seals, { kind: "carrier", text, state: "intact", source: OFFICER_SOURCE }] });
  const { phase, needsOfficer, candidates } = turn.passage;
  if (phase === "hold" && !needsOfficer && candidates !== null) judge(turn);
  return done(`seal ${text} is taken as read by an officer`);
}
