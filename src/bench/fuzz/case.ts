import { messageOf } from "#contract/errors";
import { createRandom } from "../scene/random.ts";
import { inputFor } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** Spreads neighbouring case numbers over the whole range of seeds (Knuth's multiplicative constant). */
const SPREAD = 0x9e3779b1;

/** What a failing case was. */
export interface CaseFailure {
  readonly what: string;
  readonly input: Buffer;
}

/** Runs one case of a target: which one follows from seed, name and number alone. Returns what went wrong, or undefined. */
export function runCase(target: FuzzTarget, seed: number, number: number): CaseFailure | undefined {
  const random = createRandom(Math.imul(seed ^ hashOf(target.name), SPREAD) ^ Math.imul(number + 1, SPREAD));
  const input = inputFor(target, random);
  // The target may write into what it is given; what is reported is what it was given.
  const kept = Buffer.from(input);
  try {
    target.run(input, random);
    return undefined;
  } catch (error) {
    return { what: messageOf(error), input: kept };
  }
}

/** FNV-1a, 32 bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash;
}

/** The one command that runs a case again. */
export function replayCommand(seed: number, target: string, number: number): string {
  return `npm run fuzz -- --seed ${seed} --target ${target} --case ${number}`;
}
