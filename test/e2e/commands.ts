import assert from "node:assert/strict";
import type { Hardware } from "#bench/hardware/hardware";
import type { JournalEntry } from "#contract/journal";
import { textOf } from "./journal.ts";

/** A boom command as the gate PLC received it, and the newest journal entries that were durable at that moment. */
export interface ReceivedCommand {
  readonly command: "raise" | "lower";
  readonly obeyed: boolean;
  readonly journal: readonly JournalEntry[];
}

/** Entries that are enough to see why a command was sent. */
const TAIL = 80;

/**
 * Listens at the PLC, where lies cannot help: each boom command that arrives on the wire is kept with what the disk held
 * when it arrived, before it is answered.
 */
export class CommandWitness {
  readonly received: ReceivedCommand[] = [];

  watch(hardware: Hardware, tail: (count: number) => readonly JournalEntry[]): void {
    hardware.gate.onChange((change) => {
      if (change.type !== "command") return;
      const { command, obeyed } = change;
      this.received.push({ command, obeyed, journal: tail(TAIL) });
    });
  }

  count(command: ReceivedCommand["command"]): number {
    return this.received.filter((one) => one.command === command).length;
  }

  /**
   * What must hold for every command of every lane: its intent stood in the journal when it arrived, written by the
   * same start; and a raise had a PASS of its passage behind it, of the same start, not taken back, used by no other.
   */
  verify(): void {
    const used = new Set<number>();
    for (const { command, journal } of this.received) {
      const intent = journal.findLast(({ type }) => type === "barrier.command");
      const boot = journal.at(-1)?.boot;
      assert.equal(textOf(intent, "command"), `${command}-boom`, "the intent is durable before its command arrives");
      assert.equal(intent?.boot, boot, "no start repeats a command of the start before");
      if (command === "lower") continue;
      const decision = journal.findLast(({ type, passage, seq }) => {
        return type.startsWith("decision.") && passage === intent?.passage && seq < (intent?.seq ?? 0);
      });
      assert.equal(decision?.type, "decision.made", "the decision stands");
      assert.equal(textOf(decision, "verdict"), "PASS");
      assert.equal(decision?.boot, boot, "a PASS does not outlive its start");
      assert.equal(used.has(decision?.seq ?? 0), false, "one PASS raises the boom once");
      used.add(decision?.seq ?? 0);
    }
  }
}
