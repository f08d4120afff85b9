import {
  type DeviceClass,
  type DeviceHealth,
  type DeviceHome,
  FAULT_CATALOGUE,
  type FaultCode,
} from "#contract/device";
import { isoUtc, type MonotonicMs, type UtcMs } from "#contract/units";
import type { DeviceNotes } from "./device-board.ts";

/** A device as the lane file has it. */
export interface DeviceEntry {
  readonly id: string;
  readonly class: DeviceClass;
  readonly driver: string;
  readonly home: DeviceHome;
  /** What the driver does, in one sentence. */
  readonly summary: string;
  /** As configured, with defaults. No secret stands in them, only where secrets are. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * `good`: fresh; `old`: the device should have said more since; `lost`: the device is down, and this is what it said
 * before; `event`: a value that only changes when something happens, so its age means nothing.
 */
export type ValueQuality = "good" | "old" | "lost" | "event";

/** One value of a device as it is now. */
export interface LiveValue {
  readonly name: string;
  readonly value: boolean | number | string;
  readonly unit: string;
  readonly ageMs: number;
  readonly quality: ValueQuality;
}

/** Everything about one device, for a person who stands before it. Times in RFC 3339. */
export interface DeviceView extends DeviceEntry {
  readonly health: DeviceHealth;
  /** What to look at for the fault that it has, null without one. */
  readonly advice: string | null;
  readonly values: readonly LiveValue[];
  /** The newest first. */
  readonly transitions: readonly { readonly at: string; readonly what: string }[];
}

/** A device of these classes says something several times a second; older values are old, milliseconds. */
const FRESH_MS: Readonly<Partial<Record<DeviceClass, number>>> = { gate: 1500, weighbridge: 1500 };

/** What a fault means and where to look. */
export const adviceOn = (code: FaultCode): string => FAULT_CATALOGUE[code];

/** Puts together what is configured and what was heard. */
export function viewOf(
  entry: DeviceEntry,
  notes: DeviceNotes,
  now: { readonly monotonic: MonotonicMs; readonly health: DeviceHealth | undefined },
): DeviceView {
  const unheard = { code: "OFFLINE", detail: "nothing was heard of it yet" } as const;
  const health = now.health ?? notes.health ?? { state: "down", fault: unheard };
  const limit = FRESH_MS[entry.class];
  const values = [...notes.values.values()].map(({ name, value, unit, at }) => {
    const ageMs = Math.max(0, Math.round(now.monotonic - at));
    return { name, value, unit, ageMs, quality: qualityOf(ageMs, limit, health) };
  });
  return {
    ...entry,
    health,
    advice: health.fault === undefined ? null : adviceOn(health.fault.code),
    values,
    transitions: notes.transitions.map(({ utc, what }) => ({ at: isoUtc(utc as UtcMs), what })).reverse(),
  };
}

function qualityOf(ageMs: number, limit: number | undefined, health: DeviceHealth): ValueQuality {
  if (health.state === "down") return "lost";
  if (limit === undefined) return "event";
  return ageMs <= limit ? "good" : "old";
}
