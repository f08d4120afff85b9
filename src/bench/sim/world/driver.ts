import { LANE } from "../../twin/geometry.ts";
import type { Appointment, Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { Body, Road } from "./road.ts";
import type { Vehicle } from "./vehicle.ts";

/** What a driver can see of the gate. */
export interface GateView {
  boomIsOpen(): boolean;
  exitIsGreen(): boolean;
}

export interface DriverOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly road: Road;
  readonly gate: GateView;
  /** Drives on as soon as the boom is up, whatever the light shows. */
  readonly ignoresLights: boolean;
  /** Where whoever is to be judged stands; further on when there is no weighbridge. */
  readonly stopLineM: number;
  readonly tell: (what: string) => void;
  /** The place in the lane is free for somebody who waits for it. */
  readonly swapNow: () => void;
}

type Doing =
  | "approaching"
  | "fidgeting"
  | "standing"
  | "starting"
  | "leaving"
  | "before the boom"
  | "under the boom"
  | "backing";

/** Where the accomplice of a tailgater waits: right behind the photo-eye of the weighbridge. */
const BEHIND_EYE_M = LANE.entryEye - 0.6;
/** Far enough back to be out of the lane. */
const OUTSIDE_M = LANE.entrance - 1;
const STOP_BEFORE_BOOM_M = LANE.boomStopLine - 0.1;
/** Nose to tail. */
const GAP_M = 0.6;
/** Past every sensor by more than the longest vehicle. */
const AWAY_M = LANE.end + 40;

/** One person at the wheel: sees lights and boom, is slow, impatient or dishonest, and knows nothing of the lane. */
export class Driver {
  readonly body: Body;
  readonly vehicle: Vehicle;
  readonly #options: DriverOptions;
  readonly #speed: number;
  readonly #follows: boolean;
  #doing: Doing = "approaching";
  #waiting: Appointment | undefined;
  #patience: Appointment | undefined;
  #corrected = false;
  #pausesLeft: number;

  constructor(vehicle: Vehicle, follows: boolean, options: DriverOptions) {
    this.vehicle = vehicle;
    this.#options = options;
    this.#follows = follows;
    this.#speed = options.dice.between(1.4, 3.2);
    this.#pausesLeft = vehicle.act === "stopsUnderBoom" ? 1 : 0;
    this.body = options.road.enter(vehicle);
  }

  start(): void {
    this.#go("approaching", this.#stopAt());
    // Nobody stands for ever, whatever keeps the lane from working.
    this.#patience = this.#after(this.#options.dice.between(90_000, 400_000), () => this.backOut("loses patience"));
  }

