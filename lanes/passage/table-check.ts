import type { LaneEffect, LaneEvent, LaneState, Occupancy } from "./model.ts";
import {
  BOOM_TRANSITIONS,
  MODE_TRANSITIONS,
  PASSAGE_TRANSITIONS,
  SCALE_TRANSITIONS,
  type Transition,
  ZONE_TRANSITIONS,
} from "./transitions.ts";

type Kinds = ReadonlySet<LaneEvent["type"]> | "any";
type Table = ReadonlyMap<string, Kinds>;

const tableOf = (rows: readonly Transition<string>[]): Table => {
  const table = new Map<string, Kinds>();
  for (const { from, to, on } of rows) {
    const before = table.get(`${from} ${to}`);
    table.set(`${from} ${to}`, on === "any" || before === "any" ? "any" : new Set([...(before ?? []), ...on]));
  }
  return table;
};
const ZONE = tableOf(ZONE_TRANSITIONS);
const SCALE = tableOf(SCALE_TRANSITIONS);
const BOOM = tableOf(BOOM_TRANSITIONS);
const MODE = tableOf(MODE_TRANSITIONS);
const PASSAGE = tableOf(PASSAGE_TRANSITIONS);
const ZONES = ["arrival", "entryEye", "exitEye", "underBoom", "exit"] as const satisfies readonly (keyof Occupancy)[];

interface Step {
  readonly before: LaneState;
  readonly event: LaneEvent;
  readonly after: LaneState;
  readonly effects: readonly LaneEffect[];
}

/** Whether every machine went only where its table lets it go, on this event. */
export function transitionsAreInTheTables({ before, event, after, effects }: Step): boolean {
  const may = (table: Table, from: string, to: string) => {
    if (from === to) return true;
    const on = table.get(`${from} ${to}`);
    return on !== undefined && (on === "any" || on.has(event.type));
  };
  return (
    ZONES.every((zone) => may(ZONE, before.occupancy[zone], after.occupancy[zone])) &&
    may(SCALE, before.occupancy.scale, after.occupancy.scale) &&
    may(BOOM, before.boom, after.boom) &&
    may(MODE, before.mode.service, after.mode.service) &&
    hopsOf(before, effects).every(([from, to]) => may(PASSAGE, from, to))
  );
}

/** What the records of a step say about the phases of its passages, in order. */
export function hopsOf({ passage, next }: LaneState, effects: readonly LaneEffect[]): (readonly [string, string])[] {
  const phases = new Map<string, string>();
  for (const one of [passage, next]) if (one !== null) phases.set(one.id, one.phase);
  const hops: (readonly [string, string])[] = [];
  for (const effect of effects) {
    if (effect.type !== "record" || effect.passage === null || !effect.entry.startsWith("passage.")) continue;
    const data = effect.data as { readonly to?: string; readonly result?: string };
    const to = effect.entry === "passage.opened" ? "identify" : (data.to ?? data.result ?? "");
    hops.push([phases.get(effect.passage) ?? "new", to]);
    phases.set(effect.passage, to);
  }
  return hops;
}
