import type { Permit } from "#lanes/interlock/permit";
import type { LaneEffect, LaneEvent, LaneState, Step } from "#lanes/passage/model";
import { type CommandEffect, decisionOf, openPassages, type RecordEffect, textOf } from "./lane-view.ts";
import type { Story } from "./story.ts";

/** Tells what the lane hears, thinks and does, as lines of a story. */
export class LaneNarrator {
  readonly #story: Story;

  constructor(story: Story) {
    this.#story = story;
  }

  booted(boot: string): void {
    this.#story.tell("lane", () => `starts (${boot})`);
  }

  stepped(before: LaneState, event: LaneEvent, { state, effects }: Step): void {
    if (!this.#story.told) return;
    this.#hears(before, event);
    for (const effect of effects) this.#does(effect, state);
  }

  asked({ command, commandId }: CommandEffect, permission: Permit): void {
    const answer = () => (permission.permitted ? "goes out" : `is refused by the interlock: ${permission.reason}`);
    this.#story.tell("lane", () => `${commandId} ${describe(command)} ${answer()}`);
  }

  #hears(before: LaneState, event: LaneEvent): void {
    const tell = (what: string) => this.#story.tell("hears", () => what);
    switch (event.type) {
      case "gate-inputs": {
        const changed = Object.entries(event.inputs).filter(
          ([name, value]) => (before.inputs as Record<string, boolean> | null)?.[name] !== value,
        );
        return tell(`gate: ${changed.map(([name, value]) => (value ? name : `no ${name}`)).join(", ")}`);
      }
      case "capture-result": {
        const texts = event.readings.map(({ text, confidence }) => `${text} (${confidence})`).join(", ");
        return tell(`${event.camera} reads ${texts || "nothing"}`);
      }
      case "capture-failed":
        return tell(`${event.camera} fails: ${event.detail}`);
      case "clearances-found": {
        const found = event.candidates.map(({ clearance, consumption }) => `${clearance.id} (${consumption})`);
        return tell(`clearances: ${found.join(", ") || "none"}`);
      }
      case "weight-settled":
        return tell(`weight: ${event.grossKg} kg${event.zeroSeen ? "" : ", no zero before"}`);
      case "command-outcome":
        return tell(`${event.commandId}: ${event.ok ? "taken" : event.detail}`);
      case "device-health":
        return tell(`${event.device} is ${event.health.state}`);
      default:
        return tell(JSON.stringify({ ...event, at: undefined, utc: undefined }));
    }
  }

  #does(effect: LaneEffect, state: LaneState): void {
    if (effect.type === "record") return this.#records(effect);
    if (effect.type !== "command") return;
    const phases = openPassages(state).map(({ id, phase }) => `${id} ${phase}`);
    this.#story.tell("lane", () => `wants ${effect.commandId} ${describe(effect.command)} (${phases.join(", ")})`);
  }

  #records(effect: RecordEffect): void {
    const decision = decisionOf(effect);
    const tell = (what: string) => this.#story.tell("lane", () => `${effect.passage ?? ""} ${what}`.trim());
    if (decision !== null) {
      return tell(`decides ${decision.verdict} ${decision.reason} on ${decision.clearance?.id ?? "no clearance"}`);
    }
    if (effect.entry === "passage.phase") {
      return tell(`${textOf(effect, "from")} -> ${textOf(effect, "to")}: ${textOf(effect, "why")}`);
    }
    tell(`${effect.entry} ${JSON.stringify(effect.data)}`);
  }
}

function describe(command: CommandEffect["command"]): string {
  return "colour" in command ? `${command.type} ${command.colour}` : command.type;
}
