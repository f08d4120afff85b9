import type { Wish } from "#contract/order";
import type { LaneEffect } from "#lanes/passage/model";
import { passageById } from "../lane-view.ts";
import type { Desk, PeopleOptions } from "./people.ts";
import { sisterPlate } from "./sisters.ts";
import type { Vehicle } from "./vehicle.ts";

/** How long an officer takes to look at a held vehicle, milliseconds; some take longer than the lane waits. */
const LOOK_MS = { least: 3000, most: 120_000 };
/** Reasons that an officer's eyes can mend. */
const UNREAD: ReadonlySet<string> = new Set(["NO_PLATE", "PLATE_MISMATCH", "NO_CONTAINER", "NO_CLEARANCE", "CONFLICT"]);
const SEALS: ReadonlySet<string> = new Set(["SEAL_UNREAD", "SEAL_MISMATCH", "SEAL_DATA"]);

/** The officer who is called to held vehicles: enters what no machine could read, passes or refuses. Errs now and then. */
export class Officer {
  readonly #options: PeopleOptions;
  readonly #desk: Desk;

  constructor(options: PeopleOptions, desk: Desk) {
    this.#options = options;
    this.#desk = desk;
  }

  onEffect(effect: LaneEffect): void {
    if (effect.type !== "record" || effect.entry !== "officer.requested" || effect.passage === null) return;
    const { clockwork, dice, swarm, happened } = this.#options;
    const { passage } = effect;
    if (!dice.chance(swarm.officer)) return;
    happened("officer", passage);
    clockwork.after(dice.between(LOOK_MS.least, LOOK_MS.most), () => this.#answer(passage));
  }

  #answer(passage: string): void {
    const { dice, swarm, happened, state, seen } = this.#options;
    const vehicle = seen();
    const reason = passageById(state(), passage)?.decision?.reason ?? "";
    if (vehicle === undefined) return this.#order({ name: "refuse", passage });
    const errs = dice.chance(swarm.officerErrs);
    if (errs) happened("officerErrs", `${passage}, ${vehicle.id}`);
    if (SEALS.has(reason))
      return this.#order({ name: "correct", passage, field: "seal", value: sealOf(vehicle, errs) });
    if (UNREAD.has(reason)) return this.#enter(passage, vehicle, errs);
    const good = vehicle.entitledTo !== null;
    this.#order({ name: good === errs ? "refuse" : "pass", passage });
  }

  /** Types in what stands on the vehicle; if the lane does not open by itself then, passes or refuses. */
  #enter(passage: string, vehicle: Vehicle, errs: boolean): void {
    const { clockwork, dice, seen, state } = this.#options;
    const plate = errs ? sisterPlate(vehicle.plate, dice) : vehicle.plate;
    this.#order({ name: "correct", passage, field: "plate", value: plate });
    if (vehicle.container !== "") {
      this.#order({ name: "correct", passage, field: "container", value: vehicle.container });
    }
    clockwork.after(dice.between(3000, 20_000), () => {
      // Whoever has looked once looks again before the boom goes up, unless he errs.
      if (passageById(state(), passage)?.phase !== "hold" || (seen()?.id !== vehicle.id && !errs)) return;
      this.#order({ name: vehicle.entitledTo === null ? "refuse" : "pass", passage });
    });
  }

  #order(wish: Wish): void {
    this.#desk.give(wish, { role: "officer", second: false });
  }
}

/** The seal on a vehicle is the one in its record, unless somebody reads it wrong. */
function sealOf({ entitledTo, id }: Vehicle, errs: boolean): string {
  return errs ? "XX0000" : sealNumber(entitledTo ?? id);
}

/** The number of the seal that belongs to a clearance. */
export const sealNumber = (clearance: string): string => `SEAL${clearance.replace(/\D/g, "").padStart(5, "0")}`;
