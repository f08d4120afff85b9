import type { Clearance } from "#contract/clearance";
import type { DecisionRecord } from "#contract/decision";
import type { ClearanceIndex } from "#control/clearance-index";
import type { LanePolicy } from "#lanes/decision/policy";
import { ANSWER_MS } from "#lanes/decision/quality-rules";
import { utcOf } from "#lanes/decision/time";
import type { LaneSite } from "#lanes/passage/model";
import type { Vehicle } from "../world/vehicle.ts";

/** The truth and the lane's own list, for the checks only. */
export interface Truth {
  /** The core's own invariants on a sample of the steps only; every other promise after every step. */
  readonly fast?: boolean;
  readonly policy: LanePolicy;
  readonly site: LaneSite;
  readonly index: () => ClearanceIndex;
  /** Every record of the lane's list. */
  readonly listed: () => readonly Clearance[];
  /** The lane reaches its gate; without it nobody can lower a boom that is up. */
  readonly gateReached?: () => boolean;
  /** The arm is truly down, whatever the lane believes. */
  readonly boomIsDown?: () => boolean;
  /** By how much the lane's clock is ahead of the right time, milliseconds. */
  readonly clockWrongByMs?: () => number;
  /** For how long operations cannot have confirmed anything to the lane, milliseconds. */
  readonly operationsSilentMs?: () => number;
  /** The lane has heard that a clearance was used up in another lane. */
  readonly usedElsewhere?: (clearance: string) => boolean;
  /** The vehicle that is judged now, if one stands there. */
  readonly judged: () => Vehicle | undefined;
}

/** What was counted beside the promises. */
export interface Tally {
  passages: number;
  passes: number;
  wrongPass: number;
  clonePass: number;
  /** PASSes for a vehicle one character off the record, of which a camera said that it is the one of the record. */
  misreadPass: number;
  /** PASSes that an officer gave. */
  officerPass: number;
  passWithNobodyThere: number;
  crossedWithoutPass: number;
}

export type Decision = Omit<DecisionRecord, "policyHash">;

/** What the disk says of the clearances: used up, and reserved with the passage that has them. */
export interface Uses {
  readonly consumed: ReadonlySet<string>;
  readonly reserved: ReadonlyMap<string, string>;
}

/** A clock that is set back by less than this while the daemon is away looks like one that went on, milliseconds. */
const UNSEEN_SETTING_MS = 600_000;

/** What must hold of every PASS: on what it rests, and whom it is for. */
export class PassWatch {
  readonly #truth: Truth;
  readonly #tally: Tally;
  readonly #uses: Uses;
  readonly #fail: (promise: string, detail: string) => void;

  constructor(truth: Truth, tally: Tally, uses: Uses, fail: (promise: string, detail: string) => void) {
    this.#truth = truth;
    this.#tally = tally;
    this.#uses = uses;
    this.#fail = fail;
  }