  /** Leaves the lane at once, as when somebody sends the driver away. */
  backOut(why: string): void {
    const { road } = this.#options;
    if (this.#doing === "backing" || road.tailOf(this.body) > LANE.exitEye) return;
    this.#options.tell(`${why}, backs out`);
    this.#options.clockwork.cancel(this.#waiting);
    this.#doing = "backing";
    this.#reverseWhenFree();
  }

  /** Somebody else moved, or the gate shows something else. */
  look(): void {
    const { gate } = this.#options;
    if (this.#doing === "backing") return this.#reverseWhenFree();
    if (this.body.speed > 0) this.#keepDistance();
    if (this.#doing === "approaching" && this.body.speed === 0 && !this.#blocked()) {
      return this.#go("approaching", this.#stopAt());
    }
    if (this.#doing === "standing" && this.#mayGo()) return this.#startOff();
    if (this.#doing === "before the boom" && gate.boomIsOpen() && !this.#blocked()) return this.#go("leaving", AWAY_M);
    if (this.#doing === "leaving") return this.#stopIfBoomFalls();
  }

  stopped(): void {
    const { dice } = this.#options;
    if (this.#doing === "under the boom") {
      this.#waiting = this.#after(dice.between(10_000, 400_000), () => this.#go("leaving", AWAY_M));
    }
    if (this.#doing === "leaving" && this.#pausesLeft > 0 && this.#isUnderBoom()) return this.#pause();
    if (this.#doing !== "approaching" || Math.abs(this.body.noseM - this.#stopAt()) > 0.01) return;
    this.#doing = "standing";
    const { act } = this.vehicle;
    if (act === "stopsBadly" && !this.#corrected) {
      this.#waiting = this.#after(dice.between(8000, 60_000), () => this.#correct());
    }
    if (act === "backsOut") this.#waiting = this.#after(dice.between(1000, 30_000), () => this.backOut("changes mind"));
    if (act === "driveAwayWhileWeighing" && !this.#follows) {
      this.#waiting = this.#after(dice.between(300, 5000), () => this.#fidget());
    }
    this.look();
  }

  #stopAt(): number {
    if (this.#follows) return BEHIND_EYE_M;
    if (this.vehicle.act === "stopsBadly" && !this.#corrected) return this.#options.stopLineM - 2.4;
    return this.#options.stopLineM;
  }

  #mayGo(): boolean {
    const { gate, ignoresLights } = this.#options;
    // Whoever follows nose to tail goes when the one in front goes.
    if (this.#follows) {
      const leader = this.#options.road.ahead(this.body);
      return leader === undefined ? gate.boomIsOpen() : leader.speed > 0;
    }
    return gate.boomIsOpen() && (gate.exitIsGreen() || ignoresLights);
  }

  #startOff(): void {
    const { dice, clockwork } = this.#options;
    clockwork.cancel(this.#waiting);
    this.#doing = "starting";
    const { act } = this.vehicle;
    if (act === "reverseAfterPass" || act === "swapAfterPass") {
      this.#waiting = this.#after(dice.between(0, 4000), () => this.#reverseInsteadOfDriving());
      return;
    }
    const longest = act === "late" ? 90_000 : 4000;
    const wait = this.#follows ? dice.between(100, 500) : dice.between(800, longest);
    this.#waiting = this.#after(wait, () => this.#go("leaving", AWAY_M));
  }

  #reverseInsteadOfDriving(): void {
    if (this.vehicle.act === "swapAfterPass") this.#options.swapNow();
    this.backOut("the boom is up, but the driver");
  }

  #go(doing: Doing, targetM: number): void {
    this.#doing = doing;
    const { road, gate } = this.#options;
    const nose = road.noseOf(this.body);
    const mustStop = doing === "leaving" && nose < STOP_BEFORE_BOOM_M && !gate.boomIsOpen();
    const pause = doing === "leaving" && this.#pausesLeft > 0 ? LANE.boom + 4 : targetM;
    if (mustStop) {
      this.#doing = "before the boom";
      road.drive(this.body, STOP_BEFORE_BOOM_M, this.#speed);
    } else if (!this.#blocked()) {
      road.drive(this.body, Math.min(pause, this.#limitM()), this.#pace());
    } else if (doing === "leaving") this.#doing = "standing";
  }

  #stopIfBoomFalls(): void {
    const { road, gate } = this.#options;
    const nose = road.noseOf(this.body);
    if (this.#blocked()) {
      road.halt(this.body);
      this.#doing = nose < STOP_BEFORE_BOOM_M ? "standing" : "under the boom";
    } else if (!gate.boomIsOpen() && nose < STOP_BEFORE_BOOM_M) {
      this.#doing = "before the boom";
      road.drive(this.body, STOP_BEFORE_BOOM_M, this.#speed);
    }
  }

  /** Nobody drives through the one in front, or faster than it. */
  #keepDistance(): void {
    const { road } = this.#options;
    const limit = this.#limitM();
    if (this.body.targetM > limit) {
      if (this.#blocked()) road.halt(this.body);
      else road.drive(this.body, limit, this.#pace());
    } else if (this.body.speed > this.#pace()) {
      road.drive(this.body, this.body.targetM, this.#pace());
    }
  }

  /** How far the way is free; behind somebody who drives on it is. */
  #limitM(): number {
    const { road } = this.#options;
    const leader = road.ahead(this.body);
    return leader === undefined || leader.speed > 0 ? Number.POSITIVE_INFINITY : road.tailOf(leader) - GAP_M;
  }

  #pace(): number {
    const leader = this.#options.road.ahead(this.body);
    return leader !== undefined && leader.speed > 0 ? Math.min(leader.speed, this.#speed) : this.#speed;
  }

  /** The one in front stands and is near. */
  #blocked(): boolean {
    return this.#limitM() - this.#options.road.noseOf(this.body) < 0.2;
  }

  #isUnderBoom(): boolean {
    const { road } = this.#options;
    return road.noseOf(this.body) > LANE.boom && road.tailOf(this.body) < LANE.boom;
  }

  #pause(): void {
    this.#pausesLeft -= 1;
    this.#options.tell("stops under the boom");
    this.#doing = "under the boom";
    this.stopped();
  }

  #correct(): void {
    if (this.#doing !== "standing") return;
    this.#corrected = true;
    this.#options.tell("moves up to the stop line");
    this.#go("approaching", this.#stopAt());
  }

  /** Rolls off the deck while the weight settles, and most of the time back on. */
  #fidget(): void {
    if (this.#doing !== "standing") return;
    const { dice, road, stopLineM } = this.#options;
    this.#options.tell("moves while being weighed");
    if (dice.chance(0.4)) return this.backOut("the driver");
    this.#doing = "fidgeting";
    road.drive(this.body, Math.min(stopLineM + dice.between(2, 3), STOP_BEFORE_BOOM_M), this.#speed);
    this.#waiting = this.#after(dice.magnitude(2000, 70_000), () => this.#go("approaching", this.#stopAt()));
  }

  #reverseWhenFree(): void {
    const { road } = this.#options;
    if (this.body.speed < 0) return;
    // Whoever stands behind has to get out first.
    if (road.behind(this.body) === undefined) road.drive(this.body, OUTSIDE_M, this.#speed);
    else if (this.body.speed > 0) road.halt(this.body);
  }

  #after(ms: number, run: () => void): Appointment {
    return this.#options.clockwork.after(ms, run);
  }

  /** The body has left the lane: nothing of this driver happens any more. */
  gone(): void {
    this.#options.clockwork.cancel(this.#waiting);
    this.#options.clockwork.cancel(this.#patience);
  }
}
