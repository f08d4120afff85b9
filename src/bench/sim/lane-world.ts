import { AlwaysChecks } from "./check/always.ts";
import { Replay } from "./check/replay.ts";
import { SometimesChecks } from "./check/sometimes.ts";
import { Clockwork } from "./clockwork.ts";
import type { Dice } from "./dice.ts";
import { witnessOf } from "./lane-witness.ts";
import type { LaneWorldOptions } from "./lane-world-options.ts";
import { LaneClock } from "./shell/lane-clock.ts";
import type { LaneInput } from "./shell/lane-input.ts";
import { LaneShell } from "./shell/lane-shell.ts";
import { FLUSH_MS, MemoryStore } from "./shell/memory-store.ts";
import { Story } from "./story.ts";
import { FAULTS, type FaultName } from "./swarm.ts";
import { Cameras } from "./world/cameras.ts";
import { GatePlc } from "./world/gate-plc.ts";
import { Mishaps } from "./world/mishaps.ts";
import { NeighbourLane } from "./world/neighbour.ts";
import { Operations } from "./world/operations.ts";
import { Platform } from "./world/platform.ts";
import { Readers } from "./world/readers.ts";
import { Traffic } from "./world/traffic.ts";
import type { Vehicle } from "./world/vehicle.ts";

/** One lane with everything around it, wired together: the real core in a simulated shell in a simulated world. */
export class LaneWorld {
  readonly clockwork = new Clockwork();
  readonly story: Story;
  readonly shell: LaneShell;
  readonly traffic: Traffic;
  readonly operations: Operations;
  readonly neighbour: NeighbourLane;
  readonly always: AlwaysChecks;
  readonly sometimes = new SometimesChecks();
  readonly replay: Replay;
  readonly #options: LaneWorldOptions;
  readonly #dice: Dice;
  /** The swarm as it is now: calmed down for the last part of a run. */
  readonly #swarm: Record<FaultName, number>;
  readonly #clock: LaneClock;
  readonly #plc: GatePlc;
  readonly #platform: Platform;
  readonly #cameras: Cameras;
  readonly #readers: Readers;
  readonly #mishaps: Mishaps;
  readonly #passed = new Set<string>();
  /** Clearances whose vehicle has truly passed the boom. */
  readonly #crossedOn = new Set<string>();
  #diskFactor = 1;
  #boomIsUp = false;

  constructor(options: LaneWorldOptions) {
    const { dice, swarm, variant, utcAtZero } = options;
    const { policy, site } = variant;
    const clockwork = this.clockwork;
    this.#options = options;
    this.#swarm = { ...swarm };
    this.#dice = dice.stream("world");
    this.story = new Story(clockwork, options.told);
    this.#clock = new LaneClock(clockwork, utcAtZero, swarm.clockDrift * (this.#dice.chance(0.5) ? 1 : -1));
    const store = this.#newStore();
    this.always = new AlwaysChecks({
      policy,
      site,
      index: () => this.shell.index,
      listed: () => store.records(),
      judged: () => this.traffic.judged(),
      usedElsewhere: (clearance) => this.shell.index.consumedElsewhere(clearance).length > 0,
      gateReached: () => this.#plc.linked,
      boomIsDown: () => this.boomIsDown,
      clockWrongByMs: () => this.#clock.wrongByMs,
      operationsSilentMs: () => this.operations.silentMs,
      fast: options.fast,
    });
    const otherwise = (detail: string) => this.always.fail("the journal gives the same again", detail);
    this.replay = new Replay(policy, otherwise, options.fast);
    this.#plc = this.#newPlc();
    this.shell = new LaneShell({
      clockwork,
      clock: this.#clock,
      dice: dice.stream("shell"),
      swarm: this.#swarm,
      policy,
      site,
      store,
      witness: witnessOf(this, (effect) => this.#mishaps.onEffect(effect)),
      command: (command, done) => this.#plc.command(command, done),
      capture: (effect) => this.#cameras.take(effect),
      weightWanted: () => this.#platform.wake(),
      gateReadAt: () => this.#plc.lastPollAt,
      askOperations: () => this.operations.answer(),
      died: (fault) => this.crash(fault),
    });
    this.traffic = this.#newTraffic();
    this.#platform = this.#newPlatform();
    this.#cameras = this.#newCameras();
    const post = (input: LaneInput) => this.shell.post(input);
    this.#readers = new Readers({ clockwork, dice: dice.stream("readers"), fitted: variant.readers, post });
    this.operations = this.#newOperations();
    this.neighbour = this.#newNeighbour();
    this.#mishaps = this.#newMishaps();
  }

  start(): void {
    this.#run();
    this.#mishaps.start();
    this.neighbour.start();
    if (this.#swarm.clockDrift > 0) this.sometimes.happened("clockDrift");
  }

  /** No more faults: everything is repaired, and nobody errs any more. */
  calm(): void {
    this.story.tell("world", () => "all faults are over");
    this.#mishaps.end();
    this.neighbour.calm();
    for (const fault of Object.keys(this.#swarm) as FaultName[]) this.#swarm[fault] = 0;
  }

  get boomIsDown(): boolean {
    return this.#plc.arm.isClosed;
  }

  happened(fault: FaultName, what: string): void {
    this.sometimes.happened(fault);
    this.story.tell("fault", () => `${fault}: ${what}`);
  }

  crash(fault: FaultName): void {
    if (!this.shell.running) return;
    this.happened(fault, FAULTS[fault].means);
    this.shell.crash();
    this.#plc.attach(false);
    this.#platform.attach(false);
    this.operations.lane(false);
    this.neighbour.lane(false);
    // The process that takes the pictures is another one; sometimes both go.
    if (this.#dice.chance(0.5)) this.#cameras.forget();
    this.clockwork.after(this.#dice.magnitude(300, 30_000), () => this.#run());
  }

  #run(): void {
    this.shell.boot();
    this.#plc.attach(true);
    this.#platform.attach(true);
    this.operations.lane(true);
    this.neighbour.lane(true);
  }

  #utc(): number {
    return this.#options.utcAtZero + Math.round(this.clockwork.now);
  }

  #newOperations(): Operations {
    return new Operations({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("operations"),
      utc: () => this.#utc(),
      deliver: (feed) => this.shell.take(feed),
      link: (up) => this.shell.link(up),
      heard: (at) => this.shell.heard(at),
    });
  }

  #newNeighbour(): NeighbourLane {
    return new NeighbourLane({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("neighbour"),
      swarm: this.#swarm,
      utc: () => this.#utc(),
      deliver: (use) => this.shell.hear(use),
      happened: (fault, what) => this.happened(fault, what),
    });
  }

  #newMishaps(): Mishaps {
    const { clockwork } = this;
    const { dice, variant } = this.#options;
    return new Mishaps({
      clockwork,
      dice,
      swarm: this.#swarm,
      plc: this.#plc,
      platform: this.#platform,
      cameras: this.#cameras,
      cameraIds: variant.site.cameras.map(({ id }) => id),
      operations: this.operations,
      road: this.traffic.road,
      clock: this.#clock,
      crash: (fault) => this.crash(fault),
      slowDisk: (factor) => {
        this.#diskFactor = factor;
      },
      happened: (fault, what) => this.happened(fault, what),
      tell: (what) => this.story.tell("person", () => what),
      people: {
        state: () => this.shell.state,
        seen: () => this.traffic.judged(),
        crossed: (clearance) => this.#crossedOn.has(clearance),
        order: (order) => this.shell.post({ type: "order", order }),
      },
    });
  }

  #newStore(): MemoryStore {
    return new MemoryStore({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("store"),
      flushMs: () => this.#dice.between(FLUSH_MS.least, FLUSH_MS.most) * this.#diskFactor,
      durable: (row) => {
        this.always.durable(row);
        this.replay.durable(row);
        this.#options.recorded?.(row.event);
      },
    });
  }

