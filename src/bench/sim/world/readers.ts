import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { LaneInput } from "../shell/lane-input.ts";
import type { Vehicle } from "./vehicle.ts";

/** What a lane has beside cameras. */
export interface FittedReaders {
  readonly tag: boolean;
  readonly code: boolean;
  readonly seal: boolean;
}

export interface ReadersOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly fitted: FittedReaders;
  readonly post: (input: LaneInput) => void;
}

/** Shares of vehicles whose transponder, code or seal answers; an estimate. */
const HEARD = { tag: 0.97, code: 0.95, seal: 0.99, lowBattery: 0.01 };
const OPENED = ["opened", "tampered"] as const;
/** How often the link to an unmanned vehicle breaks while it is in the lane. */
const LINK_LOST = 0.02;

/** Transponder reader, code terminal, seal reader and the link to unmanned vehicles: what they tell of who drives up. */
export class Readers {
  readonly #options: ReadersOptions;
  #requests = 0;
  readonly #asked = new Map<string, string>();

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  drivesUp(vehicle: Vehicle): void {
    const { dice, fitted } = this.#options;
    const { tag, code, seal, serial } = vehicle;
    if (serial !== undefined) this.#asks(vehicle.id, serial);
    if (fitted.tag && tag !== undefined && dice.chance(HEARD.tag)) {
      this.#later(2000, 9000, { type: "id-seen", device: "rfid", kind: "tag", id: epcOf(tag) });
    }
    if (fitted.code && code !== undefined && dice.chance(HEARD.code)) {
      this.#later(12_000, 25_000, { type: "id-seen", device: "terminal", kind: "code", id: code });
    }
    if (fitted.seal && seal !== undefined && dice.chance(HEARD.seal)) {
      const battery = dice.chance(HEARD.lowBattery) ? "low" : "ok";
      const state = seal.opened ? dice.pick(OPENED) : ("sealed" as const);
      this.#later(5000, 14_000, { type: "seal-read", device: "seals", seal: seal.number, state, battery });
    }
  }

  /** It drives under the boom. */
  enters(vehicle: Vehicle): void {
    this.#tell(vehicle.id, "vehicle-entered");
  }

  left(vehicle: Vehicle): void {
    this.#tell(vehicle.id, "vehicle-left");
    this.#asked.delete(vehicle.id);
  }

  #asks(id: string, serial: string): void {
    const { clockwork, dice } = this.#options;
    this.#requests += 1;
    this.#asked.set(id, `acme/${serial} R${this.#requests}`);
    this.#tell(id, "vehicle-requested");
    if (dice.chance(LINK_LOST)) clockwork.after(dice.between(5000, 60_000), () => this.#tell(id, "vehicle-lost"));
  }

  #tell(id: string, type: "vehicle-requested" | "vehicle-entered" | "vehicle-left" | "vehicle-lost"): void {
    const [vehicle = "", request = ""] = this.#asked.get(id)?.split(" ") ?? [];
    if (vehicle !== "") this.#options.post({ type, device: "fleet", vehicle, request, detail: "" });
  }

  #later(least: number, most: number, input: LaneInput): void {
    const { clockwork, dice, post } = this.#options;
    clockwork.after(dice.between(least, most), () => post(input));
  }
}

/** A plate as the EPC of a transponder spells it: ASCII in hexadecimal, filled up with zeros. */
function epcOf(plate: string): string {
  return [...plate]
    .map((character) => (character.codePointAt(0) ?? 0).toString(16).padStart(2, "0"))
    .join("")
    .padEnd(24, "0")
    .toUpperCase();
}
