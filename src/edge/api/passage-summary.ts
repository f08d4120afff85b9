import { isoUtc } from "#contract/units";
import { fieldsOf, textOf } from "./fields.ts";
import type { PassageEntries } from "./journal-source.ts";

/** One passage in a list. Times in RFC 3339. */
export interface PassageSummary {
  readonly passage: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly container: string | null;
  readonly plate: string | null;
  readonly verdict: string | null;
  /** Reason code of the last decision. */
  readonly reason: string | null;
  /** What became of the passage, null while it is open. */
  readonly result: string | null;
}

export function summaryOf({ passage, opened, decision, closed }: PassageEntries): PassageSummary {
  const record = fieldsOf(decision?.data);
  const input = fieldsOf(record["input"]);
  return {
    passage,
    openedAt: isoUtc(opened.utc),
    closedAt: closed === null ? null : isoUtc(closed.utc),
    container: textOf(fieldsOf(input["container"])["text"]),
    plate: textOf(fieldsOf(input["plate"])["text"]),
    verdict: textOf(record["verdict"]),
    reason: textOf(record["reason"]),
    result: textOf(fieldsOf(closed?.data)["result"]),
  };
}