  #newPlc(): GatePlc {
    return new GatePlc({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("gate"),
      swarm: this.#swarm,
      tidal: this.#options.variant.tidal,
      presence: () => this.traffic.road.presence(),
      image: (inputs) => this.shell.gateImage(inputs),
      health: (up) => this.shell.health("gate", "gate", up),
      shown: () => {
        const up = !this.#plc.arm.isClosed;
        if (this.#boomIsUp && !up) this.always.boomIsDown();
        this.#boomIsUp = up;
        this.traffic.look();
      },
      happened: (fault, what) => this.happened(fault, what),
    });
  }

  #newTraffic(): Traffic {
    return new Traffic({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("traffic"),
      gate: {
        boomIsOpen: () => this.#plc.arm.isOpen,
        exitIsGreen: () => this.#plc.lights.exit === "green" || this.#plc.waves,
        entryIsGreen: () => this.#plc.lights.entry === "green",
      },
      weighbridge: this.#options.variant.site.weighbridge,
      moved: () => {
        this.#plc.sense();
        this.#platform.wake();
      },
      crossed: (vehicle) => this.#crossed(vehicle),
      left: (vehicle) => {
        this.#readers.left(vehicle);
        this.#options.left(vehicle, this.#passed.delete(vehicle.id));
      },
      standsOnDeck: (vehicle) => this.#mishaps.onDeck(vehicle),
      entered: (vehicle) => {
        this.#readers.drivesUp(vehicle);
        if (this.#options.variant.onboard) this.#cameras.drivesUp(vehicle);
      },
      tell: (vehicle, what) => this.story.tell(vehicle.id, () => what),
    });
  }

  #crossed(vehicle: Vehicle): void {
    this.#readers.enters(vehicle);
    const passed = this.always.crossed(vehicle);
    if (vehicle.entitledTo !== null) this.#crossedOn.add(vehicle.entitledTo);
    if (passed) this.#passed.add(vehicle.id);
    this.story.tell(vehicle.id, () => `has passed the boom${passed ? "" : " without a PASS of its own"}`);
  }

  #newPlatform(): Platform {
    return new Platform({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("platform"),
      loadKg: () => this.traffic.road.loadKg,
      monotonic: () => this.#clock.monotonic(),
      sample: (sample) => {
        if (this.#options.variant.site.weighbridge) this.shell.sample(sample);
      },
      health: (up) => {
        if (this.#options.variant.site.weighbridge) this.shell.health("scale", "weighbridge", up);
      },
      wanted: () => this.shell.weighing,
    });
  }

  #newCameras(): Cameras {
    return new Cameras({
      clockwork: this.clockwork,
      dice: this.#options.dice.stream("cameras"),
      road: this.traffic.road,
      cameras: this.#options.variant.site.cameras,
      misread: () => this.#swarm.misread,
      utc: () => this.#clock.utc(),
      answer: (input) => this.shell.post(input),
      health: (camera, up) => this.shell.health(camera, "camera", up),
      misled: (camera, vehicle, text) => this.happened("misread", `${camera} takes ${vehicle.id} for ${text}`),
    });
  }
}
