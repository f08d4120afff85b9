import type { DecisionRecord } from "#contract/decision";
import type { LaneEffect, LaneState, Passage } from "#lanes/passage/model";

/** All that the simulator knows about the shape of the core's state stands here; the rest of it sees events and effects. */

export function openPassages(state: LaneState): readonly Passage[] {
  return [state.passage, state.next].flatMap((one) => (one === null ? [] : [one]));
}

export function passageById(state: LaneState, id: string | null): Passage | undefined {
  return openPassages(state).find((passage) => passage.id === id);
}

export type CommandEffect = Extract<LaneEffect, { type: "command" }>;
export type RecordEffect = Extract<LaneEffect, { type: "record" }>;

/** Whether a command moves the boom; the others are lights. */
export function movesBoom({ command }: CommandEffect): boolean {
  return command.type === "raise-boom" || command.type === "lower-boom";
}

/** A passage with a PASS on the disk, as the interlock asks for it. */
export function holdsDurablePass(state: LaneState, passage: string | null): boolean {
  const decision = passageById(state, passage)?.decision;
  return decision?.verdict === "PASS" && decision.durable;
}

/** The decision that a record effect carries, if it carries one. */
export function decisionOf(effect: RecordEffect): Omit<DecisionRecord, "policyHash"> | null {
  return effect.entry === "decision.made" ? (effect.data as Omit<DecisionRecord, "policyHash">) : null;
}

/** A field of the data of a record, as text; empty when it has none. */
export function textOf(effect: RecordEffect, field: string): string {
  const value = (effect.data as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" ? value : "";
}
