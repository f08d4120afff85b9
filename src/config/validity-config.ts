import Type from "typebox";
import { lapse } from "#lanes/decision/validity";
import type { ConfigIssue } from "./issues.ts";
import type { KeyPath } from "./yaml-document.ts";

const DAY = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

/** Schema of a day, `2026-12-31`. */
export const day = (description: string) => Type.String({ pattern: DAY, description });

/** Schema of the days on which a key holds. */
export const VALIDITY = {
  validFrom: Type.Optional(day("First day on which the key holds; what it signs is refused before")),
  validUntil: Type.Optional(day("Last day on which the key holds; what it signs is refused afterwards")),
};

/** Days that do not exist, and an end before the beginning. `list` is what stands at `place`, whatever that is. */
export function validityIssues(
  list: readonly Readonly<Record<string, unknown>>[],
  place: KeyPath,
  issue: (path: KeyPath, value: string, expected: string, fix: string) => ConfigIssue,
): ConfigIssue[] {
  return list.flatMap(({ validFrom, validUntil }, index) => {
    const from = typeof validFrom === "string" ? validFrom : undefined;
    const until = typeof validUntil === "string" ? validUntil : undefined;
    if (until !== undefined && from !== undefined && until < from) {
      const path = [...place, String(index), "validUntil"];
      return [
        issue(path, `${until}, before validFrom ${from}`, "a day not before validFrom", "correct one of the two"),
      ];
    }
    return Object.entries({ validFrom: from, validUntil: until })
      .filter(([, text]) => text !== undefined && new RegExp(DAY).test(text) && !exists(text))
      .map(([key, text]) => issue([...place, String(index), key], `${text}`, "a day of the calendar", "correct it"));
  });
}

const exists = (text: string) => lapse({ validFrom: text }, Number.MAX_VALUE) === null;
