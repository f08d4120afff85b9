import type { Clearance } from "#contract/clearance";
import { isoUtc } from "#contract/units";
import { clearanceOf } from "../../demo/clearances.ts";
import { containerNumber, guangxiPlate, trailerPlate, vietnamesePlate } from "../../demo/numbers.ts";
import type { Dice } from "../dice.ts";
import type { Swarm } from "../swarm.ts";
import { DEFECTS, type Defect, defectOf } from "./defects.ts";
import { sealNumber } from "./officer.ts";
import type { FittedReaders } from "./readers.ts";
import { sisterContainer, sisterPlate } from "./sisters.ts";
import { ACTS, type Act, type Vehicle } from "./vehicle.ts";

/** A vehicle on its way, and what operations know of it. */
export interface Appearance {
  readonly vehicle: Vehicle;
  /** When it arrives, milliseconds since the day began. */
  readonly arrivesAt: number;
  readonly clearance: Clearance | null;
  /** Another declaration for the same load. */
  readonly second?: Clearance;
  /** How long before the arrival the clearance is published; negative: after it. */
  readonly leadMs: number;
  /** When the clearance is used in the lane beside this one, milliseconds since the day began. */
  readonly spentElsewhereAt?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface CastOptions {
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly vehicles: number;
  readonly durationMs: number;
  readonly utcAtZero: number;
  readonly readers: FittedReaders;
}

/** Everybody who comes to the lane in one run, in order of arrival. */
export class Cast {
  readonly #options: CastOptions;
  readonly #taken = new Set<string>();
  #count = 0;

  constructor(options: CastOptions) {
    this.#options = options;
  }

