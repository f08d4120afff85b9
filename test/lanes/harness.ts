import assert from "node:assert/strict";
import type { CachedClearance, Clearance } from "#contract/clearance";
import type { DecisionRecord } from "#contract/decision";
import type { DeviceClass, GateInputs } from "#contract/device";
import type { JournalType } from "#contract/journal";
import type { Order, OrderOutcome, Wish } from "#contract/order";
import type { TextReading } from "#contract/reading";
import type { LanePolicy } from "#lanes/decision/policy";
import { assertInvariants } from "#lanes/passage/invariants";
import {
  INITIAL_STATE,
  type LaneEffect,
  type LaneEvent,
  type LaneState,
  type Passage,
  type Phase,
  type ScaleLoad,
  type Step,
} from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import {
  CONTAINER,
  containerReading,
  EPOCH,
  GROSS_KG,
  plateReading,
  policyWith,
  QUIET,
  SITE,
  TRACTOR,
} from "./builders.ts";

type Input<E = LaneEvent> = E extends LaneEvent ? Omit<E, "at" | "utc"> : never;
type Effect<T extends LaneEffect["type"]> = Extract<LaneEffect, { type: T }>;

/** What the outside answers. Change it in the course of a story. */
export interface World {
  clearances: CachedClearance[];
  /** Age of the clearance list, as the shell reports it with each answer. */
  listAgeMs: number;
  /** What a camera sees in each picture in turn, the last for ever; null for a picture that could not be taken. */
  pictures: Record<string, readonly (readonly TextReading[] | null)[]>;
  /** Null: the weight does not settle. */
  grossKg: number | null;
  zeroSeen: boolean;
  /** False: the disk takes its time, `diskAnswers` ends the wait. */
  diskIsFast: boolean;
  cacheAnswers: boolean;
}

/**
 * The shell of a lane with a clock that only stories move. Checks the invariants after every step, and that the state
 * survives being written down.
 */
export class Lane {
  readonly world: World;
  readonly policy: LanePolicy;
  readonly journal: { readonly entry: JournalType; readonly passage: string | null; readonly data: unknown }[] = [];
  readonly commands: Effect<"command">[] = [];
  readonly captures: Effect<"capture">[] = [];
  /** What unmanned vehicles were told. */
  readonly told: (Effect<"grant"> | Effect<"refuse">)[] = [];
  /** What people were told about their orders. */
  readonly answered: OrderOutcome[] = [];
  /** Questions to the disk so far, by their numbers. */
  readonly questions: number[] = [];
  state: LaneState = INITIAL_STATE;
  /** Sees every step, before its effects are performed. */
  onStep: (before: LaneState, event: LaneEvent, result: Step) => void = () => undefined;
  /** Whether every state is written down and read again; long random runs do so only at restarts. */
  checksTheDisk = true;
  /** Monotonic time, milliseconds. */
  now = 1_000_000;
  #utcAtZero = EPOCH - this.now;
  #setByMs = 0;
  #inputs: GateInputs = QUIET;
  #boots = 0;
  #orders = 0;
  readonly #timers = new Map<string, number>();
  readonly #inbox: LaneEvent[] = [];
  readonly #held: LaneEvent[] = [];

  constructor(world: Partial<World> = {}, policy: LanePolicy = policyWith()) {
    this.policy = policy;
    this.world = {
      clearances: [],
      listAgeMs: 0,
      pictures: { front: [[plateReading(TRACTOR)]], side: [[containerReading(CONTAINER)]] },
      grossKg: GROSS_KG,
      zeroSeen: true,
      diskIsFast: true,
      cacheAnswers: true,
      ...world,
    };
  }

  get utc(): number {
    return this.#utcAtZero + this.now;
  }

  get passage(): Passage {
    assert.ok(this.state.passage, "a passage is open");
    return this.state.passage;
  }

  /** What the gate shows, read or not. */
  get inputs(): GateInputs {
    return this.#inputs;
  }

  get phase(): Phase | null {
    return this.state.passage?.phase ?? null;
  }

  /** Boom commands so far, in order. */
  get booms(): readonly string[] {
    return this.commands.map(({ command }) => command.type).filter((type) => type.endsWith("-boom"));
  }

