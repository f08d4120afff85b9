import { classifyPlate, isContainerNumber } from "#contract/identifiers";
import type { Dice } from "../dice.ts";
import { LOOKALIKES } from "./recognition.ts";

/** A plate of the same fleet that looks like this one: one look-alike character off, else one digit off. */
export function sisterPlate(text: string, dice: Dice): string {
  const alike = oneOff(text, (was) => LOOKALIKES.get(was) ?? []).filter(isTractor);
  const digits = [..."0123456789"];
  return (
    oneOf(alike, dice) ?? oneOf(oneOff(text, (was) => (/\d/.test(was) ? digits : [])).filter(isTractor), dice) ?? text
  );
}

/** A container number one character off whose check digit is right as well; null when there is none. */
export function sisterContainer(text: string, dice: Dice): string | null {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const alike = oneOff(text, (was) => LOOKALIKES.get(was) ?? []).filter(isContainerNumber);
  return (
    oneOf(alike, dice) ??
    oneOf(
      oneOff(text.slice(0, 3), () => letters)
        .map((owner) => owner + text.slice(3))
        .filter(isContainerNumber),
      dice,
    )
  );
}

function isTractor(text: string): boolean {
  return classifyPlate(text)?.kind === "tractor";
}

/** Every text that differs in one character, which `others` gives for the one that stands there. */
function oneOff(text: string, others: (was: string) => readonly string[]): string[] {
  return [...text].flatMap((was, place) =>
    others(was).flatMap((other) => (other === was ? [] : [text.slice(0, place) + other + text.slice(place + 1)])),
  );
}

function oneOf(texts: readonly string[], dice: Dice): string | null {
  return texts[dice.integer(0, Math.max(0, texts.length - 1))] ?? null;
}
