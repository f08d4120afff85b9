import type { IdentityRead } from "#contract/decision";
import type { Cluster } from "./position-vote.ts";

/** Texts that differ in at most so many characters are reads of one object; others are reads of different objects. */
const SAME_OBJECT = 2;

/** Reads grouped by the object they are of. The same groups in the same order, whatever order the reads came in. */
export function clusters(reads: readonly IdentityRead[]): Cluster[] {
  const texts = [...new Set(reads.map((read) => read.text))].sort();
  const groups: string[][] = [];
  for (const text of texts) {
    const near = groups.filter((group) => group.some((other) => differences(text, other) <= SAME_OBJECT));
    const merged = [text, ...near.flat()];
    for (const group of near) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((group) => reads.filter((read) => group.includes(read.text)));
}

/** Positions at which two texts differ; infinite for texts of different length, which have no positions in common. */
export function differences(one: string, other: string): number {
  const a = [...one];
  const b = [...other];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((count, character, at) => count + (character === b[at] ? 0 : 1), 0);
}