  get lastDecision(): DecisionRecord {
    const found = this.records("decision.made").at(-1);
    assert.ok(found, "a decision was made");
    return found as unknown as DecisionRecord;
  }

  /** How the last passage ended. */
  get result(): unknown {
    return this.records("passage.closed").at(-1)?.["result"];
  }

  records(entry: JournalType): readonly Readonly<Record<string, unknown>>[] {
    return this.journal.flatMap((row) => (row.entry === entry ? [row.data as Record<string, unknown>] : []));
  }

  consumption(id = "CL-1"): string | undefined {
    return this.world.clearances.find(({ clearance }) => clearance.id === id)?.consumption;
  }

  post(input: Input): this {
    this.#inbox.push({ ...input, at: this.now, utc: this.utc } as LaneEvent);
    for (let event = this.#inbox.shift(); event !== undefined; event = this.#inbox.shift()) this.#take(event);
    return this;
  }

  /** Lets time pass; timers fire on the way. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const next = [...this.#timers].sort(([, a], [, b]) => a - b)[0];
      if (next === undefined || next[1] > until) break;
      const [timer, due] = next;
      this.now = Math.max(this.now, due);
      this.fire(timer);
    }
    this.now = until;
    return this;
  }

  /** An expiry that the shell reports, rightly or not. */
  fire(timer: string): this {
    this.#timers.delete(timer);
    return this.post({ type: "timer-expired", timer });
  }

  /** Changes inputs of the gate PLC. */
  gate(change: Partial<GateInputs>): this {
    this.#inputs = { ...this.#inputs, ...change };
    return this.post({ type: "gate-inputs", inputs: this.#inputs });
  }

  /** Changes inputs while nobody can read them. */
  unseen(change: Partial<GateInputs>): this {
    this.#inputs = { ...this.#inputs, ...change };
    return this;
  }

  scale(load: ScaleLoad): this {
    return this.post({ type: "scale-load", load });
  }

  link(up: boolean): this {
    return this.post({ type: "link", up, detail: "" });
  }

  lose(deviceClass: DeviceClass): this {
    const health = { state: "down", fault: { code: "OFFLINE", detail: "" } } as const;
    return this.post({ type: "device-health", device: deviceClass, class: deviceClass, health });
  }

  /** A person asks for something; the last answer tells what came of it. */
  order(wish: Wish, who: Partial<Order> = {}): this {
    this.#orders += 1;
    const id = `00000000-0000-4000-8000-${String(this.#orders).padStart(12, "0")}`;
    const by = { subject: "O-17", role: "officer" } as const;
    return this.post({ type: "order", order: { id, by, secondBy: null, reason: "seen with own eyes", wish, ...who } });
  }

  /** Operations change a clearance; the lane hears of it. */
  change(id: string, change: Partial<Clearance>): this {
    this.world.clearances = this.world.clearances.map((one) =>
      one.clearance.id === id
        ? { ...one, clearance: { ...one.clearance, ...change, version: one.clearance.version + 1 } }
        : one,
    );
    return this.post({ type: "clearances-changed", version: 8 });
  }

  /** The disk and the cache answer what they were asked, in order. */
  answers(): this {
    for (const event of this.#held.splice(0)) this.post({ ...event });
    return this;
  }

  /** The wall clock is set, by so much against what it would show. */
  setClock(byMs: number): this {
    this.#utcAtZero += byMs - this.#setByMs;
    this.#setByMs = byMs;
    return this;
  }

  /** The daemon dies and starts again: timers, questions and monotonic time are lost, the state on the disk is not. */
  restart(downMs = 2000): this {
    this.#timers.clear();
    this.#held.length = 0;
    const utc = this.utc + downMs;
    this.now = 50;
    this.#utcAtZero = utc - this.now;
    this.#boots += 1;
    return this.post({ type: "started", boot: `boot-${this.#boots}`, site: SITE });
  }

  /** The same while the machine goes on: its monotonic clock does, too. */
  restartDaemon(machine: string, downMs = 2000): this {
    this.#timers.clear();
    this.#held.length = 0;
    this.now += downMs;
    this.#boots += 1;
    return this.post({ type: "started", boot: `boot-${this.#boots}`, site: SITE, machine });
  }

  /** First start, first image: the lane stands ready. */
  ready(): this {
    return this.post({ type: "started", boot: "boot-0", site: SITE }).link(true).scale("empty").gate({});
  }

  #take(event: LaneEvent): void {
    const before = this.state;
    const result = step(before, event, this.policy);
    assertInvariants(before, event, result);
    this.onStep(before, event, result);
    this.state = this.checksTheDisk || event.type === "started" ? fromTheDisk(result.state) : result.state;
    for (const effect of result.effects) this.#perform(effect);
    for (const [timer, due] of Object.entries(this.state.timers)) {
      if (this.#timers.get(timer) !== due)
        assert.fail(`${timer} is due at ${due}, the shell has ${this.#timers.get(timer)}`);
    }
  }

  #perform(effect: LaneEffect): void {
    switch (effect.type) {
      case "record":
        this.journal.push(effect);
        return;
      case "command":
        this.commands.push(effect);
        return;
      case "capture":
        return this.#takePicture(effect);
      case "find-clearances":
        return this.#answer(this.#found(effect), this.world.cacheAnswers);
      case "weigh":
        return this.#weigh(effect.passage);
      case "stop-weighing":
        return;
      case "confirm-durable":
        this.questions.push(effect.question);
        return this.#answer(
          { type: "decision-durable", passage: effect.passage, question: effect.question },
          this.world.diskIsFast,
        );
      case "consumption":
        return this.#use(effect);
      case "start-timer":
        if (!effect.keep || !this.#timers.has(effect.timer)) this.#timers.set(effect.timer, this.now + effect.afterMs);
        return;
      case "grant":
      case "refuse":
        this.told.push(effect);
        return;
      case "answer":
        this.answered.push(effect.outcome);
        return;
      case "cancel-timer":
        this.#timers.delete(effect.timer);
        return;
    }
  }

  /** Answers keep the order of the questions: behind one that takes its time all of its kind wait. */
  #answer(input: Input, now: boolean): void {
    const waits = !now || this.#held.some(({ type }) => type === input.type);
    (waits ? this.#held : this.#inbox).push({ ...input, at: this.now, utc: this.utc } as LaneEvent);
  }

  #takePicture(effect: Effect<"capture">): void {
    const { captureId, passage, camera } = effect;
    this.captures.push(effect);
    const script = this.world.pictures[camera] ?? [];
    const count = this.captures.filter((one) => one.camera === camera).length;
    const readings = script[Math.min(count, script.length) - 1];
    if (readings === undefined) return;
    if (readings === null) {
      this.#answer({ type: "capture-failed", captureId, passage, camera, code: "TIMEOUT", detail: "" }, true);
      return;
    }
    const evidence = { sha256: "e".repeat(64), bytes: 1000, takenAt: this.utc };
    const modelHash = "a".repeat(64);
    this.#answer(
      { type: "capture-result", captureId, passage, camera, evidence, readings, modelHash, elapsedMs: 1 },
      true,
    );
  }

  #found({ passage, question, container, plate }: Effect<"find-clearances">): Input {
    const candidates = this.world.clearances.filter(
      ({ clearance }) =>
        clearance.vehicle.tractorPlate === plate || clearance.containers.some(({ number }) => number === container),
    );
    return { type: "clearances-found", passage, question, candidates, version: 7, ageMs: this.world.listAgeMs };
  }

  #weigh(passage: string): void {
    const { grossKg, zeroSeen } = this.world;
    if (grossKg === null) return;
    this.#answer({ type: "weight-settled", passage, grossKg, spreadKg: 0, zeroSeen }, true);
  }

  #use({ clearance, consumption, passage }: Effect<"consumption">): void {
    this.world.clearances = this.world.clearances.map((one) => {
      if (one.clearance.id !== clearance) return one;
      return consumption === "none"
        ? { clearance: one.clearance, consumption }
        : { clearance: one.clearance, consumption, passage };
    });
  }
}

function fromTheDisk(state: LaneState): LaneState {
  const written = JSON.parse(JSON.stringify(state)) as LaneState;
  assert.deepEqual(written, state, "the state survives the disk");
  return written;
}
