import { Ajv } from "ajv";
import type { EventMessage } from "#contract/upstream";
import { type Checkpoint, CheckpointSchema, isGenuine } from "#store/checkpoint";
import type { LanePublicKey } from "#store/lane-key";

const isCheckpoint = new Ajv({ strict: true }).compile<Checkpoint>(CheckpointSchema);

export interface SiteAuditOptions {
  /** Public keys of lanes, by lane; checkpoints of others are checked against the chain only. */
  readonly laneKeys: ReadonlyMap<string, LanePublicKey>;
  /** The hash held under a number of a lane's journal. */
  readonly hashAt: (lane: string, seq: number) => string | undefined;
}

interface Consumption {
  readonly lane: string;
  readonly passage: string | null;
  readonly seq: number;
}

/**
 * What only somebody sees who holds the journals of every lane: checkpoints that are not of the lane's key or not of
 * this chain, and one clearance consumed twice.
 */
export class SiteAudit {
  readonly #options: SiteAuditOptions;
  readonly #consumed = new Map<string, Consumption>();
  #checkpoints = 0;

  constructor(options: SiteAuditOptions) {
    this.#options = options;
  }

  /** Checkpoints whose signature was checked and is good. */
  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** What is wrong with an entry that is new, one sentence each. */
  check(message: EventMessage): readonly string[] {
    if (message.type === "journal.checkpoint") return this.#checkpoint(message);
    if (message.type === "clearance.consumed") return this.#consumption(message);
    return [];
  }

  #checkpoint({ site, lane, seq, data }: EventMessage): readonly string[] {
    const place = `checkpoint ${seq} of ${lane}`;
    if (!isCheckpoint(data)) return [`FORGED: ${place} is no checkpoint`];
    if (data.site !== site || data.lane !== lane) return [`FORGED: ${place} is of another lane`];
    const held = this.#options.hashAt(lane, data.seq);
    if (held !== undefined && held !== data.hash) {
      return [`FORGED: ${place} names another hash for entry ${data.seq}: the past was rewritten`];
    }
    const key = this.#options.laneKeys.get(lane);
    if (key === undefined) return [];
    if (!isGenuine(data, key)) return [`FORGED: ${place} is not signed with the key of the lane`];
    this.#checkpoints += 1;
    return [];
  }

  #consumption({ lane, passage, seq, data }: EventMessage): readonly string[] {
    const { clearance } = data as { readonly clearance?: unknown };
    if (typeof clearance !== "string") return [];
    const first = this.#consumed.get(clearance);
    if (first === undefined) {
      this.#consumed.set(clearance, { lane, passage, seq });
      return [];
    }
    if (first.lane === lane && first.passage === passage) return [];
    const where = (use: Consumption) => `${use.lane} by passage ${use.passage ?? "?"} (entry ${use.seq})`;
    return [`TWICE: clearance ${clearance} was consumed in ${where(first)} and in ${where({ lane, passage, seq })}`];
  }
}
