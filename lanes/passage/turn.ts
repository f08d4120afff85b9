import type { GateCommand, LightColour } from "#contract/device";
import { InvariantError } from "#contract/errors";
import type { JournalType } from "#contract/journal";
import type { LanePolicy } from "../decision/policy.ts";
import type { LaneEffect, LaneEvent, LaneState, Passage, Phase, Step } from "./model.ts";

/**
 * One step in the making: the state so far and the effects so far. Lives only inside `step`, so the step stays a
 * function of its arguments while its parts read like sentences.
 */
export class Turn {
  state: LaneState;
  readonly event: LaneEvent;
  readonly policy: LanePolicy;
  readonly #effects: LaneEffect[] = [];

  constructor(state: LaneState, event: LaneEvent, policy: LanePolicy) {
    this.state = state;
    this.event = event;
    this.policy = policy;
  }

  get passage(): Passage {
    if (this.state.passage === null) throw new InvariantError("no passage is open");
    return this.state.passage;
  }

  set(patch: Partial<LaneState>): void {
    this.state = { ...this.state, ...patch };
  }

  update(patch: Partial<Passage>): void {
    this.state = { ...this.state, passage: { ...this.passage, ...patch } };
  }

  effect(effect: LaneEffect): void {
    this.#effects.push(effect);
  }

  record(entry: JournalType, data: unknown): void {
    this.effect({ type: "record", entry, passage: this.state.passage?.id ?? null, data });
  }

  /** Enters a phase, with the time it may last; the timer of the phase before it is gone. */
  enter(phase: Phase, limitMs: number | null, why: string): void {
    const from = this.passage.phase;
    this.update({ phase });
    this.record("passage.phase", { from, to: phase, why });
    if (limitMs === null) this.cancelTimer("phase");
    else this.startTimer("phase", limitMs);
  }

  /** Forms the intent of a boom command. Its record is durable before the command leaves (two-phase actuation). */
  moveBoom(command: "raise-boom" | "lower-boom", why: string): void {
    const commandId = this.#send({ type: command });
    this.update({ intent: { commandId, command } });
    this.record("barrier.command", { commandId, command, why });
  }

  startTimer(timer: string, afterMs: number): void {
    this.effect({ type: "start-timer", timer, afterMs, keep: false });
  }

  /** For a condition that must hold for a while: started when it begins, left alone while it lasts. */
  keepTimer(timer: string, afterMs: number): void {
    this.effect({ type: "start-timer", timer, afterMs, keep: true });
  }

  cancelTimer(timer: string): void {
    this.effect({ type: "cancel-timer", timer });
  }

  entryLight(colour: LightColour): void {
    if (this.state.entryLight === colour) return;
    this.set({ entryLight: colour });
    this.#light({ type: "entry-light", colour });
  }

  exitLight(colour: LightColour): void {
    if (this.state.exitLight === colour) return;
    this.set({ exitLight: colour });
    this.#light({ type: "exit-light", colour });
  }

  result(): Step {
    return { state: this.state, effects: this.#effects };
  }

  #light(command: GateCommand): void {
    const commandId = this.#send(command);
    this.record("signal.changed", { commandId, ...command });
  }

  #send(command: GateCommand): string {
    const commandCount = this.state.commandCount + 1;
    const commandId = `C${commandCount}`;
    this.set({ commandCount });
    const passage = this.state.passage?.id ?? null;
    this.effect({ type: "command", commandId, passage, command, issuedAt: this.event.at });
    return commandId;
  }
}
