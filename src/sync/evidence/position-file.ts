import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import type { EvidencePosition } from "./queue.ts";

const hash = () => Type.String({ pattern: "^[0-9a-f]{64}$" });
const seq = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const PositionFileSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** The entry up to which every picture was sent, and its hash: another journal has another. */
    seq: seq(),
    hash: hash(),
    done: Type.Array(Type.Object({ sha256: hash(), seq: seq() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
type PositionFile = Static<typeof PositionFileSchema>;
const isPositionFile = new Ajv({ strict: true }).compile<PositionFile>(PositionFileSchema);

/**
 * Where the sending of pictures stands, in a small file beside the journal. It only saves work: lost, unreadable or of
 * another journal, it means that pictures are sent a second time.
 */
export class EvidencePositionFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** `hashAt` gives the hash of a journal entry, or undefined. */
  async load(hashAt: (seq: number) => string | undefined): Promise<EvidencePosition> {
    const start = { seq: 0, done: [] };
    let content: unknown;
    try {
      content = JSON.parse(await readFile(this.#path, "utf8"));
    } catch {
      return start;
    }
    if (!isPositionFile(content) || hashAt(content.seq) !== content.hash) return start;
    return { seq: content.seq, done: content.done };
  }

  /** Durable when resolved. Rejects with the system's error. */
  async save({ seq, done }: EvidencePosition, hash: string): Promise<void> {
    const temporary = `${this.#path}.new`;
    const content: PositionFile = { version: 1, seq, hash, done: [...done] };
    const file = await open(temporary, "w", 0o640);
    try {
      await file.writeFile(JSON.stringify(content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    const folder = await open(dirname(this.#path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
