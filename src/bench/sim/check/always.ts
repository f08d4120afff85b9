import { messageOf } from "#contract/errors";
import type { Order } from "#contract/order";
import type { InterlockImage, Permit } from "#lanes/interlock/permit";
import { assertInvariants } from "#lanes/passage/invariants";
import type { LaneEffect, LaneEvent, LaneState, Step } from "#lanes/passage/model";
import { type CommandEffect, decisionOf, movesBoom, type RecordEffect, textOf } from "../lane-view.ts";
import type { Row } from "../shell/memory-store.ts";
import type { Vehicle } from "../world/vehicle.ts";
import { GateWatch } from "./gate-watch.ts";
import { type Decision, PassWatch, type Tally, type Truth } from "./pass-watch.ts";

/** A promise that was broken: which one, and what was seen. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

interface Earned {
  readonly boot: string;
  readonly decision: Decision;
  raised: boolean;
}

/** With `fast`, one step in so many is asked for the core's own invariants. */
const ONE_STEP_IN = 64;

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
    misreadPass: 0,
    officerPass: 0,
    passWithNobodyThere: 0,
    crossedWithoutPass: 0,
  };
  readonly #truth: Truth;
  readonly #gate: GateWatch;
  /** PASSes on the disk, by passage. */
  readonly #earned = new Map<string, Earned>();
  /** Boom commands that people have ordered, by command id; on the disk. */
  readonly #ordered = new Set<string>();
  readonly #passes: PassWatch;
  readonly #consumed = new Set<string>();
  /** Reserved clearances, with the passage that has them. */
  readonly #reserved = new Map<string, string>();
  /** Passages on whose PASS somebody else drove through. */
  readonly #stolen = new Set<string>();
  readonly #open = new Set<string>();
  readonly #closed = new Set<string>();
  #boot = "";
  #raise: Raise | null = null;
  #steps = 0;

  constructor(truth: Truth) {
    this.#truth = truth;
    const fail = (promise: string, detail: string) => this.fail(promise, detail);
    this.#gate = new GateWatch(truth, fail);
    this.#passes = new PassWatch(truth, this.tally, { consumed: this.#consumed, reserved: this.#reserved }, fail);
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
    this.#steps += 1;
    if (this.#truth.fast !== true || this.#steps % ONE_STEP_IN === 0) this.#keepsInvariants(before, event, step);
    this.#gate.hears(event);
    for (const effect of step.effects) {
      if (effect.type === "command")
        this.#gate.wants(effect, event, this.#earned.get(effect.passage ?? "")?.decision.by ?? "lane");
      if (effect.type === "command" && effect.command.type === "raise-boom") this.#wantsUp(effect);
      if (effect.type === "record") this.#records(effect, event);
    }
  }

  #keepsInvariants(before: LaneState, event: LaneEvent, step: Step): void {
    try {
      assertInvariants(before, event, step);
    } catch (error) {
      this.fail("the core keeps its own invariants", messageOf(error));
    }
  }

  asked(effect: CommandEffect, permission: Permit, image: InterlockImage): void {
    if (!permission.permitted || !movesBoom(effect)) return;
    this.#gate.goesOut(effect, image);
    if (effect.command.type === "raise-boom") this.#raises(effect);
  }

  durable(row: Row): void {
    const { event } = row;
    if (event.type === "order") this.#orders(event.order, row.effects);
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
    this.#stolen.add(raise.passage);
    // A lane that cannot reach its gate can take the PASS back, and no more.
    if (this.#truth.gateReached?.() === false) {
      this.tally.crossedWithoutPass += 1;
      return false;
    }
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
    if (passage === null) return;
    const earned = this.#earned.get(passage ?? "");
    const found = earned === undefined ? undefined : this.#passes.recordOf(earned.decision);
    // An officer may pass a vehicle that has no record at all.
    const unknown = earned?.decision.by !== "officer";
    const suspended = found?.holds.some((hold) => hold.kind === "SUSPENDED") ?? unknown;
    const id = earned?.decision.clearance?.id ?? "";
    if (this.#truth.usedElsewhere?.(id) === true) {
      this.fail("a clearance that the lane knows to be used in another lane keeps the boom down", `${passage}, ${id}`);
    }
    if (suspended || found?.status === "REVOKED") {
      this.fail(
        "a clearance that the lane knows to be suspended or withdrawn keeps the boom down",
        `${passage}, ${id}`,
      );
    }
  }

  /** What moves the boom for nobody in particular are two persons, and their order is on the disk before. */
  #orders({ wish, by, secondBy }: Order, effects: readonly LaneEffect[]): void {
    for (const effect of effects) {
      if (effect.type !== "command" || !movesBoom(effect)) continue;
      this.#ordered.add(effect.commandId);
      const two = secondBy !== null && secondBy.subject !== by.subject;
      const asked = wish.name === (effect.command.type === "raise-boom" ? "open" : "close");
      if (!asked || !two) this.fail("the boom moves outside a passage on the order of two persons", wish.name);
    }
  }

  #raises({ passage, commandId }: CommandEffect): void {
    if (passage === null && this.#ordered.has(commandId)) {
      this.#raise = null;
      return;
    }
    const earned = this.#earned.get(passage ?? "");
    const promise = "the boom is raised once, on a PASS of this passage that is on the disk since this start";
    if (earned === undefined || passage === null) return this.fail(promise, `${commandId}: ${passage} has none`);
    if (earned.boot !== this.#boot) this.fail(promise, `${commandId}: the PASS of ${passage} is from ${earned.boot}`);
    if (earned.raised) this.fail(promise, `${commandId}: raised again on the PASS of ${passage}`);
    earned.raised = true;
    this.#raise = { passage, vehicle: this.#truth.judged(), crossings: 0 };
  }

  #records(effect: RecordEffect, event: LaneEvent): void {
    if (effect.entry === "decision.revoked") {
      this.#earned.delete(effect.passage ?? "");
      // The command never reached the boom: whoever opens it later does so for somebody else.
      if (this.#truth.boomIsDown?.() === true && this.#raise?.passage === effect.passage) this.#raise = null;
    }
    if (effect.entry === "passage.opened") this.tally.passages += 1;
    const decision = decisionOf(effect);
    if (decision?.verdict !== "PASS") return;
    if (decision.by !== "lane") {
      this.tally.officerPass += 1;
      return;
    }
    this.tally.passes += 1;
    this.#passes.isEarned(decision, effect.passage ?? "", event.utc);
    this.#passes.isConfirmed(decision);
    this.#passes.isForThisVehicle(decision, effect.passage);
  }

  #onDisk(effect: RecordEffect, boot: string): void {
    const passage = effect.passage ?? "";
    if (effect.entry === "passage.opened") this.#opens(passage);
    if (effect.entry === "passage.closed") this.#closes(passage, textOf(effect, "result"));
    const decision = decisionOf(effect);
    if (decision?.verdict !== "PASS") return;
    if (decision.clearance === null && decision.by !== "officer") return;
    this.#earned.set(passage, { boot, decision, raised: false });
  }

  #opens(passage: string): void {
    if (this.#closed.has(passage) || this.#open.has(passage)) {
      this.fail("a passage is opened once and closed once", `${passage} was opened again`);
    }
    this.#open.add(passage);
  }

  #closes(passage: string, result: string): void {
    if (this.#stolen.has(passage) && result.startsWith("PASSED")) {
      this.fail("a passage ends in PASSED when its own vehicle has passed", `${passage}: somebody else drove through`);
    }
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