  /** Whether a PASS may rest on what the lane knows, and what it has read. */
  isEarned(decision: Decision, passage: string, utc: number): void {
    const promise = "a PASS rests on a live record, two identities from two devices, and a weight";
    const { container, plate, weight } = decision.input;
    const id = decision.clearance?.id ?? "none";
    const record = this.recordOf(decision);
    const broken = (what: string) => this.#fail(promise, `${id}: ${what}`);
    if (record === undefined) return broken("there is no such record");
    if (record.holds.length > 0) broken(`held: ${record.holds.map((hold) => hold.kind).join(", ")}`);
    if (record.status === "PENDING" || record.status === "REVOKED") broken(record.status);
    if (!(utcOf(record.validFrom) <= utc && utc <= utcOf(record.validTo))) broken("not valid now");
    const inTruth = utc - (this.#truth.clockWrongByMs?.() ?? 0);
    if (inTruth - UNSEEN_SETTING_MS > utcOf(record.validTo)) broken("expired, by a clock that was set back");
    if (this.#uses.consumed.has(id)) broken("used before");
    if ((this.#uses.reserved.get(id) ?? passage) !== passage) broken(`reserved by ${this.#uses.reserved.get(id)}`);
    const boxes = record.containers.map((one) => one.number);
    const { tractorPlate } = record.vehicle;
    const bare = boxes.length === 0 && container === null;
    const containerOff = bare ? 0 : Math.min(...boxes.map((number) => edits(container?.text ?? "", number)));
    const plateOff = isKnownOtherwise(decision, record) ? 0 : edits(plate?.text ?? "", tractorPlate);
    // One of the two may be a likely misreading, one character off, of the only thing expected that it can be.
    if (containerOff > 1 || plateOff > 1 || containerOff + plateOff > 1) {
      broken(`read ${container?.text}, ${plate?.text}; the record says ${boxes.join()}, ${tractorPlate}`);
    }
    const repaired = containerOff === 1 ? boxes : plateOff === 1 ? [tractorPlate] : [];
    if (repaired.length > 0 && !repaired.some((meant) => wasSeen(decision, meant))) {
      broken("one character off, and nobody has read anything else");
    }
    const rivals = containerOff + plateOff === 0 ? [] : this.#truth.listed().filter((one) => isNear(one, decision));
    if (rivals.some((one) => one.id !== id)) broken(`it could also be ${rivals.map((one) => one.id).join()}`);
    const { tag, qr, client, seals = [] } = decision.input;
    const sources = [container, plate, tag, qr, client].flatMap((one) => one?.sources ?? []);
    if (new Set(sources.map((one) => one.split(":")[0])).size < 2) broken("one device only");
    if (seals.some(({ state }) => state === "broken" || state === "alarm")) broken("a seal was opened");
    if (this.#truth.site.weighbridge && weight?.zeroSeen !== true) broken("not weighed after a zero");
  }

  /** Whether a PASS of the lane's own says how old the list is that it rests on. */
  isConfirmed({ by, grounds = [], clearance }: Decision): void {
    const promise = "a PASS of the lane rests on a list that operations have confirmed in time";
    const { freshMs, limitMs } = this.#truth.policy.offline;
    const silentMs = (this.#truth.operationsSilentMs?.() ?? 0) - UNSEEN_SETTING_MS;
    if (by !== "lane") return;
    if (silentMs > Math.max(limitMs, ANSWER_MS)) this.#fail(promise, `${clearance?.id} beyond the limit`);
    if (silentMs > Math.max(freshMs, ANSWER_MS) && !grounds.includes("offlineStale")) {
      this.#fail(promise, `${clearance?.id} as if the list were fresh`);
    }
  }

  /** Whether the PASS is for the vehicle that stands there. */
  isForThisVehicle(decision: Decision, passage: string | null): void {
    const { clearance } = decision;
    const vehicle = this.#truth.judged();
    if (vehicle === undefined) {
      this.#tally.passWithNobodyThere += 1;
      return;
    }
    if (vehicle.entitledTo === clearance?.id) return;
    const record = this.recordOf(decision);
    const painted =
      record?.vehicle.tractorPlate === vehicle.plate &&
      record.containers.some((one) => one.number === vehicle.container);
    if (painted) {
      this.#tally.clonePass += 1;
      return;
    }
    if (record !== undefined && wasMisread(decision, vehicle, record)) {
      this.#tally.misreadPass += 1;
      return;
    }
    this.#tally.wrongPass += 1;
    this.#fail(
      "a PASS is for the vehicle of the record",
      `${passage}: ${vehicle.id} (${vehicle.act}, ${vehicle.plate}, ${vehicle.container}) passed on ${clearance?.id}`,
    );
  }

  /** The record of a decision as the lane's list has it now; undefined when it is gone or names something else. */
  recordOf({ clearance, input }: Decision): Clearance | undefined {
    const found = this.#truth.index().find(input.container?.text ?? null, input.plate?.text ?? null);
    return (
      found.find((one) => one.clearance.id === clearance?.id)?.clearance ??
      this.#truth.listed().find((one) => one.id === clearance?.id)
    );
  }
}

/**
 * Whether a camera itself reported what stands in the record, on a vehicle that differs from it in one character: then
 * nothing that the lane was shown says that this is another vehicle.
 */
function wasMisread({ input }: Decision, vehicle: Vehicle, record: Clearance): boolean {
  const reported = (kind: "plate" | "container", meant: string, painted: string) =>
    meant === painted ||
    (edits(meant, painted) === 1 && input.reads.some((read) => read.kind === kind && read.text === meant));
  return (
    reported("plate", record.vehicle.tractorPlate, vehicle.plate) &&
    record.containers.some(({ number }) => reported("container", number, vehicle.container))
  );
}

/**
 * Whether a transponder, a certificate or the papers name the vehicle where its plate could not be read. Papers only where
 * the policy lets them; a plate that was read surely and is another one is never outweighed.
 */
function isKnownOtherwise({ input, grounds = [] }: Decision, { vehicle, declarationNo }: Clearance): boolean {
  const names = input.tag?.text === vehicle.tractorPlate || input.client?.text === vehicle.tractorPlate;
  const papers = grounds.includes("plateByCode") && input.qr?.text.slice(0, 11) === declarationNo.slice(0, 11);
  return (names || papers) && (input.plate === null || input.plate.confidence < SURE);
}

/** Above this certainty a plate is read, whatever the policy says of less. */
const SURE = 0.8;

/** Whether some read says what is meant, or saw a character of it beside its own; or a transponder names the vehicle. */
function wasSeen({ input }: Decision, meant: string): boolean {
  if (input.tag?.text === meant) return true;
  return input.reads.some(
    ({ text, rivals = [] }) =>
      text === meant || rivals.some(({ position, character }) => meant[position] === character),
  );
}

/** Whether both things that were read are at most one character off this record. */
function isNear({ containers, vehicle }: Clearance, { input }: Decision): boolean {
  const box = containers.some((one) => edits(input.container?.text ?? "", one.number) <= 1);
  return box && edits(input.plate?.text ?? "", vehicle.tractorPlate) <= 1;
}

/** Characters that differ; 99 when the lengths do. */
function edits(a: string, b: string): number {
  if (a.length !== b.length) return 99;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count += 1;
  return count;
}
