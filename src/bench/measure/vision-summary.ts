import type { VisionFigures } from "./vision.ts";
import type { PeerFigures } from "./vision-peer.ts";

interface KindSummary {
  /** Identities that the labels name. */
  readonly n: number;
  readonly exact: number;
  /** Pictures with no reading at all. */
  readonly none: number;
  /** Accepted readings that contradict a label. */
  readonly wrongAccepted: number;
  /** Accepted readings that stand elsewhere in a picture whose labels were all read. */
  readonly unlabelled: number;
}

/** The figures in one short line for scripts. */
export interface VisionSummary {
  readonly kinds: Readonly<Record<string, KindSummary>>;
  /** One picture, of any kind, in the recognition process with two threads. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
  /** Most memory that the recognition process held, MB (10^6 bytes); null where the system does not tell. */
  readonly peakMb: number | null;
  readonly peers: Readonly<Record<string, PeerSummary | null>>;
}

interface PeerSummary {
  readonly version: string;
  readonly exact: Readonly<Record<string, number>>;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export function visionSummary(figures: VisionFigures): VisionSummary {
  const kinds = figures.kinds.map(({ kind, all }) => {
    const { exact, none, wrongAccepted, unlabelled } = all;
    const wrong = wrongAccepted.count - unlabelled;
    return [kind, { n: exact.of, exact: exact.count, none, wrongAccepted: wrong, unlabelled }] as const;
  });
  const peers = Object.entries(figures.peers).map(([name, peer]) => [name, peer && peerSummary(peer)] as const);
  return {
    kinds: Object.fromEntries(kinds),
    latencyMs: figures.latencyMs,
    peakMb: figures.peakBytes === null ? null : Math.round(figures.peakBytes / 1e6),
    peers: Object.fromEntries(peers),
  };
}

function peerSummary({ version, byKind, p50Ms, p99Ms }: PeerFigures): PeerSummary {
  const exact = Object.fromEntries(Object.entries(byKind).map(([kind, { count }]) => [kind, count]));
  return { version, exact, p50Ms, p99Ms };
}
