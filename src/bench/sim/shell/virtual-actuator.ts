import type { GateInputs } from "#contract/device";
import { permit } from "#lanes/interlock/permit";
import type { LaneState } from "#lanes/passage/model";
import { type CommandEffect, holdsDurablePass, movesBoom } from "../lane-view.ts";
import type { LaneInput } from "./lane-input.ts";
import type { LaneShellOptions } from "./lane-shell.ts";

export type VirtualActuatorOptions = Pick<
  LaneShellOptions,
  "clock" | "clockwork" | "command" | "dice" | "died" | "gateReadAt" | "policy" | "swarm" | "witness"
>;

/** Sends commands to the gate, each once, each through the interlock at the last moment, as the control process does. */
export class VirtualActuator {
  readonly #options: VirtualActuatorOptions;
  readonly #post: (outcome: LaneInput) => void;
  #process = 0;

  constructor(options: VirtualActuatorOptions, post: (outcome: LaneInput) => void) {
    this.#options = options;
    this.#post = post;
  }

  /** The process dies: nobody hears what becomes of the commands that are under way. */
  forget(): void {
    this.#process += 1;
  }

  perform(effect: CommandEffect, inputs: GateInputs | null, state: LaneState): void {
    const { policy, witness, command, died, dice, swarm, clock, clockwork, gateReadAt } = this.#options;
    const image = {
      inputs,
      inputsAgeMs: inputs === null ? Number.POSITIVE_INFINITY : clockwork.now - gateReadAt(),
      commandAgeMs: clock.monotonic() - effect.issuedAt,
      durablePass: holdsDurablePass(state, effect.passage),
      ordered: state.override?.commandId === effect.commandId,
    };
    const permission = permit(effect.command, image, policy.interlock);
    witness.asked(effect, permission, image);
    const { commandId } = effect;
    if (!permission.permitted) {
      const detail = `interlock ${permission.rule}: ${permission.reason}`;
      return this.#post({ type: "command-outcome", commandId, ok: false, detail });
    }
    const process = this.#process;
    command(effect.command, (ok, detail) => {
      if (process === this.#process) this.#post({ type: "command-outcome", commandId, ok, detail });
    });
    if (movesBoom(effect) && dice.chance(swarm.crashAfterCommand)) died("crashAfterCommand");
  }
}
