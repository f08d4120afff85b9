import type { LaneEffect } from "#lanes/passage/model";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import { decisionOf, movesBoom } from "../lane-view.ts";
import type { FaultName, Swarm } from "../swarm.ts";
import type { GatePlc } from "./gate-plc.ts";

export interface WorstMomentOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly plc: GatePlc;
  readonly slowDisk: (factor: number) => void;
  readonly happened: (fault: FaultName, what: string) => void;
}

const WHAT = [
  "key switch",
  "emergency stop",
  "fire input",
  "somebody under the boom",
  "boom",
  "PLC",
  "opposite boom",
  "weighbridge",
] as const;

/**
 * Between a PASS and its intent, and between the intent and the command itself, lie a few milliseconds of disk. Now and then the disk takes
 * longer just then, and the gate is not any more what it was: what the interlock is there for.
 */
export class WorstMoment {
  readonly #options: WorstMomentOptions;

  constructor(options: WorstMomentOptions) {
    this.#options = options;
  }

  onEffect(effect: LaneEffect): void {
    const { clockwork, dice, happened, slowDisk, swarm } = this.#options;
    const passes = effect.type === "record" && decisionOf(effect)?.verdict === "PASS";
    const moves = effect.type === "command" && movesBoom(effect);
    const turnsGreen = effect.type === "command" && "colour" in effect.command && effect.command.colour === "green";
    if (!(passes || moves || turnsGreen) || !dice.chance(swarm.worstMoment)) return;
    const what = dice.pick(WHAT);
    happened("worstMoment", `${passes ? "PASS" : moves ? "boom command" : "green light"}: ${what}`);
    slowDisk(dice.magnitude(20, 400));
    clockwork.after(50, () => slowDisk(1));
    this.#change(what);
  }

  #change(what: (typeof WHAT)[number]): void {
    const { plc } = this.#options;
    switch (what) {
      case "key switch":
        plc.turn({ modeAuto: false });
        return this.#later(() => plc.turn({ modeAuto: true }));
      case "emergency stop":
        plc.turn({ estopOk: false });
        return this.#later(() => plc.turn({ estopOk: true }));
      case "fire input":
        plc.turn({ fireOpen: true });
        return this.#later(() => plc.turn({ fireOpen: false }));
      case "somebody under the boom":
        plc.force("curtain", true);
        return this.#later(() => plc.force("curtain", undefined));
      case "boom":
        return plc.arm.drive(plc.arm.isClosed ? "raising" : "lowering");
      case "weighbridge":
        plc.force("eyeScaleFront", true);
        return this.#later(() => plc.force("eyeScaleFront", undefined));
      case "opposite boom":
        if (!plc.tidal) return;
        plc.turn({ oppositeBoomClosed: false });
        return this.#later(() => plc.turn({ oppositeBoomClosed: true }));
      case "PLC":
        plc.link(false);
        return this.#later(() => plc.link(true));
    }
  }

  #later(repair: () => void): void {
    const { clockwork, dice } = this.#options;
    clockwork.after(dice.magnitude(1000, 60_000), repair);
  }
}
