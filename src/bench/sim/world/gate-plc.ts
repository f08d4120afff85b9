import type { GateCommand, GateInputName, GateInputs, LightColour } from "#contract/device";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { Swarm } from "../swarm.ts";
import { BoomArm } from "./boom-arm.ts";
import type { Presence } from "./road.ts";

export interface GatePlcOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly presence: () => Presence;
  /** An image of the inputs arrives at the lane. */
  readonly image: (inputs: GateInputs) => void;
  /** The lane's driver finds the PLC, or loses it. */
  readonly tidal: boolean;
  readonly health: (up: boolean) => void;
  /** The boom or a light shows something else now. */
  readonly shown: () => void;
  readonly happened: (fault: "commandLost" | "commandUnknown", what: string) => void;
}

/** Inputs that neither a vehicle nor the boom makes. */
type Switches = Pick<
  GateInputs,
  | "boomBroken"
  | "motorFault"
  | "estopOk"
  | "modeAuto"
  | "fireOpen"
  | "oppositeBoomClosed"
  | "cabinetClosed"
  | "mainsOk"
  | "upsLow"
>;

const POLL_MS = 20;
const COMMAND_MS = { least: 5, most: 30 };
const TIMEOUT_MS = 300;

/**
 * Boom, sensors, lights and the PLC between them and the lane. The PLC keeps its own safety rules, as in the field: what
 * the lane asks for is counted before the PLC refuses it.
 */
