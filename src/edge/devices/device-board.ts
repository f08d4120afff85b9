import type { DeviceEvent, DeviceHealth, GateInputName } from "#contract/device";
import { unreachable } from "#contract/errors";
import type { Clock, MonotonicMs, UtcMs } from "#contract/units";

/** What a device said last about one of its values. */
export interface BoardValue {
  readonly name: string;
  readonly value: boolean | number | string;
  /** Unit, empty where there is none. */
  readonly unit: string;
  readonly at: MonotonicMs;
}

/** Something that has changed. */
export interface Transition {
  readonly utc: UtcMs;
  readonly what: string;
}

/** Everything that was heard of one device. */
export interface DeviceNotes {
  readonly values: ReadonlyMap<string, BoardValue>;
  /** The newest last. */
  readonly transitions: readonly Transition[];
  readonly health: DeviceHealth | null;
  /** When it said anything at all, undefined before the first word. */
  readonly heardAt: MonotonicMs | undefined;
  /** Weights of the last seconds, the newest last. */
  readonly weights: readonly { readonly at: MonotonicMs; readonly grossKg: number; readonly stable: boolean }[];
}

interface Mutable {
  readonly values: Map<string, BoardValue>;
  readonly transitions: Transition[];
  health: DeviceHealth | null;
  heardAt: MonotonicMs | undefined;
  weights: { readonly at: MonotonicMs; readonly grossKg: number; readonly stable: boolean }[];
}

/** Changes kept of one device. */
const MOST_TRANSITIONS = 100;
/** Weights kept, milliseconds. */
const WEIGHTS_MS = 10_000;

/** Remembers what each device said last and what has changed, for people who look into the lane. */
export class DeviceBoard {
  readonly #clock: Clock;
  readonly #devices = new Map<string, Mutable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(event: DeviceEvent): void {
    const notes = this.#notesOf(event.device);
    switch (event.type) {
      case "gate-inputs":
        notes.heardAt = event.at;
        for (const [name, value] of Object.entries(event.inputs) as [GateInputName, boolean][]) {
          this.#set(notes, name, value, event.at, { tell: true });
        }
        return;
      case "weight":
        return this.#weight(notes, event.sample);
      case "health":
        return this.#health(notes, event.health, event.at);
      case "plate-seen":
        return this.#seen(notes, event.at, "plate", event.plate);
      case "id-seen":
        return this.#seen(notes, event.at, event.kind, event.id);
      case "seal-read":
        return this.#seen(notes, event.at, "seal", `${event.seal} ${event.state}, battery ${event.battery}`);
      case "vehicle-requested":
      case "vehicle-entered":
      case "vehicle-left":
      case "vehicle-lost": {
        const what = event.type.replace("vehicle-", "");
        return this.#seen(notes, event.at, "vehicle", `${event.vehicle} ${what} (${event.request})`);
      }
      default:
        return unreachable(event);
    }
  }

  /** What was heard of a device; nothing for one that has not said a word. */
  of(device: string): DeviceNotes {
    return this.#devices.get(device) ?? { ...blank(), values: new Map() };
  }

  #notesOf(device: string): Mutable {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const made = blank();
    this.#devices.set(device, made);
    return made;
  }

  #weight(notes: Mutable, sample: Extract<DeviceEvent, { type: "weight" }>["sample"]): void {
    const { at, grossKg, stable, atZero, overRange, underRange, sequence } = sample;
    notes.heardAt = at;
    this.#set(notes, "gross", grossKg, at, { unit: "kg" });
    this.#set(notes, "stable", stable, at);
    this.#set(notes, "atZero", atZero, at, { tell: true });
    this.#set(notes, "overRange", overRange, at, { tell: true });
    this.#set(notes, "underRange", underRange, at, { tell: true });
    this.#set(notes, "sequence", sequence, at);
    notes.weights.push({ at, grossKg, stable });
    while (at - (notes.weights[0]?.at ?? at) > WEIGHTS_MS) notes.weights.shift();
  }

  #health(notes: Mutable, health: DeviceHealth, at: MonotonicMs): void {
    notes.health = health;
    const { state, fault } = health;
    this.#note(notes, at, fault === undefined ? `health ${state}` : `health ${state}, ${fault.code}: ${fault.detail}`);
  }

  #seen(notes: Mutable, at: MonotonicMs, name: string, text: string): void {
    notes.heardAt = at;
    notes.values.set(name, { name, value: text, unit: "", at });
    this.#note(notes, at, `${name} ${text}`);
  }

  #set(
    notes: Mutable,
    name: string,
    value: boolean | number,
    at: MonotonicMs,
    { unit = "", tell = false }: { readonly unit?: string; readonly tell?: boolean } = {},
  ): void {
    const before = notes.values.get(name);
    notes.values.set(name, { name, value, unit, at });
    if (tell && before !== undefined && before.value !== value) this.#note(notes, at, `${name} ${onOff(value)}`);
  }

  #note(notes: Mutable, at: MonotonicMs, what: string): void {
    const utc = Math.round(this.#clock.utc() - (this.#clock.monotonic() - at));
    notes.transitions.push({ utc, what });
    if (notes.transitions.length > MOST_TRANSITIONS) notes.transitions.shift();
  }
}

const blank = (): Mutable => ({ values: new Map(), transitions: [], health: null, heardAt: undefined, weights: [] });
const onOff = (value: boolean | number): string => (typeof value === "number" ? String(value) : value ? "on" : "off");
