import type { OrderRole, Wish } from "#contract/order";
import { clockIsTrusted, type LaneClock } from "#lanes/passage/clock";
import { openPassages } from "../lane-view.ts";
import type { Desk, PeopleOptions } from "./people.ts";

/** How often somebody looks at the lane, and how long what stands there may stand before it is looked after. */
const ROUND_MS = 60_000;
const DELAY_MS = { least: 5000, most: 900_000 };

const ROLES: readonly [OrderRole, ...OrderRole[]] = ["officer", "supervisor", "technician", "operations"];
const WISHES = [
  "open",
  "close",
  "mode",
  "hold",
  "release",
  "pass",
  "refuse",
  "clear",
  "reset",
  "resolve",
  "again",
] as const;

/** Who ends what stands until a person ends it, and who orders what fits no moment. */
export class Caretakers {
  readonly #options: PeopleOptions;
  readonly #desk: Desk;
  #last: { readonly wish: Wish; readonly id: string } | null = null;
  #calm = false;

  constructor(options: PeopleOptions, desk: Desk) {
    this.#options = options;
    this.#desk = desk;
  }

  start(): void {
    this.#round();
    this.#stray();
  }

  /** Nobody orders anything odd any more, and what stands is ended at once. */
  calm(): void {
    this.#calm = true;
    this.#look();
  }

  #round(): void {
    this.#options.clockwork.after(ROUND_MS, () => {
      this.#look();
      this.#round();
    });
  }

  #look(): void {
    const { clockwork, dice } = this.#options;
    if (!this.#somethingStands()) return;
    const wait = this.#calm ? 1000 : dice.magnitude(DELAY_MS.least, DELAY_MS.most);
    clockwork.after(wait, () => this.#lookAfter());
  }

  #somethingStands(): boolean {
    const { standing, clock } = this.#options.state();
    const { mode, faults, emergency, uncertain } = standing;
    const stands = mode !== null || emergency !== null || Object.keys(faults).length > 0 || uncertain.length > 0;
    return stands || this.#mayConfirm(clock);
  }

  /** Nobody confirms a clock that is wrong: who looks after it compares it with another one. */
  #mayConfirm(clock: LaneClock): boolean {
    return !clockIsTrusted(clock) && this.#options.clockIsRight();
  }

  #lookAfter(): void {
    const { state, crossed } = this.#options;
    const { standing, clock } = state();
    if (this.#mayConfirm(clock)) this.#desk.give({ name: "clear-fault" });
    if (standing.emergency !== null) this.#desk.give({ name: "reset-emergency" });
    if (Object.keys(standing.faults).length > 0) this.#desk.give({ name: "clear-fault" });
    if (standing.mode !== null) this.#desk.give({ name: "mode", mode: "auto" });
    for (const { passage, clearance } of standing.uncertain) {
      this.#desk.give({ name: "resolve", passage, clearance, crossed: crossed(clearance) });
    }
    for (const { id, phase, result, decision } of openPassages(state())) {
      const clearance = decision?.clearance ?? null;
      if (phase !== "hold" || result !== "UNCERTAIN" || clearance === null) continue;
      this.#desk.give({ name: "resolve", passage: id, clearance, crossed: crossed(clearance) });
    }
  }

  #stray(): void {
    const { clockwork, dice, swarm, happened } = this.#options;
    const perDay = swarm.strayOrder;
    if (perDay === 0) return;
    clockwork.after(dice.exponential(86_400_000 / perDay), () => {
      if (this.#calm) return;
      const wish = this.#oddWish();
      if (wish !== null) {
        happened("strayOrder", wish.name);
        const id = this.#desk.give(wish, { role: dice.pick(ROLES), second: dice.chance(0.7) });
        this.#last = { wish, id };
      }
      this.#stray();
    });
  }

  #oddWish(): Wish | null {
    const { dice, state, crossed } = this.#options;
    const open = openPassages(state())[0];
    const passage = open?.id ?? "P000001";
    const what = dice.pick(WISHES);
    switch (what) {
      case "open":
      case "close":
        return { name: what };
      case "mode":
        return { name: "mode", mode: dice.pick(["auto", "manual", "maintenance", "out-of-service"]) };
      case "hold":
      case "release":
      case "refuse":
      case "pass":
        // Nobody lets a vehicle pass without having looked at it; who does not look refuses.
        return { name: what === "pass" ? "release" : what, passage };
      case "clear":
        // The alarm names the clock; nobody confirms one that is wrong.
        return this.#options.clockIsRight() ? { name: "clear-fault" } : null;
      case "reset":
        return { name: "reset-emergency" };
      case "resolve": {
        const clearance = open?.decision?.clearance ?? "CL-00001";
        return { name: "resolve", passage, clearance, crossed: crossed(clearance) };
      }
      case "again":
        if (this.#last !== null) this.#desk.give(this.#last.wish, { id: this.#last.id });
        return null;
    }
  }
}
