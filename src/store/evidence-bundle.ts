import Type, { type Static } from "typebox";
import { isLaneError, LaneError } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import type { Sha256 } from "#contract/units";
import type { Checkpoint } from "./checkpoint.ts";
import type { EvidenceStore } from "./evidence.ts";
import { canonicalJson } from "./hash.ts";
import type { JournalReader } from "./journal-reader.ts";
import type { LanePublicKey } from "./lane-key.ts";

const closed = { additionalProperties: false };
const hash = () => Type.String({ pattern: "^[0-9a-f]{64}$" });

/**
 * Everything the lane knows about one passage in one file: the stretch of the journal from the passage's first entry to
 * a signed checkpoint behind its last, every picture that these entries name, and the public key. The file is canonical
 * JSON and one line end, so no byte of it can change unseen.
 */
export const EvidenceBundleSchema = Type.Object(
  {
    format: Type.Literal("gatelane.evidence/1"),
    site: Type.String(),
    lane: Type.String(),
    passage: Type.String(),
    publicKeyPem: Type.String({ maxLength: 1024 }),
    journal: Type.Array(
      Type.Object(
        {
          seq: Type.Integer({ minimum: 1 }),
          utc: Type.Number(),
          monotonicMs: Type.Number(),
          boot: Type.String(),
          type: Type.String(),
          passage: Type.Union([Type.String(), Type.Null()]),
          data: Type.Unknown(),
          prevHash: hash(),
          hash: hash(),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Base64 of the original bytes by SHA-256. */
    pictures: Type.Record(Type.String({ pattern: "^[0-9a-f]{64}$" }), Type.String()),
  },
  closed,
);
export type EvidenceBundle = Static<typeof EvidenceBundleSchema>;

export interface BundleSource {
  readonly reader: JournalReader;
  readonly evidence: EvidenceStore;
  readonly key: LanePublicKey;
}

/** How far behind a passage its checkpoint is looked for, entries. One is signed when a passage ends. */
const CHECKPOINT_WITHIN = 2000;

export interface CollectedEvidence {
  readonly bundle: EvidenceBundle;
  /** Pictures that the entries name and the bundle lacks, each with the reason. */
  readonly lacking: readonly { readonly sha256: Sha256; readonly why: string }[];
}

/**
 * Collects the evidence of one passage: all of it, or, while it is open, up to the last checkpoint. A picture that is
 * gone or altered is left out, so that the rest can be had; whoever checks the file sees that it is missing. Rejects with
 * EVIDENCE_MISSING when the passage is unknown, or its last decision or its end is not covered by a signed checkpoint yet.
 */
export async function collectEvidence(passage: string, source: BundleSource): Promise<CollectedEvidence> {
  const { reader, evidence, key } = source;
  const own = reader.byPassage(passage);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined)
    throw new LaneError("EVIDENCE_MISSING", `there is no passage ${passage}`);
  const stretch = entriesOf(reader, first.seq, last.seq + CHECKPOINT_WITHIN);
  const seal = sealOf(stretch, own);
  if (seal === undefined) {
    throw new LaneError("EVIDENCE_MISSING", `no signed checkpoint covers ${passage} yet; one follows within a minute`);
  }
  const journal = stretch.filter(({ seq }) => seq <= seal.seq);
  const pictures: Record<Sha256, string> = {};
  const lacking: { sha256: Sha256; why: string }[] = [];
  for (const sha256 of picturesNamed(passage, journal)) {
    try {
      pictures[sha256] = Buffer.from(await evidence.read(sha256)).toString("base64");
    } catch (error) {
      if (!isLaneError(error, "EVIDENCE_MISSING")) throw error;
      lacking.push({ sha256, why: error.detail });
    }
  }
  const { site, lane } = seal.data as Checkpoint;
  const { publicKeyPem } = key;
  const bundle = { format: "gatelane.evidence/1", site, lane, passage, publicKeyPem, journal, pictures } as const;
  return { bundle: { ...bundle, journal }, lacking };
}

function entriesOf(reader: JournalReader, from: number, to: number): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let next = from; next <= to; ) {
    const page = reader.range(next, to - next + 1);
    entries.push(...page);
    const end = page.at(-1);
    if (end === undefined) break;
    next = end.seq + 1;
  }
  return entries;
}

/** The first checkpoint that covers everything; else the last one that covers the end, or the decision of an open passage. */
function sealOf(stretch: readonly JournalEntry[], own: readonly JournalEntry[]): JournalEntry | undefined {
  const [last, end] = [own.at(-1), own.findLast(({ type }) => type === "passage.closed" || type === "decision.made")];
  if (last === undefined || end === undefined) return undefined;
  const signed = (entry: JournalEntry) => (entry.data as Checkpoint).seq;
  const seals = stretch.filter(
    (entry) =>
      entry.type === "journal.checkpoint" &&
      signed(entry) >= end.seq &&
      !own.some(({ seq }) => seq > signed(entry) && seq < entry.seq),
  );
  return seals.find((entry) => signed(entry) >= last.seq) ?? seals.at(-1);
}

/** Pictures that the entries of this passage name, each once, in order. */
export function picturesNamed(passage: string, journal: readonly JournalEntry[]): Sha256[] {
  const named = journal.flatMap((entry) => {
    const event = (entry.data as { event?: { evidence?: { sha256?: unknown } } } | null)?.event;
    const sha256 = event?.evidence?.sha256;
    return entry.passage === passage && typeof sha256 === "string" ? [sha256] : [];
  });
  return [...new Set(named)].sort();
}

export function bundleText(bundle: EvidenceBundle): string {
  return `${canonicalJson(bundle)}\n`;
}
