import type { DecisionRecord } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";
import { isoUtc } from "#contract/units";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "./fields.ts";

/** One thing that a device read, or failed to read. Times in RFC 3339. */
export interface ReadLine {
  readonly at: string;
  readonly device: string;
  /** `container`, `plate`, or null when nothing was read. */
  readonly kind: string | null;
  readonly text: string | null;
  /** 0..1, null when the device gives none. */
  readonly confidence: number | null;
  /** For a container: whether the check digit was read and fits, or was computed and proves nothing. */
  readonly check: string | null;
  /** SHA-256 of the picture. */
  readonly evidence: string | null;
  /** Why there is no picture or no reading. */
  readonly problem: string | null;
}

export interface WeighingLine {
  readonly at: string;
  readonly grossKg: number | null;
  readonly spreadKg: number | null;
  readonly problem: string | null;
}

export interface DecisionLine {
  readonly seq: number;
  readonly at: string;
  readonly record: DecisionRecord;
  /** Why it was taken back, null when it stands. */
  readonly revoked: string | null;
}

export interface CommandLine {
  readonly at: string;
  readonly commandId: string;
  readonly command: string;
  readonly why: string | null;
  /** What became of it, null while that is not known. */
  readonly outcome: string | null;
}

/** Everything that explains one passage: what was read, what was decided and why, what the boom did, how it ended. */
export interface Explanation {
  readonly passage: string;
  readonly openedAt: string | null;
  readonly closedAt: string | null;
  /** What became of the vehicle, with the reason; null while the passage is open. */
  readonly result: string | null;
  readonly why: string | null;
  readonly phase: string | null;
  readonly reads: readonly ReadLine[];
  readonly weighings: readonly WeighingLine[];
  readonly decisions: readonly DecisionLine[];
  readonly commands: readonly CommandLine[];
  readonly faults: readonly { readonly at: string; readonly type: string; readonly text: string }[];
}

/** Puts the entries of one passage, in order, into an explanation. */
export function explain(passage: string, entries: readonly JournalEntry[]): Explanation {
  const ofType = (...types: readonly string[]) => entries.filter(({ type }) => types.includes(type));
  const opened = ofType("passage.opened")[0];
  const closed = ofType("passage.closed").at(-1);
  const phase = fieldsOf(ofType("passage.phase").at(-1)?.data);
  return {
    passage,
    openedAt: opened === undefined ? null : isoUtc(opened.utc),
    closedAt: closed === undefined ? null : isoUtc(closed.utc),
    result: textOf(fieldsOf(closed?.data)["result"]),
    why: textOf(fieldsOf(closed?.data)["why"]) ?? textOf(phase["why"]),
    phase: textOf(phase["to"]),
    reads: ofType("read.image", "read.failed", "read.plate").flatMap(readLines),
    weighings: ofType("scale.weighed", "scale.fault").flatMap(weighingLine),
    decisions: decisionLines(ofType("decision.made", "decision.revoked")),
    commands: commandLines(ofType("barrier.command", "barrier.outcome")),
    faults: ofType("barrier.fault", "lane.invariant").map(({ utc, type, data }) => ({
      at: isoUtc(utc),
      type,
      text: textOf(fieldsOf(data)["code"]) ?? JSON.stringify(data),
    })),
  };
}

/** The input event that a row records; rows that the core asked for have none. */
const eventOf = (entry: JournalEntry): Fields => fieldsOf(fieldsOf(entry.data)["event"]);

function readLines(entry: JournalEntry): ReadLine[] {
  const event = eventOf(entry);
  const nothing = { kind: null, text: null, confidence: null, check: null, problem: null };
  const evidence = textOf(fieldsOf(event["evidence"])["sha256"]);
  const base = { ...nothing, at: isoUtc(entry.utc), device: textOf(event["camera"]) ?? "", evidence };
  if (entry.type === "read.plate") {
    const device = `${textOf(event["device"]) ?? ""}:onboard`;
    return [
      { ...base, device, kind: "plate", text: textOf(event["plate"]), confidence: numberOf(event["confidence"]) },
    ];
  }
  if (entry.type === "read.failed") {
    return [{ ...base, problem: [event["code"], event["detail"]].filter((part) => part !== undefined).join(": ") }];
  }
  const readings = listOf(event["readings"]).map(fieldsOf);
  if (readings.length === 0) return [{ ...base, problem: "nothing could be read in the picture" }];
  return readings.map((reading) => ({
    ...base,
    kind: textOf(reading["kind"]),
    text: textOf(reading["text"]),
    confidence: numberOf(reading["confidence"]),
    check: textOf(reading["check"]),
  }));
}

function weighingLine(entry: JournalEntry): WeighingLine[] {
  const event = eventOf(entry);
  const at = isoUtc(entry.utc);
  if (entry.type === "scale.weighed") {
    return [{ at, grossKg: numberOf(event["grossKg"]), spreadKg: numberOf(event["spreadKg"]), problem: null }];
  }
  const problem = textOf(event["reason"]) ?? textOf(fieldsOf(entry.data)["code"]);
  return [{ at, grossKg: null, spreadKg: null, problem }];
}

/** A revocation takes back the decision before it. */
function decisionLines(entries: readonly JournalEntry[]): DecisionLine[] {
  const lines: DecisionLine[] = [];
  for (const { seq, utc, type, data } of entries) {
    const last = lines.at(-1);
    if (type === "decision.made") {
      lines.push({ seq, at: isoUtc(utc), record: data as DecisionRecord, revoked: null });
    } else if (last !== undefined) {
      lines[lines.length - 1] = { ...last, revoked: textOf(fieldsOf(data)["reason"]) ?? "revoked" };
    }
  }
  return lines;
}

/** Each boom command with the last thing that is known of it. */
function commandLines(entries: readonly JournalEntry[]): CommandLine[] {
  const lines = new Map<string, CommandLine>();
  for (const { utc, type, data } of entries) {
    const fields = fieldsOf(data);
    const commandId = textOf(fields["commandId"]) ?? "";
    const known = lines.get(commandId);
    if (type === "barrier.command") {
      const command = textOf(fields["command"]) ?? "";
      lines.set(commandId, { at: isoUtc(utc), commandId, command, why: textOf(fields["why"]), outcome: null });
    } else if (known !== undefined) {
      const outcome = [fields["outcome"], fields["how"]].filter((part) => typeof part === "string").join(", ");
      lines.set(commandId, { ...known, outcome });
    }
  }
  return [...lines.values()];
}