export class GatePlc {
  readonly arm: BoomArm;
  /** Somebody has raised the boom by hand and waves the next vehicle through. */
  waves = false;
  readonly #options: GatePlcOptions;
  readonly #forced = new Map<GateInputName, boolean>();
  #switches: Switches = {
    boomBroken: false,
    motorFault: false,
    estopOk: true,
    modeAuto: true,
    fireOpen: false,
    cabinetClosed: true,
    mainsOk: true,
    upsLow: false,
  };
  #lights = { entry: "red" as LightColour, exit: "red" as LightColour };
  #linked = true;
  /** The driver on the lane's side runs and has found the PLC. */
  #found = false;
  #polling = false;
  #lastPollAt = 0;
  #lastCommandAt = 0;
  #commands = 0;
  readonly #lastWord = new Map<string, number>();
  #connection = 0;

  constructor(options: GatePlcOptions) {
    this.#options = options;
    if (options.tidal) this.#switches = { ...this.#switches, oppositeBoomClosed: true };
    this.arm = new BoomArm(options.clockwork, options.dice.between(1500, 3500), () => this.sense());
  }

  get lights(): { readonly entry: LightColour; readonly exit: LightColour } {
    return this.#lights;
  }

  /** The lane is used in both directions, and there is another boom at its other end. */
  get tidal(): boolean {
    return this.#options.tidal;
  }

  get linked(): boolean {
    return this.#linked;
  }

  /** When the lane's driver last had an answer. */
  get lastPollAt(): number {
    return this.#found && this.#linked ? this.#options.clockwork.now : this.#lastPollAt;
  }

  /** The inputs as the PLC sees them, through sensors that may be faulty. */
  inputs(): GateInputs {
    const wired: GateInputs = {
      ...this.#options.presence(),
      ...this.#switches,
      boomOpen: this.arm.isOpen,
      boomClosed: this.arm.isClosed,
      manualOpenButton: false,
    };
    return this.#forced.size === 0 ? wired : { ...wired, ...Object.fromEntries(this.#forced) };
  }

  /** Something that an input shows may have changed. */
  sense(): void {
    this.#guard();
    this.#options.shown();
    this.#poll();
  }

  force(name: GateInputName, value: boolean | undefined): void {
    if (value === undefined) this.#forced.delete(name);
    else this.#forced.set(name, value);
    this.sense();
  }

  turn(change: Partial<Switches>): void {
    this.#switches = { ...this.#switches, ...change };
    this.sense();
  }

  /** The driver of the lane starts or ends. */
  attach(running: boolean): void {
    this.#connection += 1;
    this.#found = false;
    if (running) this.#search(this.#connection);
    else this.#missWatchdog();
  }

  link(up: boolean): void {
    if (this.#linked === up) return;
    this.#lastPollAt = this.lastPollAt;
    this.#linked = up;
    const connection = this.#connection;
    const { clockwork, dice, health } = this.#options;
    if (up) return this.#found ? this.#poll() : this.#search(connection);
    clockwork.after(dice.between(TIMEOUT_MS, 3 * TIMEOUT_MS), () => {
      if (this.#linked || connection !== this.#connection || !this.#found) return;
      this.#found = false;
      this.#missWatchdog();
      health(false);
    });
  }

  /** The PLC starts anew: lights red, the arm stays where it is. */
  reboot(): void {
    this.#lights = { entry: "red", exit: "red" };
    this.arm.drive("still");
    this.link(false);
    this.#options.shown();
  }

  /** `done` says what the driver knows, not what the PLC did. */
  command(command: GateCommand, done: (ok: boolean, detail: string) => void): void {
    const { clockwork, dice, swarm } = this.#options;
    if (!this.#found || !this.#linked) {
      clockwork.after(dice.between(1, TIMEOUT_MS), () => done(false, "the PLC cannot be reached"));
      return;
    }
    // One connection keeps its commands in order.
    this.#lastCommandAt =
      Math.max(this.#lastCommandAt, clockwork.now) + dice.between(COMMAND_MS.least, COMMAND_MS.most);
    const latency = this.#lastCommandAt - clockwork.now;
    if (dice.chance(swarm.commandLost)) {
      this.#options.happened("commandLost", `${command.type} is lost`);
      clockwork.after(TIMEOUT_MS, () => done(false, "no answer in time"));
      return;
    }
    const unknown = dice.chance(swarm.commandUnknown);
    const late = unknown && dice.chance(0.5) ? dice.between(TIMEOUT_MS, 3000) : latency;
    if (unknown) this.#options.happened("commandUnknown", `${command.type} is taken after ${Math.round(late)} ms`);
    const sent = ++this.#commands;
    clockwork.after(late, () => this.#obey(command, sent));
    clockwork.after(unknown ? TIMEOUT_MS : latency + 2, () => done(!unknown, unknown ? "no answer in time" : "taken"));
  }

  /** The PLC misses the lane: no further vehicle is asked in. */
  #missWatchdog(): void {
    this.#lights = { ...this.#lights, entry: "red" };
    this.#options.shown();
  }

  #obey(command: GateCommand, sent: number): void {
    if (!this.#linked || this.#isOvertaken(command, sent)) return;
    if (command.type === "entry-light") this.#lights = { ...this.#lights, entry: command.colour };
    else if (command.type === "exit-light") this.#lights = { ...this.#lights, exit: command.colour };
    else if (command.type !== "siren") this.#move(command.type);
    this.#options.shown();
  }

  /**
   * A newer word for the same lamp has arrived. The driver gives up a connection on which an answer is missing, so what
   * was under way on it is gone; a boom command that is late all the same is the worse case and is kept.
   */
  #isOvertaken({ type }: GateCommand, sent: number): boolean {
    if (type !== "entry-light" && type !== "exit-light") return false;
    if ((this.#lastWord.get(type) ?? 0) > sent) return true;
    this.#lastWord.set(type, sent);
    return false;
  }

  #move(type: "raise-boom" | "lower-boom"): void {
    const inputs = this.inputs();
    if (!inputs.modeAuto || !inputs.estopOk || inputs.motorFault || inputs.boomBroken) return;
    if (type === "raise-boom") this.arm.drive("raising");
    else if (!inputs.loopUnder && !inputs.curtain && !inputs.fireOpen) this.arm.drive("lowering");
  }

  /** The safety rules of the PLC itself. */
  #guard(): void {
    if (this.arm.motion === "still" && !this.#switches.fireOpen) return;
    const inputs = this.inputs();
    if (!inputs.estopOk || inputs.motorFault || inputs.boomBroken) this.arm.drive("still");
    else if (inputs.fireOpen && !this.arm.isOpen && this.arm.motion !== "raising") this.arm.drive("raising");
    else if (this.arm.motion === "lowering" && (inputs.loopUnder || inputs.curtain)) this.arm.drive("raising");
  }

  #poll(): void {
    if (this.#polling || !this.#found || !this.#linked) return;
    this.#polling = true;
    const connection = this.#connection;
    this.#options.clockwork.after(this.#options.dice.between(1, POLL_MS), () => {
      this.#polling = false;
      if (!this.#found || !this.#linked || connection !== this.#connection) return this.#poll();
      this.#options.image(this.inputs());
    });
  }

  #search(connection: number): void {
    const { clockwork, dice, health } = this.#options;
    clockwork.after(dice.between(50, 2000), () => {
      if (!this.#linked || connection !== this.#connection || this.#found) return;
      this.#found = true;
      health(true);
      this.#options.image(this.inputs());
    });
  }
}