  all(): Appearance[] {
    const { dice, vehicles, durationMs } = this.#options;
    const appearances: Appearance[] = [];
    while (this.#count < vehicles) {
      const arrivesAt = dice.between(0, durationMs);
      appearances.push(...this.#appear(this.#act(), arrivesAt));
    }
    return appearances.sort((a, b) => a.arrivesAt - b.arrivesAt);
  }

  /** An honest vehicle with good papers, for the end of a run. */
  honest(arrivesAt: number): Appearance {
    return { ...this.#plain("honest", arrivesAt), leadMs: HOUR_MS };
  }

  #act(): Act {
    const { dice, swarm } = this.#options;
    let rest = dice.next();
    for (const act of ACTS) {
      if (act === "honest") continue;
      rest -= swarm[act];
      if (rest < 0) return act;
    }
    return "honest";
  }

  #appear(act: Act, at: number): Appearance[] {
    const { dice } = this.#options;
    switch (act) {
      case "paperwork":
        return [this.#withDefect(this.#good(act, at), dice.pick(DEFECTS))];
      case "overload":
        return [change(this.#good(act, at), { grossKg: dice.integer(38, 48) * 1000 })];
      case "swappedPlate":
        return [this.#otherTractor(this.#good(act, at), this.#plate())];
      case "sisterTractor": {
        const good = this.#good(act, at);
        return [this.#otherTractor(good, sisterPlate(good.vehicle.plate, dice))];
      }
      case "sisterContainer": {
        const good = this.#good(act, at);
        const near = sisterContainer(good.vehicle.container, dice);
        const container = near ?? this.#container();
        return [change(good, { container, entitledTo: null })];
      }
      case "openedSeal":
        return [this.#withSeal(this.#good(act, at), true)];
      case "clonedPlate":
        return this.#clone(at);
      case "swappedContainers":
        return this.#swapContainers(at);
      case "spentClearance":
        return this.#comeAgain(at);
      case "spentElsewhere":
        return [
          {
            ...change(this.#good(act, at), { entitledTo: null }),
            spentElsewhereAt: at + dice.between(-HOUR_MS, 60_000),
          },
        ];
      case "tailgate":
      case "swapAfterPass":
        return [this.#withAccomplice(act, at)];
      default:
        return [this.#good(act, at)];
    }
  }

  /** A vehicle with good papers; some with an electronic seal, some without a driver where the lane can tell which one. */
  #good(act: Act, arrivesAt: number): Appearance {
    const { dice, readers } = this.#options;
    const appearance = this.#plain(act, arrivesAt);
    const couldBeUnmanned = readers.tag && act === "honest" && /^[0-9]/.test(appearance.vehicle.plate);
    if (couldBeUnmanned && dice.chance(0.05)) return unmanned(appearance);
    return dice.chance(0.2) ? this.#withSeal(appearance, false) : appearance;
  }

  #plain(act: Act, arrivesAt: number): Appearance {
    const { dice, swarm, utcAtZero } = this.#options;
    this.#count += 1;
    const serial = String(this.#count).padStart(5, "0");
    const empty = dice.chance(0.12);
    const tareKg = dice.integer(13, 16) * 1000;
    const containerTareKg = 2300;
    const declaredGrossKg = dice.integer(8, 28) * 1000 + dice.integer(0, 9) * 100;
    const loadKg = empty ? containerTareKg : declaredGrossKg;
    const vehicle: Vehicle = {
      id: `V${serial}`,
      act,
      plate: this.#plate(),
      trailer: trailerPlate(dice),
      container: this.#container(),
      // Fuel, driver, dirt: never quite what is declared.
      grossKg: tareKg + loadKg + dice.integer(-150, 150),
      lengthM: 16.5,
      entitledTo: `CL-${serial}`,
      visits: 0,
    };
    const clearance = clearanceOf({
      id: `CL-${serial}`,
      plate: vehicle.plate,
      ...(dice.chance(0.7) ? { trailer: vehicle.trailer } : {}),
      container: vehicle.container,
      declaredGrossKg,
      tractorTareKg: tareKg,
      containerTareKg,
      nowUtc: utcAtZero + arrivesAt,
      emptyReturn: empty,
    });
    const sealed = dice.chance(0.5) ? { carrierSeals: [sealNumber(clearance.id)], customsSeals: ["#####"] } : {};
    const slot = { from: isoUtc(utcAtZero + arrivesAt - 6 * HOUR_MS), to: isoUtc(utcAtZero + arrivesAt + DAY_MS) };
    const record: Clearance = {
      ...clearance,
      ...(dice.chance(0.2) ? { slot } : {}),
      containers: clearance.containers.map((one) => ({ ...one, ...sealed })),
    };
    const late = dice.chance(swarm.lateClearance);
    const carried = { tag: dice.chance(0.6) ? vehicle.plate : undefined, code: clearance.declarationNo };
    const leadMs = late ? -dice.between(0, 90_000) : dice.between(60_000, 2 * HOUR_MS);
    return { vehicle: { ...vehicle, ...carried }, arrivesAt, clearance: record, leadMs };
  }

  #withSeal(appearance: Appearance, opened: boolean): Appearance {
    const { clearance, vehicle } = appearance;
    if (clearance === null) return appearance;
    const number = `E${sealNumber(clearance.id)}`;
    const containers = clearance.containers.map((one) => ({ ...one, electronicSeal: number }));
    const entitledTo = opened ? null : vehicle.entitledTo;
    return {
      ...change(appearance, { seal: { number, opened }, entitledTo }),
      clearance: { ...clearance, containers },
    };
  }

  /** Another tractor with the papers of this one: with its own transponder, or with none. */
  #otherTractor(appearance: Appearance, plate: string): Appearance {
    const tag = this.#options.dice.chance(0.5) ? plate : undefined;
    return change(appearance, { plate, tag, serial: undefined, entitledTo: null });
  }

  #withDefect(appearance: Appearance, defect: Defect): Appearance {
    const { clearance, vehicle } = appearance;
    const refused = change(appearance, { entitledTo: null });
    if (defect === "tractor only") {
      // In order, if a second identity beside the plate says that it is the one.
      const bare = change(appearance, { container: "", grossKg: clearance?.vehicle.tareKg ?? vehicle.grossKg });
      return clearance === null ? bare : { ...bare, clearance: { ...clearance, containers: [] } };
    }
    if (clearance === null || defect === "absent") return { ...refused, clearance: null };
    if (defect === "other declaration") {
      const vehicle = { ...clearance.vehicle, tractorPlate: this.#plate() };
      return { ...refused, second: { ...clearance, id: `${clearance.id}-2`, vehicle, status: "PENDING" } };
    }
    return {
      ...refused,
      clearance: {
        ...clearance,
        ...defectOf(clearance, defect, this.#options.utcAtZero + appearance.arrivesAt, () => this.#container()),
      },
    };
  }

  /** The copy comes some time before or after the vehicle it is copied from. */
  #clone(at: number): Appearance[] {
    const { dice } = this.#options;
    const original = this.#good("honest", at);
    const copy = this.#good("clonedPlate", at + dice.between(-HOUR_MS, HOUR_MS));
    const { plate, container } = original.vehicle;
    const loaded = dice.chance(0.7) ? original.vehicle.grossKg + dice.integer(-300, 300) : copy.vehicle.grossKg;
    const painted = { plate, container, grossKg: loaded, entitledTo: null };
    return [original, { ...change(copy, painted), clearance: null }];
  }

  #swapContainers(at: number): Appearance[] {
    const one = this.#good("swappedContainers", at);
    const other = this.#good("swappedContainers", at + this.#options.dice.between(60_000, HOUR_MS));
    return [
      change(one, { container: other.vehicle.container, entitledTo: null }),
      change(other, { container: one.vehicle.container, entitledTo: null }),
    ];
  }

  #comeAgain(at: number): Appearance[] {
    const first = this.#good("honest", at);
    const vehicle: Vehicle = { ...first.vehicle, act: "spentClearance", visits: 1 };
    this.#count += 1;
    return [
      first,
      { ...first, vehicle, arrivesAt: at + this.#options.dice.between(300_000, 2 * HOUR_MS), clearance: null },
    ];
  }

  #withAccomplice(act: Act, at: number): Appearance {
    const good = this.#good(act, at);
    const { vehicle } = this.#good(act, at);
    return change(good, { accomplice: { ...vehicle, entitledTo: null } });
  }

  #container(): string {
    return this.#unique(() => containerNumber(this.#options.dice));
  }

  #plate(): string {
    const { dice } = this.#options;
    return this.#unique(() => (dice.chance(0.3) ? guangxiPlate(dice) : vietnamesePlate(dice)));
  }

  #unique(draw: () => string): string {
    for (;;) {
      const text = draw();
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      return text;
    }
  }
}

/** The same load on a vehicle without a driver: no plate, no papers, but a serial number, a transponder and a slot. */
function unmanned(appearance: Appearance): Appearance {
  const { clearance, vehicle } = appearance;
  if (clearance === null) return appearance;
  const from = clearance.validFrom;
  const made = { ...clearance.vehicle, kind: "IGV" as const, serial: vehicle.plate };
  return {
    ...change(appearance, { plate: "", serial: vehicle.plate, tag: vehicle.plate, code: undefined }),
    clearance: { ...clearance, slot: { from, to: clearance.validTo }, vehicle: made },
  };
}

function change(appearance: Appearance, vehicle: Partial<Vehicle>): Appearance {
  return { ...appearance, vehicle: { ...appearance.vehicle, ...vehicle } };
}
