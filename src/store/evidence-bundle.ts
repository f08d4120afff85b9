import Type, { type Static } from "typebox";
import { LaneError } from "#contract/errors";
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

/**
 * Collects the evidence of one passage. Rejects with EVIDENCE_MISSING when the passage is unknown, is not covered by a
 * signed checkpoint yet, or a picture it names is gone or altered.
 */
export async function collectEvidence(passage: string, source: BundleSource): Promise<EvidenceBundle> {
  const { reader, evidence, key } = source;
  const own = reader.byPassage(passage);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined)
    throw new LaneError("EVIDENCE_MISSING", `there is no passage ${passage}`);
  const behind = reader.range(last.seq + 1, CHECKPOINT_WITHIN);
  const seal = behind.find(
    (entry) => entry.type === "journal.checkpoint" && (entry.data as Checkpoint).seq >= last.seq,
  );
  if (seal === undefined) {
    throw new LaneError("EVIDENCE_MISSING", `no signed checkpoint covers ${passage} yet; one follows when it ends`);
  }
  const journal: JournalEntry[] = [];
  while ((journal.at(-1)?.seq ?? 0) < seal.seq) {
    const from = (journal.at(-1)?.seq ?? first.seq - 1) + 1;
    journal.push(...reader.range(from, seal.seq - from + 1));
  }
  const pictures: Record<Sha256, string> = {};
  for (const sha256 of picturesNamed(passage, journal)) {
    pictures[sha256] = Buffer.from(await evidence.read(sha256)).toString("base64");
  }
  const { site, lane } = seal.data as Checkpoint;
  const { publicKeyPem } = key;
  return { format: "gatelane.evidence/1", site, lane, passage, publicKeyPem, journal, pictures };
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
