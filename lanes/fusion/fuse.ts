import type { FusedIdentity, IdentityKind, IdentityRead } from "#contract/decision";
import { clusters } from "./cluster.ts";
import { type ConfusionTable, DEFAULT_CONFUSION } from "./confusion.ts";
import { type Ballot, ballots, shareAt } from "./position-vote.ts";

export interface Fusion {
  readonly container: FusedIdentity | null;
  /** Another container in view, for a vehicle that carries two. */
  readonly secondContainer: FusedIdentity | null;
  /** The tractor's plate. */
  readonly plate: FusedIdentity | null;
  readonly trailer: FusedIdentity | null;
  readonly tag: FusedIdentity | null;
  readonly qr: FusedIdentity | null;
  readonly client: FusedIdentity | null;
}

/**
 * All reads of one vehicle as one opinion for each identity: cameras, frames, on-board reads, transponders, QR codes.
 *
 * Reads that differ in at most two characters are taken as reads of one object and vote per character position
 * (position-vote.ts); who counts as a witness of his own is told in witness.ts. Reads that differ in more are of another
 * object, and the share of belief that goes to other objects is taken off again. Monotone: a read that agrees with the
 * outcome never lowers its confidence.
 */
export function fuse(
  reads: readonly IdentityRead[],
  minReadConfidence: number,
  table: ConfusionTable = DEFAULT_CONFUSION,
): Fusion {
  const known = LAST_FUSION.get(reads);
  if (known?.minReadConfidence === minReadConfidence && known.table === table) return known.fusion;
  const fusion = fused(reads, minReadConfidence, table);
  LAST_FUSION.set(reads, { minReadConfidence, table, fusion });
  return fusion;
}

/** Reads are never changed, only replaced, and one step asks several times what the same reads come to. */
const LAST_FUSION = new WeakMap<
  readonly IdentityRead[],
  { readonly minReadConfidence: number; readonly table: ConfusionTable; readonly fusion: Fusion }
>();

function fused(reads: readonly IdentityRead[], minReadConfidence: number, table: ConfusionTable): Fusion {
  const usable = correctedReads(reads).filter((read) => isUsable(read, minReadConfidence));
  const of = (kind: IdentityKind, wanted: (read: IdentityRead) => boolean = () => true) => {
    const wantedReads = usable.filter((read) => read.kind === kind && wanted(read));
    return wantedReads.length === 0 ? [] : opinions(wantedReads, table);
  };
  const containers = of("container");
  const first = (found: readonly FusedIdentity[]): FusedIdentity | null => found[0] ?? null;
  return {
    container: first(containers),
    secondContainer: containers[1] ?? null,
    plate: first(of("plate", (read) => !isTrailerPlate(read.text))),
    trailer: first(of("plate", (read) => isTrailerPlate(read.text))),
    tag: first(of("tag")),
    qr: first(of("qr")),
    client: first(of("client")),
  };
}

/**
 * How much room the reads leave for a text that is not the one they add up to: of the reads of the object that was
 * taken for `text`, the share of the vote for the characters of `meant` where the two differ. 0..1; 0 without any read.
 */
export function roomFor(
  meant: string,
  { text, kind }: Pick<IdentityRead, "text" | "kind">,
  reads: readonly IdentityRead[],
  minReadConfidence: number,
  table: ConfusionTable = DEFAULT_CONFUSION,
): number {
  const usable = correctedReads(reads).filter((read) => read.kind === kind && isUsable(read, minReadConfidence));
  const object = clusters(usable).find((cluster) => cluster.some((read) => read.text === text));
  const [seen, wanted] = [[...text], [...meant]];
  if (object === undefined || seen.length !== wanted.length) return 0;
  return wanted.reduce(
    (room, character, at) => (character === seen[at] ? room : room * shareAt(object, at, character, table)),
    1,
  );
}

/** The source that an officer is: what he entered counts instead of what machines read of the same (article 52.8). */
export const OFFICER_SOURCE = "officer";

function correctedReads(reads: readonly IdentityRead[]): readonly IdentityRead[] {
  const subject = ({ kind, text }: IdentityRead) => (kind === "plate" && isTrailerPlate(text) ? "trailer" : kind);
  const corrected = new Set(reads.filter(({ source }) => source === OFFICER_SOURCE).map(subject));
  if (corrected.size === 0) return reads;
  return reads.filter((read) => read.source === OFFICER_SOURCE || !corrected.has(subject(read)));
}

/** A source that gives no likelihood, or none that can be one, is not heard. */
function isUsable({ confidence, text }: IdentityRead, min: number): boolean {
  return typeof confidence === "number" && confidence >= min && confidence <= 1 && text !== "";
}

/** Vietnamese R and RM series, Chinese plates ending in 挂 (domain guide, section 3). */
export function isTrailerPlate(text: string): boolean {
  return /^\d{2}RM?\d{4,5}$/.test(text) || text.endsWith("挂");
}

/** One opinion for each object in view, the best supported first. */
function opinions(reads: readonly IdentityRead[], table: ConfusionTable): FusedIdentity[] {
  const objects = clusters(reads)
    .map((cluster) => ballots(cluster, table))
    .sort((a, b) => order(a[0], b[0]));
  const all = objects.flat();
  return objects.flatMap((ballot) => {
    const best = ballot[0];
    if (best === undefined) return [];
    const against = objects.reduce((sum, other) => sum + (other === ballot ? 0 : (other[0]?.belief ?? 0)), 0);
    const confidence = against === 0 ? best.belief : (best.belief * best.belief) / (best.belief + against);
    const dissent = [
      ...new Set(
        all
          .filter((one) => one !== best)
          .sort(order)
          .map((one) => one.text),
      ),
    ];
    return [{ text: best.text, confidence, sources: best.sources, dissent, support: best.belief }];
  });
}

function order(a: Ballot | undefined, b: Ballot | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.belief - a.belief || (a.text < b.text ? -1 : 1);
}
