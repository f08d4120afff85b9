import type { DeviceClass, GateCommand, GateInputs } from "#contract/device";
import type { WeightSample } from "#contract/reading";
import { ClearanceIndex } from "#control/clearance-index";
import { ListAge } from "#control/list-age";
import { ProcessImage } from "#control/process-image";
import { WeighbridgeGuard } from "#control/weighbridge-guard";
import type { LanePolicy } from "#lanes/decision/policy";
import type { InterlockImage, Permit } from "#lanes/interlock/permit";
import {
  INITIAL_STATE,
  type LaneEffect,
  type LaneEvent,
  type LaneSite,
  type LaneState,
  type Step,
} from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { CommandEffect } from "../lane-view.ts";
import type { FaultName, Swarm } from "../swarm.ts";
import type { HeardUse } from "../world/neighbour.ts";
import type { LaneClock } from "./lane-clock.ts";
import type { ClearanceFeed, LaneInput } from "./lane-input.ts";
import type { MemoryStore } from "./memory-store.ts";
import { VirtualActuator } from "./virtual-actuator.ts";
import { VirtualTimers } from "./virtual-timers.ts";

/** Everybody who wants to know what the lane does: checks and stories. */
export interface Witness {
  booted(boot: string): void;
  stepped(before: LaneState, event: LaneEvent, step: Step): void;
  /** What the interlock said to a command, at the moment it would go out. */
  asked(effect: CommandEffect, permission: Permit, image: InterlockImage): void;
}

export interface LaneShellOptions {
  readonly clockwork: Clockwork;
  readonly clock: LaneClock;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly policy: LanePolicy;
  readonly site: LaneSite;
  readonly store: MemoryStore;
  readonly witness: Witness;
  readonly command: (command: GateCommand, done: (ok: boolean, detail: string) => void) => void;
  readonly capture: (effect: Extract<LaneEffect, { type: "capture" }>) => void;
  readonly weightWanted: () => void;
  /** When the gate's driver last had an answer, in virtual time. */
  readonly gateReadAt: () => number;
  /** Operations get the chance to answer before the age of their list is asked for. */
  readonly askOperations: () => void;
  /** The process has died of its own; somebody has to start it again. */
  readonly died: (fault: FaultName) => void;
}

/** Commits under way at once, as in the control process. */
const COMMITS_LIMIT = 256;

/**
 * What the control process does, on virtual time: one event after the other, state and effects committed together, the
 * effects only after that, and every command through the interlock. It can die at any of these moments.
 */
export class LaneShell {
  readonly #options: LaneShellOptions;
  #state: LaneState = INITIAL_STATE;
  #index = new ClearanceIndex();
  #image = new ProcessImage();
  #guard: WeighbridgeGuard;
  #inbox: LaneEvent[] = [];
  readonly #timers: VirtualTimers;
  readonly #actuator: VirtualActuator;
  #commits = 0;
  #boots = 0;
  #running = false;
  #weighing = false;
  /** Version of the list that was taken last, on the disk or on the way there. */
  #taken = 0;
  #age: ListAge;
  #receivedAt: number | null = null;

  constructor(options: LaneShellOptions) {
    this.#options = options;
    this.#guard = this.#newGuard();
    this.#age = new ListAge(options.clock);
    this.#actuator = new VirtualActuator(options, (outcome) => this.post(outcome));
    this.#timers = new VirtualTimers(options, (timer) => this.post({ type: "timer-expired", timer }));
  }

  get state(): LaneState {
    return this.#state;
  }

  get running(): boolean {
    return this.#running;
  }

  /** A weight is waited for. */
  get weighing(): boolean {
    return this.#weighing;
  }

  /** The lane's own list of clearances, as its decisions see it. */
  get index(): ClearanceIndex {
    return this.#index;
  }

