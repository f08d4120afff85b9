import type { GateInputName } from "#contract/device";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import { FAULT_NAMES, FAULTS, type FaultName, type Swarm } from "../swarm.ts";
import type { Cameras } from "./cameras.ts";
import type { GatePlc } from "./gate-plc.ts";
import type { Operations } from "./operations.ts";
import type { Platform } from "./platform.ts";
import type { Road } from "./road.ts";

export interface TroubleOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly plc: GatePlc;
  readonly platform: Platform;
  readonly cameras: Cameras;
  readonly operations: Operations;
  readonly road: Road;
  readonly cameraIds: readonly [string, ...string[]];
  readonly setClock: (offsetMs: number) => void;
  readonly crash: (fault: FaultName) => void;
  readonly slowDisk: (factor: number) => void;
  readonly happened: (fault: FaultName, what: string) => void;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type InputChange = Parameters<GatePlc["turn"]>[0];

/** What these faults may do to the inputs of the gate. */
const SWITCHED = {
  boomBroken: [{ boomBroken: true }, { motorFault: true }],
  keySwitch: [{ modeAuto: false }],
  emergencyStop: [{ estopOk: false }],
  fireInput: [{ fireOpen: true }],
  cabinetOpen: [{ cabinetClosed: false }],
  mainsLost: [{ mainsOk: false }, { mainsOk: false, upsLow: true }],
} satisfies Partial<Record<FaultName, readonly [InputChange, ...InputChange[]]>>;

const SENSORS = ["loopArrival", "loopUnder", "loopExit", "eyeScaleFront", "eyeScaleRear", "curtain"] as const;

/** Begins faults by chance, ends each after a while, and ends all of them when the calm part of a run begins. */
export class Trouble {
  readonly #options: TroubleOptions;
  readonly #cures = new Set<() => void>();
  #over = false;

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  start(): void {
    for (const fault of FAULT_NAMES) {
      if (FAULTS[fault].unit === "perDay" && this.#options.swarm[fault] > 0) this.#schedule(fault);
    }
  }

  /** Everything is repaired at once and nothing breaks any more. */
  end(): void {
    this.#over = true;
    for (const cure of [...this.#cures]) cure();
  }

  #schedule(fault: FaultName): void {
    const { clockwork, dice, swarm } = this.#options;
    clockwork.after(dice.exponential(DAY_MS / swarm[fault]), () => {
      if (this.#over) return;
      this.#begin(fault);
      this.#schedule(fault);
    });
  }

  #begin(fault: FaultName): void {
    const { dice, plc, platform, operations, crash } = this.#options;
    switch (fault) {
      case "wanCut":
        operations.wan(false);
        return this.#lasts(fault, dice.magnitude(SECOND_MS, 180 * MINUTE_MS), () => operations.wan(true));
      case "operationsSilent":
        operations.silence(true);
        return this.#lasts(fault, dice.magnitude(MINUTE_MS, 300 * MINUTE_MS), () => operations.silence(false));
      case "clockStep":
        return this.#setClock();
      case "plcLost":
        plc.link(false);
        return this.#lasts(fault, dice.magnitude(100, 10 * MINUTE_MS), () => plc.link(true));
      case "plcReboot":
        plc.reboot();
        return this.#lasts(fault, dice.between(3 * SECOND_MS, 20 * SECOND_MS), () => plc.link(true));
      case "stuckOn":
        return this.#force(fault, dice.pick(SENSORS), true);
      case "stuckOff":
        return this.#force(fault, dice.pick(SENSORS), false);
      case "chatter":
        return this.#chatter();
      case "limitSwitch":
        return this.#force(fault, dice.pick(["boomOpen", "boomClosed"]), dice.chance(0.5));
      case "boomJam":
        plc.arm.jam(true);
        return this.#lasts(fault, dice.magnitude(SECOND_MS, 20 * MINUTE_MS), () => {
          plc.arm.jam(false);
          plc.sense();
        });
      case "uncommandedMove":
        this.#options.happened(fault, plc.arm.isClosed ? "the boom rises by itself" : "the boom falls by itself");
        return plc.arm.drive(plc.arm.isClosed ? "raising" : "lowering");
      case "byHand":
        return this.#wave();
      case "boomBroken":
      case "keySwitch":
      case "emergencyStop":
      case "fireInput":
      case "cabinetOpen":
      case "mainsLost":
        return this.#switch(fault, dice.pick<InputChange>(SWITCHED[fault]));
      case "oppositeOpen":
        return plc.tidal ? this.#switch(fault, { oppositeBoomClosed: false }) : undefined;
      case "scaleDrift":
        platform.drift(dice.between(-300, 300));
        return this.#lasts(fault, dice.magnitude(MINUTE_MS, 60 * MINUTE_MS), () => platform.drift(0));
      case "scaleUnstable":
        platform.swing(dice.between(30, 300));
        return this.#lasts(fault, dice.magnitude(10 * SECOND_MS, 30 * MINUTE_MS), () => platform.swing(0));
      case "scaleWild":
        platform.runWild(dice.pick(["over", "under"]));
        return this.#lasts(fault, dice.magnitude(SECOND_MS, 10 * MINUTE_MS), () => platform.runWild(null));
      case "scaleLost":
        platform.link(false);
        return this.#lasts(fault, dice.magnitude(200, 20 * MINUTE_MS), () => platform.link(true));
      case "cameraDown":
        return this.#camera(fault, "down");
      case "cameraStale":
        return this.#camera(fault, "stale");
      case "cameraSlow":
        return this.#camera(fault, "slow");
      case "crashAnytime":
        return crash(fault);
      case "slowDisk":
        this.#options.slowDisk(dice.magnitude(4, 800));
        return this.#lasts(fault, dice.magnitude(SECOND_MS, 10 * MINUTE_MS), () => this.#options.slowDisk(1));
    }
  }

