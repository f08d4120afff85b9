import type { GateCommand, LightColour } from "#contract/device";
import { InvariantError } from "#contract/errors";
import type { JournalType } from "#contract/journal";
import type { LanePolicy } from "../decision/policy.ts";
import { isLaneTimer, NEXT, OVERRIDE_TIMER } from "./lane-timers.ts";
import type { AlarmCode, LaneEffect, LaneEvent, LaneState, Passage, Phase, Step } from "./model.ts";

/**
 * One step in the making: the state so far and the effects so far. Lives only inside `step`, so the step stays a
 * function of its arguments while its parts read like sentences.
 */
export class Turn {
  state: LaneState;
  readonly event: LaneEvent;
  readonly policy: LanePolicy;
  readonly #effects: LaneEffect[] = [];
  #place: "passage" | "next" = "passage";

  constructor(state: LaneState, event: LaneEvent, policy: LanePolicy) {
    this.state = state;
    this.event = event;
    this.policy = policy;
  }

  /** The passage in question: that of the foremost vehicle, or inside `forNext` that of the vehicle behind it. */
  get passage(): Passage {
    const passage = this.state[this.#place];
    if (passage === null) throw new InvariantError("no passage is open");
    return passage;
  }

  get isNext(): boolean {
    return this.#place === "next";
  }

  /** Does something about the vehicle behind. Its timers are its own. */
  forNext(act: () => void): void {
    this.#place = "next";
    act();
    this.#place = "passage";
  }

  open(passage: Passage): void {
    this.set({ [this.#place]: passage });
  }

  close(): void {
    this.set({ [this.#place]: null });
  }

  /** The foremost vehicle is gone and the one behind takes its place, with its timers as they run. */
  moveUp(): void {
    const { next, timers } = this.state;
    if (next === null) return;
    this.set({ passage: next, next: null });
    for (const [timer, due] of Object.entries(timers)) {
      if (!timer.startsWith(NEXT)) continue;
      this.set({ timers: without(this.state.timers, timer) });
      this.effect({ type: "cancel-timer", timer });
      this.startTimer(timer.slice(NEXT.length), Math.max(0, due - this.event.at));
    }
  }

  set(patch: Partial<LaneState>): void {
    this.state = { ...this.state, ...patch };
  }

  update(patch: Partial<Passage>): void {
    this.state = { ...this.state, [this.#place]: { ...this.passage, ...patch } };
  }

  effect(effect: LaneEffect): void {
    this.#effects.push(effect);
  }

  record(entry: JournalType, data: unknown): void {
    this.recordOf(this.state[this.#place]?.id ?? null, entry, data);
  }

  /** A record of another passage than the one that is open, or of none. */
  recordOf(passage: string | null, entry: JournalType, data: unknown): void {
    this.effect({ type: "record", entry, passage, data });
  }

  /** Something that a person should look at. It stands until its cause is over or a person ends it. */
  alarm(code: AlarmCode, detail: string): void {
    if (this.state.alarms[code] !== undefined) return;
    this.set({ alarms: { ...this.state.alarms, [code]: { since: this.event.utc, detail } } });
    this.record("alarm.raised", { code, detail });
  }

  endAlarm(code: AlarmCode, why: string): void {
    if (this.state.alarms[code] === undefined) return;
    const { [code]: _, ...alarms } = this.state.alarms;
    this.set({ alarms });
    this.record("alarm.cleared", { code, why });
  }

  /** Enters a phase, with the time it may last; the timer of the phase before it is gone. */
  enter(phase: Phase, limitMs: number | null, why: string): void {
    const from = this.passage.phase;
    this.update({ phase });
    this.record("passage.phase", { from, to: phase, why });
    if (limitMs === null) this.cancelTimer("phase");
    else this.startTimer("phase", limitMs);
  }

  /** Ends the intent that is open, with what became of it. Every boom command on record gets its outcome on record. */
  settleIntent(outcome: "done" | "not done", how: string): void {
    const { intent } = this.passage;
    if (intent === null) return;
    this.record("barrier.outcome", { commandId: intent.commandId, command: intent.command, outcome, how });
    this.update({ intent: null });
  }

  /** Forms the intent of a boom command. Its record is durable before the command leaves (two-phase actuation). */
  moveBoom(command: "raise-boom" | "lower-boom", why: string): void {
    const commandId = this.#send({ type: command });
    this.update({ intent: { commandId, command } });
    this.record("barrier.command", { commandId, command, why });
  }

  /** The same outside a passage, on the order of a person. */
  moveBoomByOrder(command: "raise-boom" | "lower-boom", order: string, why: string): void {
    const commandId = this.#send({ type: command });
    this.set({ override: { commandId, command, order } });
    this.record("barrier.command", { commandId, command, why });
  }

  /** Ends the boom command of a person, with what became of it. */
  settleOverride(outcome: "done" | "not done" | "refused or unknown", how: string): void {
    const { override } = this.state;
    if (override === null) return;
    this.cancelTimer(OVERRIDE_TIMER);
    this.record("barrier.outcome", { commandId: override.commandId, command: override.command, outcome, how });
    this.set({ override: null });
  }

  startTimer(name: string, afterMs: number): void {
    const timer = this.#timer(name);
    this.set({ timers: { ...this.state.timers, [timer]: this.event.at + afterMs } });
    this.effect({ type: "start-timer", timer, afterMs, keep: false });
  }

  /** For a condition that must hold for a while: started when it begins, left alone while it lasts. */
  keepTimer(name: string, afterMs: number): void {
    const timer = this.#timer(name);
    if (this.state.timers[timer] !== undefined) return;
    this.set({ timers: { ...this.state.timers, [timer]: this.event.at + afterMs } });
    this.effect({ type: "start-timer", timer, afterMs, keep: true });
  }

  cancelTimer(name: string): void {
    this.#cancel(this.#timer(name));
  }

  /** Every timer of the passage. */
  cancelAllTimers(): void {
    for (const timer of Object.keys(this.state.timers)) {
      if (!isLaneTimer(timer) && timer.startsWith(NEXT) === this.isNext) this.#cancel(timer);
    }
  }

  /**
   * Whether an expiry is that of the timer as it runs now. One that comes too early, because its timer was started anew
   * meanwhile or the shell's clock rounds, is asked for again.
   */
  timerIsDue(timer: string): boolean {
    const due = this.state.timers[timer];
    if (due === undefined) return false;
    if (this.event.at < due) {
      this.effect({ type: "start-timer", timer, afterMs: due - this.event.at, keep: false });
      return false;
    }
    this.set({ timers: without(this.state.timers, timer) });
    return true;
  }

  entryLight(colour: LightColour): void {
    if (this.state.entryLight === colour) return;
    this.set({ entryLight: colour });
    this.signal({ type: "entry-light", colour });
  }

  exitLight(colour: LightColour): void {
    if (this.state.exitLight === colour) return;
    this.set({ exitLight: colour });
    this.signal({ type: "exit-light", colour });
  }

  /** Tells a light or the siren something; the record is durable before the command leaves. */
  signal(command: GateCommand): string {
    const commandId = this.#send(command);
    this.record("signal.changed", { commandId, ...command });
    return commandId;
  }

  /** A number for a question whose answer must not be taken for that to another. */
  ask(): number {
    const questionCount = this.state.questionCount + 1;
    this.set({ questionCount });
    return questionCount;
  }

  result(): Step {
    return { state: this.state, effects: this.#effects };
  }

  #timer(name: string): string {
    return this.isNext && !isLaneTimer(name) ? `${NEXT}${name}` : name;
  }

  #cancel(timer: string): void {
    if (this.state.timers[timer] === undefined) return;
    this.set({ timers: without(this.state.timers, timer) });
    this.effect({ type: "cancel-timer", timer });
  }

  #send(command: GateCommand): string {
    const commandCount = this.state.commandCount + 1;
    const commandId = `C${commandCount}`;
    this.set({ commandCount });
    const passage = this.state[this.#place]?.id ?? null;
    this.effect({ type: "command", commandId, passage, command, issuedAt: this.event.at });
    return commandId;
  }
}

/** A copy without one of them. */
function without(timers: LaneState["timers"], timer: string): LaneState["timers"] {
  const others: Record<string, number> = {};
  for (const name in timers) {
    const due = timers[name];
    if (name !== timer && due !== undefined) others[name] = due;
  }
  return others;
}
