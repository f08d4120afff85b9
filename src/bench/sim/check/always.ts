import type { Clearance } from "#contract/clearance";
import type { DecisionRecord } from "#contract/decision";
import { messageOf } from "#contract/errors";
import type { ClearanceIndex } from "#control/clearance-index";
import type { LanePolicy } from "#lanes/decision/policy";
import { utcOf } from "#lanes/decision/time";
import type { InterlockImage, Permit } from "#lanes/interlock/permit";
import { assertInvariants } from "#lanes/passage/invariants";
import type { LaneEffect, LaneEvent, LaneSite, LaneState, Step } from "#lanes/passage/model";
import { type CommandEffect, decisionOf, movesBoom, type RecordEffect, textOf } from "../lane-view.ts";
import type { Row } from "../shell/memory-store.ts";
import type { Vehicle } from "../world/vehicle.ts";
import { GateWatch } from "./gate-watch.ts";

/** A promise that was broken: which one, and what was seen. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

/** The truth and the lane's own list, for the checks only. */
export interface Truth {
  readonly policy: LanePolicy;
  readonly site: LaneSite;
  readonly index: () => ClearanceIndex;
  /** Every record of the lane's list. */
  readonly listed: () => readonly Clearance[];
  /** The vehicle that is judged now, if one stands there. */
  readonly judged: () => Vehicle | undefined;
}

/** What was counted beside the promises. */
export interface Tally {
  passages: number;
  passes: number;
  wrongPass: number;
  clonePass: number;
  passWithNobodyThere: number;
  crossedWithoutPass: number;
}

type Decision = Omit<DecisionRecord, "policyHash">;

interface Earned {
  readonly boot: string;
  readonly decision: Decision;
  raised: boolean;
}

interface Raise {
  readonly passage: string;
  readonly vehicle: Vehicle | undefined;
  crossings: number;
}

/**
 * What must hold after every step, checked against the truth of the simulated world and against the journal, in words of
 * its own: nothing here asks the core whether the core is right.
 */
export class AlwaysChecks {
  readonly violations: Violation[] = [];
  readonly tally: Tally = {
    passages: 0,
    passes: 0,
    wrongPass: 0,
    clonePass: 0,
    passWithNobodyThere: 0,
    crossedWithoutPass: 0,
  };
  readonly #truth: Truth;
  readonly #gate: GateWatch;
  /** PASSes on the disk, by passage. */
  readonly #earned = new Map<string, Earned>();
  readonly #consumed = new Set<string>();
  /** Reserved clearances, with the passage that has them. */
  readonly #reserved = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #closed = new Set<string>();
  #boot = "";
  #raise: Raise | null = null;

  constructor(truth: Truth) {
    this.#truth = truth;
    this.#gate = new GateWatch(truth, (promise, detail) => this.fail(promise, detail));
  }

  get openPassages(): readonly string[] {
    return [...this.#open];
  }

  fail(promise: string, detail: string): void {
    this.violations.push({ promise, detail });
  }

  booted(boot: string): void {
    this.#boot = boot;
    this.#gate.booted();
  }

  stepped(before: LaneState, event: LaneEvent, step: Step): void {
    try {
      assertInvariants(before, event, step);
    } catch (error) {
      this.fail("the core keeps its own invariants", messageOf(error));
    }
    this.#gate.hears(event);
    for (const effect of step.effects) {
      if (effect.type === "command") this.#gate.wants(effect, event);
      if (effect.type === "command" && effect.command.type === "raise-boom") this.#wantsUp(effect);
      if (effect.type === "record") this.#records(effect, event);
    }
  }

  asked(effect: CommandEffect, permission: Permit, image: InterlockImage): void {
    if (!permission.permitted || !movesBoom(effect)) return;
    this.#gate.goesOut(effect, image);
    if (effect.command.type === "raise-boom") this.#raises(effect);
  }

  durable(row: Row): void {
    for (const effect of row.effects) if (effect.type === "consumption") this.#uses(effect);
    for (const effect of row.effects) if (effect.type === "record") this.#onDisk(effect, row.boot);
  }

  /** A vehicle has truly passed the boom; true when it did so on a PASS of its own. */
  crossed(vehicle: Vehicle): boolean {
    const raise = this.#raise;
    if (raise === null || raise.crossings > 0) {
      this.tally.crossedWithoutPass += 1;
      return false;
    }
    raise.crossings += 1;
    if (vehicle.id === raise.vehicle?.id) return true;
    const meant = raise.vehicle === undefined ? "nobody" : raise.vehicle.id;
    this.fail(
      "the vehicle that drives through is the one that was passed",
      `${vehicle.id} drove through on the PASS of ${raise.passage}, which was for ${meant}`,
    );
    return false;
  }

  /** The boom is truly down. */
  boomIsDown(): void {
    this.#raise = null;
  }

  #wantsUp({ passage }: CommandEffect): void {
    const earned = this.#earned.get(passage ?? "");
    const found = earned === undefined ? undefined : this.#recordOf(earned.decision);
    const suspended = found?.holds.some((hold) => hold.kind === "SUSPENDED") ?? true;
    if (suspended || found?.status === "REVOKED") {
      const id = earned?.decision.clearance?.id;
      this.fail(
        "a clearance that the lane knows to be suspended or withdrawn keeps the boom down",
        `${passage}, ${id}`,
      );
    }
  }

  #raises({ passage, commandId }: CommandEffect): void {
    const earned = this.#earned.get(passage ?? "");
    const promise = "the boom is raised once, on a PASS of this passage that is on the disk since this start";
    if (earned === undefined || passage === null) return this.fail(promise, `${commandId}: ${passage} has none`);
    if (earned.boot !== this.#boot) this.fail(promise, `${commandId}: the PASS of ${passage} is from ${earned.boot}`);
    if (earned.raised) this.fail(promise, `${commandId}: raised again on the PASS of ${passage}`);
    earned.raised = true;
    this.#raise = { passage, vehicle: this.#truth.judged(), crossings: 0 };
  }