  /** Starts the process on what is on the disk. */
  boot(): void {
    const { store, clock, site, witness } = this.#options;
    this.#boots += 1;
    this.#running = true;
    clock.restart();
    // Through text, as the disk keeps it.
    this.#state = { ...INITIAL_STATE, ...(JSON.parse(JSON.stringify(store.state)) as LaneState) };
    this.#index = new ClearanceIndex(site.lane);
    this.#index.replace(store.version, store.records());
    for (const [id, use] of store.uses()) this.#index.use(id, use.consumption, use.passage);
    for (const use of store.usesElsewhere()) this.#index.useElsewhere(use);
    this.#taken = store.version;
    this.#image = new ProcessImage();
    this.#guard = this.#newGuard();
    this.#age = new ListAge(clock);
    if (this.#receivedAt !== null) this.#age.heard(this.#receivedAt);
    const boot = `boot-${this.#boots}`;
    witness.booted(boot);
    this.post({ type: "started", boot, site });
  }

  /** The process is gone: timers, questions and whatever was not on the disk with it. */
  crash(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#timers.cancelAll();
    this.#actuator.forget();
    this.#inbox = [];
    this.#commits = 0;
    this.#weighing = false;
    this.#options.store.lose();
  }

  post(input: LaneInput): void {
    if (!this.#running) return;
    const { clock } = this.#options;
    this.#inbox.push({ ...input, at: clock.monotonic(), utc: clock.utc() } as LaneEvent);
    this.#drain();
  }

  gateImage(inputs: GateInputs): void {
    if (!this.#running) return;
    if (this.#image.latch(inputs, this.#options.clock.monotonic())) this.post({ type: "gate-inputs", inputs });
  }

  sample(sample: WeightSample): void {
    if (this.#running) this.#guard.sample(sample);
  }

  health(device: string, deviceClass: DeviceClass, up: boolean): void {
    if (!this.#running) return;
    if (!up && deviceClass === "gate") this.#image.lose();
    if (!up && deviceClass === "weighbridge") this.#guard.lost();
    const health = up ? ({ state: "up" } as const) : OFFLINE;
    this.post({ type: "device-health", device, class: deviceClass, health });
  }

  link(up: boolean): void {
    if (!this.#running) return;
    this.post({ type: "link", up, detail: "" });
  }

  /** Operations have signed something; a vehicle that is held because they were silent is looked at again. */
  heard(at: number): void {
    if (!this.#running) return;
    const { freshMs } = this.#options.policy.offline;
    const wasSilent = this.#age.ms > freshMs;
    this.#age.heard(at);
    if (wasSilent && this.#age.ms <= freshMs) this.post({ type: "clearances-changed", version: this.#index.version });
  }

  /** First on the disk, then in memory, then the open passage looks again. */
  take(feed: ClearanceFeed): void {
    const { store, clock } = this.#options;
    const snapshot = feed.type === "clearance-snapshot";
    if (!this.#running || (snapshot ? feed.version <= this.#taken : feed.version !== this.#taken + 1)) return;
    const { version } = feed;
    this.#taken = version;
    const upsert = snapshot ? feed.records : feed.upsert;
    const remove = snapshot ? "all" : feed.remove;
    store.commit({
      row: null,
      clearances: { version, upsert, remove },
      done: () => {
        if (remove === "all") this.#index.replace(version, upsert);
        else this.#index.change(version, upsert, remove);
        this.#receivedAt = clock.utc();
        this.#age.heard(feed.at);
        this.post({ type: "clearances-changed", version });
      },
    });
  }

  /** A neighbour has used a clearance: on the disk first, then in the index, then the open passage looks again. */
  hear(use: HeardUse): void {
    const { store } = this.#options;
    if (!this.#running) return;
    const done = () => {
      store.keepElsewhere(use);
      this.#index.useElsewhere(use);
      if (this.#index.has(use.clearance)) this.post({ type: "clearances-changed", version: this.#index.version });
    };
    store.commit({ row: null, clearances: null, done });
  }

  #drain(): void {
    while (this.#running && this.#commits < COMMITS_LIMIT) {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      this.#takeEvent(event);
    }
  }

  #takeEvent(event: LaneEvent): void {
    const { policy, store, witness, dice, swarm, died } = this.#options;
    const before = this.#state;
    const result = step(before, event, policy);
    this.#state = result.state;
    witness.stepped(before, event, result);
    const { state, effects } = result;
    if (dice.chance(swarm.crashBeforeCommit)) return died("crashBeforeCommit");
    this.#commits += 1;
    store.commit({
      row: { boot: state.boot, event, state, effects },
      clearances: null,
      done: () => {
        this.#commits -= 1;
        if (dice.chance(swarm.crashAfterCommit)) return died("crashAfterCommit");
        for (const effect of effects) if (this.#running) this.#perform(effect);
        this.#drain();
      },
    });
  }

  #perform(effect: LaneEffect): void {
    const { capture, weightWanted, clock } = this.#options;
    switch (effect.type) {
      case "record":
        return;
      case "command":
        return this.#actuator.perform(effect, this.#image.inputs, this.#state);
      case "capture":
        return capture(effect);
      case "find-clearances":
        return this.#findClearances(effect);
      case "weigh":
        this.#weighing = true;
        this.#guard.weigh(effect.passage, clock.monotonic());
        return weightWanted();
      case "stop-weighing":
        this.#weighing = false;
        return this.#guard.stop();
      case "confirm-durable":
        return this.post({ type: "decision-durable", passage: effect.passage, question: effect.question });
      case "consumption":
        return this.#index.use(effect.clearance, effect.consumption, effect.passage);
      case "start-timer":
        return this.#timers.start(effect.timer, effect.afterMs, effect.keep);
      case "grant":
      case "refuse":
      case "answer":
        return;
      case "cancel-timer":
        return this.#timers.cancel(effect.timer);
    }
  }

  #findClearances(asked: Extract<LaneEffect, { type: "find-clearances" }>): void {
    const { passage, question, container, plate } = asked;
    this.#options.askOperations();
    const candidates = this.#index.find(container, plate);
    this.post({
      type: "clearances-found",
      passage,
      question,
      candidates,
      version: this.#index.version,
      ageMs: this.#age.ms,
    });
  }

  #newGuard(): WeighbridgeGuard {
    return new WeighbridgeGuard(this.#options.policy.weight, (input) => {
      if (input.type === "weight-settled") this.#weighing = false;
      this.post(input as LaneInput);
    });
  }
}

const OFFLINE = { state: "down", fault: { code: "OFFLINE", detail: "not reached" } } as const;
