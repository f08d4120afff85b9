import { Ajv } from "ajv";
import { messageOf } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import { type Checkpoint, CheckpointSchema, isGenuine } from "./checkpoint.ts";
import { bundleText, type EvidenceBundle, EvidenceBundleSchema, picturesNamed } from "./evidence-bundle.ts";
import { entryHash, sha256 } from "./hash.ts";
import { type LanePublicKey, parsePublicKey } from "./lane-key.ts";

/** What is known of an evidence file after it was checked. */
export interface EvidenceVerdict {
  readonly ok: boolean;
  /** Why not, one sentence each; empty when it is good. */
  readonly problems: readonly string[];
  readonly passage: string | null;
  readonly site: string | null;
  readonly lane: string | null;
  /** The passage was over when the file was written; else more of it follows in the journal. */
  readonly ended: boolean;
  readonly entries: number;
  readonly pictures: number;
  /** Fingerprint of the key that signed; compare it with the one the lane was commissioned with. */
  readonly kid: string | null;
}

const ajv = new Ajv({ strict: true, allErrors: false });
const isBundle = ajv.compile<EvidenceBundle>(EvidenceBundleSchema);
const isCheckpoint = ajv.compile<Checkpoint>(CheckpointSchema);

/**
 * Checks an evidence file with nothing but its own bytes, and with the lane's key when that is at hand: every hash, the
 * chain, the signature behind the passage, and that no byte is there that these do not cover.
 */
export function checkEvidence(text: string, expected?: LanePublicKey): EvidenceVerdict {
  let bundle: unknown;
  try {
    bundle = JSON.parse(text);
  } catch (error) {
    return refused(`it is not JSON: ${messageOf(error)}`);
  }
  if (!isBundle(bundle)) return refused(`it is not an evidence file: ${ajv.errorsText(isBundle.errors)}`);
  const problems: string[] = [];
  if (bundleText(bundle) !== text) problems.push("the file was written again: it is not in canonical form");
  const journal = bundle.journal as readonly JournalEntry[];
  problems.push(...chainProblems(journal), ...pictureProblems(bundle, journal));
  const kid = signatureProblems(bundle, journal, expected, problems);
  const { passage, site, lane } = bundle;
  const counts = { entries: journal.length, pictures: Object.keys(bundle.pictures).length };
  const ended = journal.some((entry) => entry.passage === passage && entry.type === "passage.closed");
  return { ok: problems.length === 0, problems, passage, site, lane, ended, kid, ...counts };
}

function refused(problem: string): EvidenceVerdict {
  const unknown = { passage: null, site: null, lane: null, ended: false, entries: 0, pictures: 0, kid: null };
  return { ok: false, problems: [problem], ...unknown };
}

function chainProblems(journal: readonly JournalEntry[]): string[] {
  return journal.flatMap((entry, index) => {
    const before = journal[index - 1];
    const found: string[] = [];
    if (entryHash(entry) !== entry.hash) found.push(`entry ${entry.seq} does not have its hash`);
    if (before !== undefined && (entry.seq !== before.seq + 1 || entry.prevHash !== before.hash)) {
      found.push(`entry ${entry.seq} does not continue entry ${before.seq}`);
    }
    return found;
  });
}

function pictureProblems(bundle: EvidenceBundle, journal: readonly JournalEntry[]): string[] {
  const named = picturesNamed(bundle.passage, journal);
  const missing = named.filter((hash) => !(hash in bundle.pictures)).map((hash) => `picture ${hash} is missing`);
  const wrong = Object.entries(bundle.pictures).flatMap(([hash, base64]) => {
    if (!named.includes(hash)) return [`picture ${hash} belongs to no entry of the passage`];
    const bytes = Buffer.from(base64, "base64");
    return bytes.toString("base64") === base64 && sha256(bytes) === hash ? [] : [`picture ${hash} was altered`];
  });
  return [...missing, ...wrong];
}

/** Adds what is wrong with the seal to `problems`; returns the fingerprint of the key in the file. */
function signatureProblems(
  bundle: EvidenceBundle,
  journal: readonly JournalEntry[],
  expected: LanePublicKey | undefined,
  problems: string[],
): string | null {
  let key: LanePublicKey;
  try {
    key = parsePublicKey(bundle.publicKeyPem);
  } catch (error) {
    problems.push(`its public key is not usable: ${messageOf(error)}`);
    return null;
  }
  if (key.publicKeyPem !== bundle.publicKeyPem) problems.push("its public key is not written as keys are");
  if (expected !== undefined && expected.kid !== key.kid) {
    problems.push(`it is signed with the key ${key.kid}, the lane's is ${expected.kid}`);
  }
  problems.push(...sealProblems(bundle, journal, key));
  return key.kid;
}

function sealProblems(bundle: EvidenceBundle, journal: readonly JournalEntry[], key: LanePublicKey): string[] {
  const own = journal.filter(({ passage }) => passage === bundle.passage);
  const last = own.at(-1);
  const arrived = own.some(({ type }) => type === "passage.opened");
  // The event that opened the passage stands before the entry that says so.
  if (!arrived || own[0] !== journal[0] || last === undefined) {
    return [`it does not begin with the arrival of ${bundle.passage}`];
  }
  const seal: unknown = journal.at(-1)?.data;
  if (journal.at(-1)?.type !== "journal.checkpoint" || !isCheckpoint(seal)) return ["it does not end in a checkpoint"];
  if (!isGenuine(seal, key)) return ["the signature of its checkpoint is bad"];
  const { seq, hash, site, lane } = seal;
  if (site !== bundle.site || lane !== bundle.lane) return [`its checkpoint is of ${site}/${lane}`];
  const sealed = journal.find((entry) => entry.seq === seq);
  return sealed?.hash === hash && seq >= last.seq ? [] : ["its checkpoint does not cover the passage"];
}