  #records(effect: RecordEffect, event: LaneEvent): void {
    if (effect.entry === "decision.revoked") this.#earned.delete(effect.passage ?? "");
    if (effect.entry === "passage.opened") this.tally.passages += 1;
    const decision = decisionOf(effect);
    if (decision?.verdict !== "PASS" || decision.by !== "lane") return;
    this.tally.passes += 1;
    this.#isEarned(decision, effect.passage ?? "", event.utc);
    this.#isForThisVehicle(decision, effect.passage);
  }

  #isEarned(decision: Decision, passage: string, utc: number): void {
    const promise = "a PASS rests on a live record, two identities from two cameras, and a weight";
    const { container, plate, weight } = decision.input;
    const id = decision.clearance?.id ?? "none";
    const record = this.#recordOf(decision);
    const broken = (what: string) => this.fail(promise, `${id}: ${what}`);
    if (record === undefined) return broken("there is no such record");
    if (record.holds.length > 0) broken(`held: ${record.holds.map((hold) => hold.kind).join(", ")}`);
    if (record.status === "PENDING" || record.status === "REVOKED") broken(record.status);
    if (!(utcOf(record.validFrom) <= utc && utc <= utcOf(record.validTo))) broken("not valid now");
    if (this.#consumed.has(id)) broken("used before");
    if ((this.#reserved.get(id) ?? passage) !== passage) broken(`reserved by ${this.#reserved.get(id)}`);
    const boxes = record.containers.map((one) => one.number);
    const { tractorPlate } = record.vehicle;
    const containerOff = Math.min(...boxes.map((number) => edits(container?.text ?? "", number)));
    const plateOff = edits(plate?.text ?? "", tractorPlate);
    // One of the two may be a likely misreading, one character off, of the only thing expected that it can be.
    if (containerOff > 1 || plateOff > 1 || containerOff + plateOff > 1) {
      broken(`read ${container?.text}, ${plate?.text}; the record says ${boxes.join()}, ${tractorPlate}`);
    }
    const rivals = containerOff + plateOff === 0 ? [] : this.#truth.listed().filter((one) => isNear(one, decision));
    if (rivals.some((one) => one.id !== id)) broken(`it could also be ${rivals.map((one) => one.id).join()}`);
    const cameras = new Set([...(container?.sources ?? []), ...(plate?.sources ?? [])].map((one) => one.split(":")[0]));
    if (cameras.size < 2) broken("one camera only");
    if (this.#truth.site.weighbridge && weight?.zeroSeen !== true) broken("not weighed after a zero");
  }

  #isForThisVehicle(decision: Decision, passage: string | null): void {
    const { clearance } = decision;
    const vehicle = this.#truth.judged();
    if (vehicle === undefined) {
      this.tally.passWithNobodyThere += 1;
      return;
    }
    if (vehicle.entitledTo === clearance?.id) return;
    const record = this.#recordOf(decision);
    const painted =
      record?.vehicle.tractorPlate === vehicle.plate &&
      record.containers.some((one) => one.number === vehicle.container);
    if (painted) {
      this.tally.clonePass += 1;
      return;
    }
    this.tally.wrongPass += 1;
    this.fail(
      "a PASS is for the vehicle of the record",
      `${passage}: ${vehicle.id} (${vehicle.act}, ${vehicle.plate}, ${vehicle.container}) passed on ${clearance?.id}`,
    );
  }

  /** The record of a decision as the lane's list has it now; undefined when it is gone or names something else. */
  #recordOf({ clearance, input }: Decision): Clearance | undefined {
    const found = this.#truth.index().find(input.container?.text ?? null, input.plate?.text ?? null);
    return (
      found.find((one) => one.clearance.id === clearance?.id)?.clearance ??
      this.#truth.listed().find((one) => one.id === clearance?.id)
    );
  }

  #onDisk(effect: RecordEffect, boot: string): void {
    const passage = effect.passage ?? "";
    if (effect.entry === "passage.opened") this.#opens(passage);
    if (effect.entry === "passage.closed") this.#closes(passage, textOf(effect, "result"));
    const decision = decisionOf(effect);
    if (decision?.verdict !== "PASS" || decision.clearance === null) return;
    this.#earned.set(passage, { boot, decision, raised: false });
  }

  #opens(passage: string): void {
    if (this.#closed.has(passage) || this.#open.has(passage)) {
      this.fail("a passage is opened once and closed once", `${passage} was opened again`);
    }
    this.#open.add(passage);
  }

  #closes(passage: string, result: string): void {
    if (!this.#open.delete(passage) || result === "") {
      this.fail("a passage is opened once and closed once", `${passage} was closed as ${result || "nothing"}`);
    }
    this.#closed.add(passage);
    this.#earned.delete(passage);
    const kept = [...this.#reserved].find(([, holder]) => holder === passage);
    if (kept === undefined || result === "UNCERTAIN") return;
    this.fail("who did not pass gives the clearance back", `${passage}, ${result}, keeps ${kept[0]}`);
  }

  #uses({ clearance, consumption, passage }: Extract<LaneEffect, { type: "consumption" }>): void {
    if (consumption === "reserved") this.#reserved.set(clearance, passage);
    else this.#reserved.delete(clearance);
    if (consumption !== "consumed") return;
    if (this.#consumed.has(clearance)) {
      this.fail("a clearance is used up once", `${clearance} was used again by ${passage}`);
    }
    this.#consumed.add(clearance);
  }
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
