import type { LaneEffect } from "#lanes/passage/model";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import { decisionOf } from "../lane-view.ts";
import type { FaultName, Swarm } from "../swarm.ts";
import type { Operations } from "./operations.ts";
import type { Vehicle } from "./vehicle.ts";

export interface BadNewsOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly operations: Operations;
  readonly slowDisk: (factor: number) => void;
  readonly happened: (fault: FaultName, what: string) => void;
}

/** Suspensions and changes at the worst moments: while a vehicle is judged, and right after its PASS. */
export class BadNews {
  readonly #options: BadNewsOptions;
  /** What befalls a clearance as soon as its vehicle has a PASS. */
  readonly #atPass = new Map<string, () => void>();

  constructor(options: BadNewsOptions) {
    this.#options = options;
  }

  /** A vehicle stands on the deck and is about to be judged. */
  onDeck({ entitledTo }: Vehicle): void {
    if (entitledTo === null) return;
    const { clockwork, dice, swarm } = this.#options;
    const suspended = dice.chance(swarm.suspension);
    if (!suspended && !dice.chance(swarm.change)) return;
    const strike = () => this.#strike(entitledTo, suspended ? "suspension" : "change");
    if (dice.chance(0.5)) this.#atPass.set(entitledTo, strike);
    else clockwork.after(dice.between(0, 8000), strike);
  }

  onRecord(effect: LaneEffect): void {
    if (effect.type !== "record") return;
    const decision = decisionOf(effect);
    if (decision?.verdict !== "PASS" || decision.clearance === null) return;
    const { id } = decision.clearance;
    const strike = this.#atPass.get(id);
    if (strike === undefined) return;
    this.#atPass.delete(id);
    const { clockwork, dice, slowDisk } = this.#options;
    // From well before the disk has the PASS, which then takes its time, until well after the boom is up.
    slowDisk(dice.magnitude(2, 200));
    clockwork.after(20, () => slowDisk(1));
    clockwork.after(dice.magnitude(0.1, 5000), strike);
  }

  #strike(clearance: string, fault: "suspension" | "change"): void {
    const { dice, happened, operations } = this.#options;
    happened(fault, clearance);
    if (fault === "suspension") operations.suspend(clearance);
    else operations.change(clearance, dice.pick(["withdraw", "revoke", "amend"]));
  }
}
