import type { NeighbourUse } from "#contract/neighbour";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { FaultName, Swarm } from "../swarm.ts";

/** A use as a lane hears of it. */
export interface HeardUse extends NeighbourUse {
  readonly lane: string;
}

export interface NeighbourOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly utc: () => number;
  readonly deliver: (use: HeardUse) => void;
  readonly happened: (fault: FaultName, what: string) => void;
}

/** From the PASS of a vehicle until it is through, milliseconds. */
const PASSAGE_MS = 40_000;
const CUT_MS = { least: 1000, most: 3_600_000 };

/** The lane beside this one: it uses clearances as well and says so on the bus between them, while there is one. */
export class NeighbourLane {
  readonly #options: NeighbourOptions;
  readonly #said: HeardUse[] = [];
  #busUp = true;
  #laneUp = false;
  #calm = false;

  constructor(options: NeighbourOptions) {
    this.#options = options;
  }

  start(): void {
    const { clockwork, dice, swarm, happened } = this.#options;
    if (swarm.lanCut === 0) return;
    clockwork.after(dice.exponential(86_400_000 / swarm.lanCut), () => {
      if (this.#calm) return;
      happened("lanCut", "the lanes do not hear each other");
      this.#busUp = false;
      clockwork.after(dice.magnitude(CUT_MS.least, CUT_MS.most), () => this.#back());
      this.start();
    });
  }

  calm(): void {
    this.#calm = true;
    this.#back();
  }

  /** Somebody passes there on this clearance. */
  pass(clearance: string): void {
    this.#say(clearance, "reserved");
    this.#options.clockwork.after(PASSAGE_MS, () => this.#say(clearance, "consumed"));
  }

  /** This lane's process runs, or does not; at its start it asks what it has missed. */
  lane(up: boolean): void {
    this.#laneUp = up;
    if (up) this.#again();
  }

  #back(): void {
    this.#busUp = true;
    this.#again();
  }

  #again(): void {
    const { clockwork, dice, deliver } = this.#options;
    clockwork.after(dice.between(50, 3000), () => {
      if (this.#busUp && this.#laneUp) for (const use of this.#said) deliver(use);
    });
  }

  #say(clearance: string, use: NeighbourUse["use"]): void {
    const { clockwork, dice, utc, deliver } = this.#options;
    const seq = this.#said.length + 1;
    const hash = seq.toString(16).padStart(64, "0");
    const said = { lane: "lane-2", clearance, use, passage: `P${seq}`, seq, hash, utcMs: utc() };
    this.#said.push(said);
    if (!this.#busUp || !this.#laneUp) return;
    clockwork.after(dice.magnitude(0.5, 200), () => {
      if (this.#busUp && this.#laneUp) deliver(said);
    });
  }
}
