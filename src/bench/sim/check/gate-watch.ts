import type { GateInputs } from "#contract/device";
import type { LanePolicy } from "#lanes/decision/policy";
import type { InterlockImage } from "#lanes/interlock/permit";
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
  wants(effect: CommandEffect, event: LaneEvent, by: "lane" | "officer"): void {
    const { command } = effect;
    if (command.type === "entry-light") return this.#wantsEntry(command.colour);
    if (!movesBoom(effect)) return;
    if (event.type === "started") this.#fail("nothing moves at a start", command.type);
    // What a person orders is for nobody on the deck, and he has looked; that nobody is under the boom is asked of both.
    const ordered = effect.passage === null;
    if (command.type === "lower-boom") this.#wantsDown(event.at, ordered);
    else if (!ordered) this.#wantsUp(by);
  }

  /** A boom command goes out, on this image. */
  goesOut({ command }: CommandEffect, { inputs, inputsAgeMs, commandAgeMs }: InterlockImage): void {
    if (!this.#gateSeen) this.#fail("nothing moves at a start", `${command.type} before the gate was read`);
    const { commandAgeMs: oldest, imageAgeMs } = this.#policy.interlock;
    const promise = "the boom moves on fresh inputs, while nobody else is in charge of it";
    if (inputs === null) return this.#fail(promise, `${command.type} while the gate could not be read`);
    if (!(commandAgeMs <= oldest)) this.#fail(promise, `${command.type} after ${commandAgeMs} ms`);
    if (!(inputsAgeMs <= imageAgeMs)) this.#fail(promise, `${command.type} on inputs of ${inputsAgeMs} ms before`);
    if (!inputs.modeAuto || !inputs.estopOk || !inputs.cabinetClosed)
      this.#fail(promise, `${command.type} while somebody works there, or on an emergency stop`);
    if (command.type !== "lower-boom") return;
    if (inputs.fireOpen) this.#fail(promise, "lowered against the fire input");
    if (!inputs.loopUnder && !inputs.curtain) return;
    this.#fail("the boom is not lowered while the zone under it is occupied or unknown", "a vehicle was seen under it");
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

  #wantsUp(by: "lane" | "officer"): void {
    if (!this.#site.weighbridge) return;
    // An officer may pass a vehicle that does not stand right, or whose weight cannot be had; not one that is gone.
    if (by === "officer" && this.#scale !== "empty") return;
    const { eyeScaleFront = true, eyeScaleRear = true } = this.#inputs ?? {};
    if (this.#scale === "loaded" && !eyeScaleFront && !eyeScaleRear) return;
    this.#fail("the boom is raised for a vehicle that stands on the deck", `the weighbridge is ${this.#scale}`);
  }

  #wantsDown(at: number, ordered: boolean): void {
    const { underClearMs, recoveryClearMs } = this.#policy.timers;
    const needed = ordered ? 0 : this.#wasUnknown ? recoveryClearMs : underClearMs;
    const clearFor = this.#clearSince === null ? -1 : at - this.#clearSince;
    if (clearFor >= needed) return;
    this.#fail("the zone under the boom is clear for long enough before it is lowered", `${clearFor} of ${needed} ms`);
  }

  /** Nobody is asked in on top of somebody, or into a lane of which nobody knows whether it is empty. */
  #wantsEntry(colour: "red" | "green"): void {
    if (colour === "red") return;
    const seen = this.#inputs;
    const behindIsFree = seen !== null && !(seen.loopArrival || seen.eyeScaleFront || seen.eyeScaleRear);
    // Pipelined, the one before may still be under the boom on its way out.
    const nobodyUnder = seen !== null && (this.#policy.pipelined === true || !(seen.loopUnder || seen.curtain));
    const free = behindIsFree && nobodyUnder && (!this.#site.weighbridge || this.#scale === "empty");
    if (!free) this.#fail("green asks a vehicle into an empty lane only", `the weighbridge is ${this.#scale}`);
  }
}
