import type { LaneEffect } from "#lanes/passage/model";
import type { AlwaysChecks } from "./check/always.ts";
import type { SometimesChecks } from "./check/sometimes.ts";
import { LaneNarrator } from "./lane-narrator.ts";
import type { Witness } from "./shell/lane-shell.ts";
import type { Story } from "./story.ts";

/** Everybody who watches one lane: the story, the promises, what was reached, and whoever waits for an effect. */
export function witnessOf(
  watchers: { readonly story: Story; readonly always: AlwaysChecks; readonly sometimes: SometimesChecks },
  onEffect: (effect: LaneEffect) => void,
): Witness {
  const { story, always, sometimes } = watchers;
  const narrator = new LaneNarrator(story);
  return {
    booted: (boot) => {
      narrator.booted(boot);
      always.booted(boot);
    },
    stepped: (before, event, step) => {
      narrator.stepped(before, event, step);
      always.stepped(before, event, step);
      sometimes.stepped(step);
      for (const effect of step.effects) onEffect(effect);
    },
    asked: (effect, permission, image) => {
      narrator.asked(effect, permission);
      always.asked(effect, permission, image);
      sometimes.asked(permission);
    },
  };
}
