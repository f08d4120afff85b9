import type { EvidenceBundle } from "./evidence-bundle.ts";

export interface NamedPicture {
  /** Safe as a file name: entry, device, beginning of the SHA-256. */
  readonly name: string;
  /** The original bytes. */
  readonly jpeg: Buffer;
}

/** The pictures of an evidence file in the order of the journal. The file must have been checked before. */
export function picturesIn(text: string): NamedPicture[] {
  const { journal, pictures, passage } = JSON.parse(text) as EvidenceBundle;
  return journal.flatMap((entry) => {
    const event = (entry.data as { event?: { camera?: unknown; evidence?: { sha256?: unknown } } } | null)?.event;
    const sha256 = String(event?.evidence?.sha256);
    const base64 = entry.passage === passage && Object.hasOwn(pictures, sha256) ? pictures[sha256] : undefined;
    if (base64 === undefined) return [];
    const device = String(event?.camera ?? "camera").replace(/[^A-Za-z0-9_-]/g, "_");
    const seq = String(entry.seq).padStart(6, "0");
    return [{ name: `${seq}-${device.slice(0, 64)}-${sha256.slice(0, 12)}.jpg`, jpeg: Buffer.from(base64, "base64") }];
  });
}
