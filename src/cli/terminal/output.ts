import pc from "picocolors";
import { printable } from "#config/printable";

export type Colours = ReturnType<typeof pc.createColors>;

/** Where a command writes. */
export interface Output {
  readonly colours: Colours;
  /** Whether people look at it right now. */
  readonly isTerminal: boolean;
  write(text: string): void;
  /** For messages that must not mix with the answer. */
  writeError(text: string): void;
}

/** Standard output, in colour on a terminal unless NO_COLOR says otherwise (no-color.org). */
export function standardOutput(env: NodeJS.ProcessEnv = process.env): Output {
  const isTerminal = process.stdout.isTTY === true;
  const refused = (env["NO_COLOR"] ?? "") !== "";
  const wanted = (env["FORCE_COLOR"] ?? "") !== "" || (isTerminal && env["TERM"] !== "dumb");
  return {
    colours: pc.createColors(wanted && !refused),
    isTerminal,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  };
}

/** Whatever came from a device or a message, safe to be shown. */
export const shown = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "-" : printable(String(value));

/** JSON that cannot move the cursor either: what `JSON.stringify` leaves as it is, is written as an escape. */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent) ?? "null";
  const escaped = text.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${escaped}\n`;
}

/** Time of day of an RFC 3339 time, in UTC as it stands in the journal; with the date when `withDate`. */
export function clockTime(iso: string | null, withDate = false): string {
  if (iso === null || !/^\d{4}-\d{2}-\d{2}T/.test(iso)) return shown(iso);
  return withDate ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z` : `${iso.slice(11, 23)}Z`;
}
