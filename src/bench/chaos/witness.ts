import type { DecisionRecord } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";
import type { Hardware } from "../hardware/hardware.ts";

/** What was wrong with a command that the gate received. */
export type Unearned =
  /** No intent of the running start was on the disk: the lane moved by itself, or repeated an older start. */
  | "boot-move"
  /** A raise without a PASS or an officer's order of the same start behind it, or with one that was used before. */
  | "unearned-raise";

export interface WitnessedFault {
  readonly what: Unearned;
  readonly command: string;
  readonly entry: number;
}

/** Entries that are enough to see why a command was sent. */
const TAIL = 120;

/**
 * Listens at the gate's controller. Each command that arrives is held against what the disk has at that moment: its
 * intent, written by the start that runs now, and behind a raise a PASS that nobody used before.
 */
export class GateWitness {
  readonly faults: WitnessedFault[] = [];
  readonly #used = new Set<string>();
  #commands = 0;
  #unread = 0;

  /** Commands seen. */
  get commands(): number {
    return this.#commands;
  }

  /** Commands at which the journal could not be read: they are not judged. */
  get unread(): number {
    return this.#unread;
  }

  watch(hardware: Hardware, tail: (count: number) => readonly JournalEntry[] | undefined): void {
    hardware.gate.onChange((change) => {
      if (change.type !== "command") return;
      this.#commands += 1;
      const journal = tail(TAIL);
      if (journal === undefined) this.#unread += 1;
      else this.#judge(change.command, journal);
    });
  }

  #judge(command: "raise" | "lower", journal: readonly JournalEntry[]): void {
    const intent = journal.findLast(({ type }) => type === "barrier.command");
    const entry = journal.at(-1)?.seq ?? 0;
    const known = intent === undefined ? "" : fieldOf(intent.data, "commandId");
    const fresh = intent !== undefined && !this.#used.has(String(known ?? intent.seq));
    if (!fresh || intent.boot !== journal.at(-1)?.boot || fieldOf(intent.data, "command") !== `${command}-boom`) {
      this.faults.push({ what: "boot-move", command, entry });
      return;
    }
    this.#used.add(String(known ?? intent.seq));
    if (command === "raise" && !this.#earned(intent, journal)) {
      this.faults.push({ what: "unearned-raise", command, entry });
    }
  }

  #earned(intent: JournalEntry, journal: readonly JournalEntry[]): boolean {
    const decision = journal.findLast(
      ({ type, passage, seq }) => type.startsWith("decision.") && passage === intent.passage && seq < intent.seq,
    );
    if (decision?.type !== "decision.made" || decision.boot !== intent.boot) return false;
    if ((decision.data as DecisionRecord).verdict !== "PASS") return false;
    const key = `decision ${decision.seq}`;
    if (this.#used.has(key)) return false;
    this.#used.add(key);
    return true;
  }
}

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}
