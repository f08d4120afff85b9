import type { GateInputName, GateInputs, LightColour } from "#contract/device";
import { COIL, COIL_COUNT } from "./register-table.ts";
import type { Boom } from "./simulator-boom.ts";

/** Inputs that the outside sets; the limit switches come from the boom. */
export type FieldInputs = Omit<GateInputs, "boomOpen" | "boomClosed">;

/** What a light shows; `off` when neither of its lamps is on. */
export type ShownLight = LightColour | "off";

/** Commands that arrived since construction. Reboots do not reset them. */
export interface CommandCounters {
  /** Pulses on the raise coil, obeyed or not. */
  readonly raise: number;
  /** Pulses on the lower coil, obeyed or not. */
  readonly lower: number;
  /** Pulses that the PLC did not obey. */
  readonly refused: number;
  /** Changes of the watchdog coil. */
  readonly watchdogToggles: number;
}

export interface BoomCommandReceived {
  readonly command: "raise" | "lower";
  readonly obeyed: boolean;
}

const QUIET: FieldInputs = {
  boomBroken: false,
  motorFault: false,
  estopOk: true,
  modeAuto: true,
  loopArrival: false,
  loopUnder: false,
  loopExit: false,
  eyeScaleFront: false,
  eyeScaleRear: false,
  curtain: false,
  cabinetClosed: true,
  mainsOk: true,
  upsLow: false,
  manualOpenButton: false,
  fireOpen: false,
};

/**
 * The program of the gate PLC: its own safety, whatever the lane says.
 * The arm is lowered only over a clear lane and rises again when somebody comes under it; the stop chain stands above
 * everything, the fire input above everything else; a boom command is a pulse that is obeyed or forgotten, and outside
 * automatic mode it is forgotten.
 */
export class PlcProgram {
  readonly #boom: Boom;
  readonly #coils: boolean[] = [];
  readonly #forced = new Map<GateInputName, boolean>();
  #field: FieldInputs = QUIET;
  #counters: CommandCounters = { raise: 0, lower: 0, refused: 0, watchdogToggles: 0 };
  /** False from the start and whenever the lane's watchdog is lost. */
  #watchdogSeen = false;

  constructor(boom: Boom) {
    this.#boom = boom;
    this.boot();
  }

  get counters(): CommandCounters {
    return this.#counters;
  }

  get watchdogSeen(): boolean {
    return this.#watchdogSeen;
  }

  get lights(): { readonly entry: ShownLight; readonly exit: ShownLight } {
    return {
      entry: this.#shown(COIL.lightEntryRed, COIL.lightEntryGreen),
      exit: this.#shown(COIL.lightExitRed, COIL.lightExitGreen),
    };
  }

  /** The inputs as the program sees them: the field and the limit switches, through wires that may be faulty. */
  inputs(): GateInputs {
    const { position } = this.#boom;
    const wired: GateInputs = { ...this.#field, boomOpen: position === 1, boomClosed: position === 0 };
    return { ...wired, ...Object.fromEntries(this.#forced) };
  }

  coil(address: number): boolean | undefined {
    return this.#coils[address];
  }

  /** Forgets what it was told. The arm stays where it is; both lights show red. */
  boot(): void {
    this.#coils.splice(0, this.#coils.length, ...Array.from({ length: COIL_COUNT }, () => false));
    this.#coils[COIL.lightEntryRed] = true;
    this.#coils[COIL.lightExitRed] = true;
    this.#watchdogSeen = false;
    this.#boom.drive("still");
  }

  setField(changes: Partial<FieldInputs>): void {
    const pressed = changes.manualOpenButton === true && !this.#field.manualOpenButton;
    this.#field = { ...this.#field, ...changes };
    if (pressed) {
      this.#boom.drive("raising");
    }
    this.guard();
  }

  /** A wire that shows `value` whatever is true; undefined repairs it. */
  force(name: GateInputName, value: boolean | undefined): void {
    if (value === undefined) {
      this.#forced.delete(name);
    } else {
      this.#forced.set(name, value);
    }
    this.guard();
  }

  /** Takes one coil as the lane writes it. Returns the boom command that this was, if any. */
  writeCoil(address: number, on: boolean): BoomCommandReceived | undefined {
    if (address === COIL.cmdOpen || address === COIL.cmdClose) {
      return on ? this.#pulse(address === COIL.cmdOpen ? "raise" : "lower") : undefined;
    }
    if (address === COIL.watchdogToggle && this.#coils[address] !== on) {
      this.#watchdogSeen = true;
      this.#counters = { ...this.#counters, watchdogToggles: this.#counters.watchdogToggles + 1 };
    }
    this.#coils[address] = on;
    return undefined;
  }

  /** No lane is there any more: no further vehicle is asked in, and new opens are inhibited. */
  loseWatchdog(): void {
    this.#watchdogSeen = false;
    this.#coils[COIL.lightEntryRed] = true;
    this.#coils[COIL.lightEntryGreen] = false;
  }

  /** The safety rules, to be applied whenever anything has changed. */
  guard(): void {
    const inputs = this.inputs();
    if (!inputs.estopOk || inputs.motorFault || inputs.boomBroken) {
      this.#boom.drive("still");
    } else if (inputs.fireOpen && this.#boom.position < 1) {
      this.#boom.drive("raising");
    } else if (this.#boom.motion === "lowering" && occupied(inputs)) {
      this.#boom.drive("raising");
    }
  }

  #pulse(command: "raise" | "lower"): BoomCommandReceived {
    const inputs = this.inputs();
    const able = inputs.estopOk && !inputs.motorFault && !inputs.boomBroken;
    const listening = inputs.modeAuto && this.#watchdogSeen;
    const mayLower = !occupied(inputs) && !inputs.fireOpen && this.#coils[COIL.inhibitClose] !== true;
    const obeyed = able && listening && (command === "raise" || mayLower);
    if (obeyed) {
      this.#boom.drive(command === "raise" ? "raising" : "lowering");
    }
    const { raise, lower, refused, watchdogToggles } = this.#counters;
    this.#counters = {
      raise: command === "raise" ? raise + 1 : raise,
      lower: command === "lower" ? lower + 1 : lower,
      refused: obeyed ? refused : refused + 1,
      watchdogToggles,
    };
    return { command, obeyed };
  }

  #shown(redLamp: number, greenLamp: number): ShownLight {
    if (this.#coils[redLamp] === true) {
      return "red";
    }
    return this.#coils[greenLamp] === true ? "green" : "off";
  }
}

function occupied(inputs: GateInputs): boolean {
  return inputs.loopUnder || inputs.curtain;
}
