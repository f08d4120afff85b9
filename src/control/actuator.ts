import type { GateDevice } from "#contract/device";
import { messageOf } from "#contract/errors";
import type { Clock } from "#contract/units";
import type { LanePolicy } from "#lanes/decision/policy";
import { type InterlockImage, permit } from "#lanes/interlock/permit";
import type { LaneEffect, LaneState } from "#lanes/passage/model";
import type { ProcessImage } from "./process-image.ts";

export interface ActuatorOptions {
  readonly gate: GateDevice;
  readonly image: ProcessImage;
  readonly clock: Clock;
  readonly policy: LanePolicy["interlock"];
  readonly state: () => LaneState;
  readonly outcome: (commandId: string, ok: boolean, detail: string) => void;
}

type Command = Extract<LaneEffect, { type: "command" }>;

/** Sends commands to the gate, each once, each through the interlock at the last moment. */
export class Actuator {
  readonly #options: ActuatorOptions;

  constructor(options: ActuatorOptions) {
    this.#options = options;
  }

  perform(effect: Command): void {
    const { gate, policy, outcome } = this.#options;
    const permission = permit(effect.command, this.#image(effect), policy);
    if (!permission.permitted) {
      outcome(effect.commandId, false, `interlock ${permission.rule}: ${permission.reason}`);
      return;
    }
    gate.command(effect.command).then(
      () => outcome(effect.commandId, true, "the PLC has taken the command"),
      (error: unknown) => outcome(effect.commandId, false, messageOf(error)),
    );
  }

  #image(effect: Command): InterlockImage {
    const { image, clock, state } = this.#options;
    const now = clock.monotonic();
    const { passage, override } = state();
    const decision = passage !== null && passage.id === effect.passage ? passage.decision : null;
    return {
      inputs: image.inputs,
      inputsAgeMs: image.ageMs(now),
      commandAgeMs: now - effect.issuedAt,
      durablePass: decision?.verdict === "PASS" && decision.durable,
      // Commands are performed after the step that formed them is on the disk, and the order with it.
      ordered: override?.commandId === effect.commandId,
    };
  }
}
