import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { GatePlc } from "./gate-plc.ts";
import type { Road } from "./road.ts";

export interface TechnicianOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly plc: GatePlc;
  readonly road: Road;
  readonly tell: (what: string) => void;
}

/** How often somebody looks at the lane, and how long a boom may stand open over nobody before it is lowered by hand. */
const ROUND_MS = 60_000;
const PATIENCE_MS = 240_000;

/** The person who lowers a boom that stands open with nobody near it: key on manual, lower, key on automatic. */
export class Technician {
  readonly #options: TechnicianOptions;
  #openSince: number | null = null;
  #busy = false;

  constructor(options: TechnicianOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.clockwork.after(ROUND_MS, () => {
      this.#look();
      this.start();
    });
  }

  #look(): void {
    const { clockwork, plc, road } = this.#options;
    const idle = !plc.arm.isClosed && road.bodies.length === 0 && !this.#busy;
    if (!idle) this.#openSince = null;
    else this.#openSince ??= clockwork.now;
    if (this.#openSince === null || clockwork.now - this.#openSince < PATIENCE_MS) return;
    this.#lowerByHand();
  }

  #lowerByHand(): void {
    const { clockwork, dice, plc, road, tell } = this.#options;
    this.#busy = true;
    tell("lowers the boom by hand");
    plc.turn({ modeAuto: false });
    clockwork.after(dice.between(2000, 10_000), () => {
      const inputs = plc.inputs();
      if (road.bodies.length === 0 && inputs.estopOk && !inputs.fireOpen) plc.arm.drive("lowering");
      clockwork.after(dice.between(5000, 15_000), () => {
        plc.turn({ modeAuto: true });
        this.#busy = false;
        this.#openSince = null;
      });
    });
  }
}
