import type { IdentityRead } from "#contract/decision";
import { type ConfusionTable, truthBehind } from "./confusion.ts";
import { believed, Doubts, EVEN_CHANCE, isComputed } from "./witness.ts";

/** Reads of one object, all of one length, at most a few characters apart. */
export type Cluster = readonly IdentityRead[];

export interface Ballot {
  readonly text: string;
  /** 0..1 */
  readonly belief: number;
  readonly sources: readonly string[];
}

/** A read with what the vote asks of it again and again. */
interface Vote {
  readonly read: IdentityRead;
  readonly characters: readonly string[];
  /** Doubt in each character, 0..MOST_DOUBT. */
  readonly doubts: readonly number[];
}

/** More doubt than this at one character is no evidence against it: an even chance is the least a read says. */
const MOST_DOUBT = 0.5;
const ALPHABET = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/**
 * Vote per character position. Each text that was read is a candidate; a text that nobody read as a whole is never put
 * together from parts. Its belief is the product of the posteriors of its characters, so a read that differs in one
 * character counts against it at that character only; and it is never more than what the sources of this very text
 * justify together.
 */
export function ballots(cluster: Cluster, table: ConfusionTable): Ballot[] {
  const [first] = cluster;
  // Nothing to vote on where all say the same.
  if (first !== undefined && cluster.every(({ text }) => text === first.text)) {
    return [{ text: first.text, belief: justification(cluster), sources: sourcesOf(cluster) }];
  }
  const votes = cluster.map((read) => voteOf(read, table));
  const length = votes[0]?.characters.length ?? 0;
  const positions = Array.from({ length }, (_, at) => positionAt(votes, at, table));
  const texts = new Map(votes.map(({ read, characters }) => [read.text, characters]));
  return [...texts]
    .map(([text, characters]) => {
      const supporters = cluster.filter((read) => read.text === text);
      const belief = Math.min(posteriorOf(characters, positions), justification(supporters));
      return { text, belief, sources: sourcesOf(supporters) };
    })
    .sort((a, b) => b.belief - a.belief || (a.text < b.text ? -1 : 1));
}

function sourcesOf(reads: readonly IdentityRead[]): string[] {
  return [...new Set(reads.map((read) => read.source))].sort();
}

/** Probability of each character that was read at one position. */
type Position = ReadonlyMap<string, number>;

function posteriorOf(characters: readonly string[], positions: readonly Position[]): number {
  return positions.reduce((product, position, at) => product * (position.get(characters[at] ?? "") ?? 0), 1);
}

function positionAt(votes: readonly Vote[], at: number, table: ConfusionTable): Position {
  const evidence = evidenceAt(votes, at);
  const total = evidence.length === 1 ? 1 : totalLikelihood(evidence, table);
  return new Map(
    evidence.map(({ character }) => [character, total === 0 ? 0 : likelihood(character, evidence, table) / total]),
  );
}

function evidenceAt(votes: readonly Vote[], at: number): Evidence[] {
  const byCharacter = new Map<string, Vote[]>();
  for (const vote of votes) {
    const character = vote.characters[at] ?? "";
    byCharacter.set(character, [...(byCharacter.get(character) ?? []), vote]);
  }
  const seen = [...byCharacter].sort(([a], [b]) => (a < b ? -1 : 1));
  return seen.map(([character, supporters]) => {
    const doubts = new Doubts();
    for (const { read, doubts: own } of supporters) doubts.add(read, own[at] ?? MOST_DOUBT);
    return { character, doubt: doubts.product(), rivals: commonRivals(supporters, at) };
  });
}

function commonRivals(supporters: readonly Vote[], at: number): ReadonlyMap<string, number> {
  const [first, ...others] = supporters.map(({ read }) =>
    (read.rivals ?? []).filter(({ position }) => position === at),
  );
  return new Map(
    (first ?? []).flatMap(({ character, probability }) => {
      const least = others.reduce(
        (known, rivals) => Math.min(known, rivals.find((one) => one.character === character)?.probability ?? 0),
        probability,
      );
      return least > 0 && least <= MOST_DOUBT ? [[character, least]] : [];
    }),
  );
}

/**
 * Probability that `character` stands at one position, whether or not any read says so: what all reads of the object,
 * what they saw beside their own character, and the known confusions leave for it. 0..1.
 */
export function shareAt(cluster: Cluster, at: number, character: string, table: ConfusionTable): number {
  const evidence = evidenceAt(
    cluster.map((read) => voteOf(read, table)),
    at,
  );
  const total = totalLikelihood(evidence, table);
  return total === 0 ? 0 : likelihood(character, evidence, table) / total;
}

interface Evidence {
  readonly character: string;
  readonly doubt: number;
  /** Characters that every read behind this one saw there as well, with the least probability any of them gave it. */
  readonly rivals: ReadonlyMap<string, number>;
}

/** How likely it is to read what was read, when this character is on the vehicle. */
function likelihood(truth: string, evidence: readonly Evidence[], table: ConfusionTable): number {
  return evidence.reduce((product, { character, doubt, rivals }) => {
    if (truth === character) return product * (1 - Math.max(doubt, ...rivals.values()));
    return product * Math.max(doubt * truthBehind(character, truth, table), rivals.get(truth) ?? 0);
  }, 1);
}

function totalLikelihood(evidence: readonly Evidence[], table: ConfusionTable): number {
  const alphabet = new Set([...ALPHABET, ...evidence.map(({ character }) => character)]);
  let total = 0;
  for (const truth of alphabet) total += likelihood(truth, evidence, table);
  return total;
}

/** What the sources of one text justify together: one minus the product of their doubts. */
function justification(supporters: readonly IdentityRead[]): number {
  const read = new Doubts();
  const computed = new Doubts();
  for (const one of supporters) (isComputed(one) ? computed : read).add(one, 1 - believed(one));
  return 1 - read.product() * Math.max(EVEN_CHANCE, computed.product());
}

/**
 * The doubt in a whole text, shared out over its characters. In a container number whose check digit was read and fits,
 * what doubt is left sits where the check digit is weak: four or five times as much on a letter as on a digit.
 */
function voteOf(read: IdentityRead, table: ConfusionTable): Vote {
  const characters = [...read.text];
  const { letter, digit } = table.containerPassRate;
  const checked = read.kind === "container" && read.check === "verified";
  const weights = characters.map((character) => (checked ? (/\d/.test(character) ? digit : letter) : 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const doubts = weights.map((weight) => Math.min(MOST_DOUBT, 1 - believed(read) ** (weight / sum)));
  return { read, characters, doubts };
}
