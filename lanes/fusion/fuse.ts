import type { FusedIdentity, IdentityRead } from "#contract/decision";

export interface Fusion {
  readonly container: FusedIdentity | null;
  /** The tractor's plate. */
  readonly plate: FusedIdentity | null;
  readonly trailer: FusedIdentity | null;
}

/**
 * All reads of one vehicle as one opinion for each identity.
 *
 * Every source votes once for each text, with its best read of it; the votes for one text combine as independent
 * witnesses (1 - product of doubts) and the share of doubt that goes to other texts is taken off again. Reads whose
 * check digit was computed, not read, prove nothing: all of them together count as one even chance.
 */
export function fuse(reads: readonly IdentityRead[], minReadConfidence: number): Fusion {
  const usable = reads.filter((read) => read.confidence >= minReadConfidence);
  return {
    container: vote(usable.filter((read) => read.kind === "container")),
    plate: vote(usable.filter((read) => read.kind === "plate" && !isTrailerPlate(read.text))),
    trailer: vote(usable.filter((read) => read.kind === "plate" && isTrailerPlate(read.text))),
  };
}

/** Vietnamese R and RM series, Chinese plates ending in 挂 (domain guide, section 3). */
export function isTrailerPlate(text: string): boolean {
  return /^\d{2}RM?\d{4,5}$/.test(text) || text.endsWith("挂");
}

function vote(reads: readonly IdentityRead[]): FusedIdentity | null {
  const votes = new Map<string, Map<string, Vote>>();
  for (const read of reads) {
    const bySource = votes.get(read.text) ?? new Map<string, Vote>();
    bySource.set(read.source, better(bySource.get(read.source), voteOf(read)));
    votes.set(read.text, bySource);
  }
  const candidates = [...votes].map(([text, bySource]) => {
    // In a fixed order, so that rounding does not depend on which read came first.
    const sorted = [...bySource].sort(([a], [b]) => (a < b ? -1 : 1));
    const sources = sorted.map(([source]) => source);
    return { text, sources, belief: 1 - combinedDoubt(sorted.map(([, vote]) => vote)) };
  });
  candidates.sort((a, b) => b.belief - a.belief || (a.text < b.text ? -1 : 1));
  const best = candidates[0];
  if (best === undefined) return null;
  const others = candidates.slice(1);
  const against = others.reduce((sum, other) => sum + other.belief, 0);
  const confidence = against === 0 ? best.belief : (best.belief * best.belief) / (best.belief + against);
  return { text: best.text, confidence, sources: best.sources, dissent: others.map((other) => other.text) };
}

interface Vote {
  /** Share of belief left to the read being wrong. */
  readonly doubt: number;
  readonly computed: boolean;
}

/** No single read is believed beyond this, whatever its source claims. */
const MOST_CERTAIN = 0.999;
const EVEN_CHANCE = 0.5;

function voteOf(read: IdentityRead): Vote {
  const computed = read.check === "inferred";
  return { doubt: 1 - Math.min(read.confidence, computed ? EVEN_CHANCE : MOST_CERTAIN), computed };
}

/** The less doubtful of two reads by one source; it counts as read when either of them was. */
function better(one: Vote | undefined, other: Vote): Vote {
  if (one === undefined) return other;
  return { doubt: Math.min(one.doubt, other.doubt), computed: one.computed && other.computed };
}

function combinedDoubt(votes: readonly Vote[]): number {
  const product = (some: readonly Vote[]) => some.reduce((doubt, vote) => doubt * vote.doubt, 1);
  const computed = product(votes.filter((vote) => vote.computed));
  return product(votes.filter((vote) => !vote.computed)) * Math.max(EVEN_CHANCE, computed);
}
