import type { GateInputs } from "#contract/device";
import type { LanePolicy } from "#lanes/decision/policy";
import type { LaneEvent, LaneSite, ScaleLoad } from "#lanes/passage/model";
import { type CommandEffect, movesBoom } from "../lane-view.ts";

/** What may be asked of boom and lights, by what the lane has been shown of the gate. */
export class GateWatch {
  readonly #policy: LanePolicy;
  readonly #site: LaneSite;
  readonly #fail: (promise: string, detail: string) => void;
  #inputs: GateInputs | null = null;
  #scale: ScaleLoad = "unknown";
  #gateSeen = false;
  /** Since when, by the lane's clock, the zone under the boom is clear. */
  #clearSince: number | null = null;
  /** The zone was out of sight since the boom was last seen down. */
  #wasUnknown = true;

  constructor(lane: { policy: LanePolicy; site: LaneSite }, fail: (promise: string, detail: string) => void) {
    this.#policy = lane.policy;
    this.#site = lane.site;
    this.#fail = fail;
  }

  booted(): void {
    this.#gateSeen = false;
    this.#scale = "unknown";
    this.#loses();
  }

  hears(event: LaneEvent): void {
    if (event.type === "gate-inputs") this.#sees(event.inputs, event.at);
    if (event.type === "scale-load") this.#scale = event.load;
    if (event.type !== "device-health" || event.health.state !== "down") return;
    if (event.class === "gate") this.#loses();
    if (event.class === "weighbridge") this.#scale = "unknown";
  }

  /** The core asks for a command, in the step of this event. */
  wants(effect: CommandEffect, event: LaneEvent): void {
    const { command } = effect;
    if (command.type === "entry-light") return this.#wantsEntry(command.colour);
    if (!movesBoom(effect)) return;
    if (event.type === "started") this.#fail("nothing moves at a start", command.type);
    if (command.type === "lower-boom") this.#wantsDown(event.at);
  }

  /** A boom command goes out, on this image. */
  goesOut({ command }: CommandEffect, image: GateInputs | null): void {
    if (!this.#gateSeen) this.#fail("nothing moves at a start", `${command.type} before the gate was read`);
    if (command.type !== "lower-boom") return;
    const promise = "the boom is not lowered while the zone under it is occupied or unknown";
    if (image === null) return this.#fail(promise, "the gate could not be read");
    if (image.loopUnder || image.curtain) this.#fail(promise, "a vehicle was seen under it");
  }

  #sees(inputs: GateInputs, at: number): void {
    this.#gateSeen = true;
    this.#inputs = inputs;
    if (inputs.loopUnder || inputs.curtain) this.#clearSince = null;
    else this.#clearSince ??= at;
    if (inputs.boomClosed) this.#wasUnknown = false;
  }

  #loses(): void {
    this.#inputs = null;
    this.#clearSince = null;
    this.#wasUnknown = true;
  }

  #wantsDown(at: number): void {
    const { underClearMs, recoveryClearMs } = this.#policy.timers;
    const needed = this.#wasUnknown ? recoveryClearMs : underClearMs;
    const clearFor = this.#clearSince === null ? -1 : at - this.#clearSince;
    if (clearFor >= needed) return;
    this.#fail("the zone under the boom is clear for long enough before it is lowered", `${clearFor} of ${needed} ms`);
  }

  /** Nobody is asked in on top of somebody, or into a lane of which nobody knows whether it is empty. */
  #wantsEntry(colour: "red" | "green"): void {
    if (colour === "red") return;
    const seen = this.#inputs;
    const free =
      seen !== null &&
      !(seen.loopArrival || seen.eyeScaleFront || seen.eyeScaleRear || seen.loopUnder || seen.curtain) &&
      (!this.#site.weighbridge || this.#scale === "empty");
    if (!free) this.#fail("green asks a vehicle into an empty lane only", `the weighbridge is ${this.#scale}`);
  }
}