  #setClock(): void {
    const { dice, setClock } = this.#options;
    const by = dice.magnitude(SECOND_MS, 25 * 60 * MINUTE_MS) * (dice.chance(0.5) ? 1 : -1);
    setClock(Math.round(by));
    this.#lasts("clockStep", dice.magnitude(MINUTE_MS, 240 * MINUTE_MS), () => setClock(0));
  }

  /** Key on manual, boom up, the next vehicle through, boom down, key back. */
  #wave(): void {
    const { dice, plc, road } = this.#options;
    plc.turn({ modeAuto: false });
    plc.arm.drive("raising");
    plc.waves = true;
    this.#lasts("byHand", dice.between(20 * SECOND_MS, 90 * SECOND_MS), () => {
      plc.waves = false;
      if (road.bodies.length === 0) plc.arm.drive("lowering");
      plc.turn({ modeAuto: true });
    });
  }

  #force(fault: FaultName, input: GateInputName, value: boolean): void {
    const { dice, plc } = this.#options;
    plc.force(input, value);
    const what = `${input} shows ${value}`;
    this.#lasts(fault, dice.magnitude(SECOND_MS, 30 * MINUTE_MS), () => plc.force(input, undefined), what);
  }

  #chatter(): void {
    const { clockwork, dice, plc } = this.#options;
    const input = dice.pick(SENSORS);
    let left = dice.integer(4, 80);
    this.#options.happened("chatter", `${input} flickers ${left} times`);
    const flicker = () => {
      left -= 1;
      const last = left <= 0 || this.#over;
      plc.force(input, last ? undefined : left % 2 === 0);
      if (!last) clockwork.after(dice.between(20, 120), flicker);
    };
    flicker();
  }

  #switch(fault: FaultName, change: InputChange): void {
    const { dice, plc } = this.#options;
    plc.turn(change);
    const back = Object.fromEntries(Object.entries(change).map(([name, value]) => [name, !value]));
    const lasting = dice.magnitude(2 * SECOND_MS, 15 * MINUTE_MS);
    this.#lasts(fault, lasting, () => plc.turn(back), Object.keys(change).join());
  }

  #camera(fault: FaultName, how: "down" | "stale" | "slow"): void {
    const { dice, cameras, cameraIds } = this.#options;
    const camera = dice.pick(cameraIds);
    // Two frozen cameras at once, with frames a driver cannot tell from new ones, are an attack on both of them; the lane
    // has no third eye to see it with.
    const frozen = how === "stale" ? cameraIds[0] : camera;
    cameras.fail(frozen, how);
    const lasting = dice.magnitude(10 * SECOND_MS, 60 * MINUTE_MS);
    this.#lasts(fault, lasting, () => cameras.fail(frozen, null), frozen);
  }

  #lasts(fault: FaultName, ms: number, cure: () => void, what = ""): void {
    this.#options.happened(fault, `${FAULTS[fault].means}, for ${Math.round(ms / 100) / 10} s ${what}`.trimEnd());
    const once = () => {
      if (!this.#cures.delete(once)) return;
      cure();
    };
    this.#cures.add(once);
    this.#options.clockwork.after(ms, once);
  }
}
