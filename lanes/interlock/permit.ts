import type { GateCommand, GateInputs } from "#contract/device";
import type { LanePolicy } from "../decision/policy.ts";
import { atWork } from "./at-work.ts";

/** What the last gate before a command looks at: the freshest image, not the one the decision was made on. */
export interface InterlockImage {
  readonly inputs: GateInputs | null;
  readonly inputsAgeMs: number;
  readonly commandAgeMs: number;
  /** The command's passage holds a PASS that is on the disk and was decided since this start. */
  readonly durablePass: boolean;
  /** The command is the one that a person has ordered outside a passage, and that is on the disk. */
  readonly ordered?: boolean;
}

export type Permit =
  | { readonly permitted: true }
  | { readonly permitted: false; readonly rule: InterlockRule; readonly reason: string };

/** The rules by name; each has a test that carries it. */
export const INTERLOCK_RULES = {
  "command-fresh": "A command that waited too long is not sent",
  "image-fresh": "Nothing moves on inputs that are old or missing",
  "green-image-fresh": "No light turns green on inputs that are old or missing",
  "green-exit-boom-open": "The exit light turns green only while the boom is seen open",
  "green-entry-lane-fit":
    "The entry light turns green only in an automatic lane without emergency and with nobody at its entrance",
  "close-emergency-stop": "The boom is not lowered while the emergency stop is pressed or the fire input holds it open",
  "close-automatic":
    "The boom is not lowered while the key switch stands on manual or the cabinet is open: somebody may work there",
  "close-zone-clear": "The boom is not lowered while the zone under it is occupied or unknown",
  "open-needs-pass":
    "The boom is not raised without a PASS on the disk, decided since this start, or the order of a person on the disk",
  "open-emergency-stop": "The boom is not raised while the emergency stop is pressed",
  "open-automatic": "The boom is not raised while the key switch stands on manual or the cabinet is open",
  "open-nobody-under": "The boom is not raised while somebody on foot is at the light curtain",
  "open-opposite-closed": "In a lane of two directions the boom is raised only while the opposite one is closed",
  "open-from-closed": "The boom is not raised again while it is not closed",
} as const satisfies Record<string, string>;
type Limits = LanePolicy["interlock"];
type LightCommand = Extract<GateCommand, { colour: unknown }>;
export type InterlockRule = keyof typeof INTERLOCK_RULES;

const refuse = (rule: InterlockRule): Permit => ({ permitted: false, rule, reason: INTERLOCK_RULES[rule] });
const PERMITTED: Permit = { permitted: true };

/** May this command go out now? A second veto: the barrier's own controller protects people even if this one errs. */
export function permit(command: GateCommand, image: InterlockImage, policy: LanePolicy["interlock"]): Permit {
  if (!(image.commandAgeMs <= policy.commandAgeMs)) return refuse("command-fresh");
  if (command.type === "siren") return PERMITTED;
  if (command.type === "entry-light" || command.type === "exit-light") return permitLight(command, image, policy);
  if (image.inputs === null || !(image.inputsAgeMs <= policy.imageAgeMs)) return refuse("image-fresh");
  return command.type === "lower-boom"
    ? permitLower(image.inputs)
    : permitRaise(image.inputs, image.durablePass || image.ordered === true);
}

/** Red informs also on old inputs; green moves a vehicle, so it has to be true at this moment. */
function permitLight(command: LightCommand, { inputs, inputsAgeMs }: InterlockImage, policy: Limits): Permit {
  if (command.colour === "red") return PERMITTED;
  if (inputs === null || !(inputsAgeMs <= policy.imageAgeMs)) return refuse("green-image-fresh");
  if (command.type === "exit-light") return inputs.boomOpen ? PERMITTED : refuse("green-exit-boom-open");
  const fit = inputs.estopOk && !inputs.fireOpen && atWork(inputs) === null && !inputs.loopArrival;
  return fit ? PERMITTED : refuse("green-entry-lane-fit");
}

function permitLower(inputs: GateInputs): Permit {
  if (!inputs.estopOk || inputs.fireOpen) return refuse("close-emergency-stop");
  if (atWork(inputs) !== null) return refuse("close-automatic");
  return inputs.loopUnder || inputs.curtain ? refuse("close-zone-clear") : PERMITTED;
}

function permitRaise(inputs: GateInputs, earned: boolean): Permit {
  if (!earned) return refuse("open-needs-pass");
  if (!inputs.estopOk) return refuse("open-emergency-stop");
  if (atWork(inputs) !== null) return refuse("open-automatic");
  if (inputs.curtain && !inputs.loopUnder && !inputs.eyeScaleRear && !inputs.loopExit)
    return refuse("open-nobody-under");
  if (inputs.oppositeBoomClosed === false) return refuse("open-opposite-closed");
  if (!inputs.boomClosed || inputs.boomOpen) return refuse("open-from-closed");
  return PERMITTED;
}
