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
 * witnesses (1 - product of doubts) and the share of doubt that goes to other texts is taken off again. A read whose
 * check digit was computed, not read, proves nothing alone and cannot lift an identity above one half.
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
  const doubts = new Map<string, Map<string, number>>();
  for (const read of reads) {
    const bySource = doubts.get(read.text) ?? new Map<string, number>();
    const confidence = read.check === "inferred" ? Math.min(read.confidence, 0.5) : read.confidence;
    const doubt = 1 - Math.min(confidence, 0.999);
    bySource.set(read.source, Math.min(bySource.get(read.source) ?? 1, doubt));
    doubts.set(read.text, bySource);
  }
  const candidates = [...doubts].map(([text, bySource]) => ({
    text,
    sources: [...bySource.keys()].sort(),
    belief: 1 - [...bySource.values()].reduce((product, doubt) => product * doubt, 1),
  }));
  candidates.sort((a, b) => b.belief - a.belief || (a.text < b.text ? -1 : 1));
  const best = candidates[0];
  if (best === undefined) return null;
  const others = candidates.slice(1);
  const against = others.reduce((sum, other) => sum + other.belief, 0);
  const confidence = against === 0 ? best.belief : (best.belief * best.belief) / (best.belief + against);
  return { text: best.text, confidence, sources: best.sources, dissent: others.map((other) => other.text) };
}
