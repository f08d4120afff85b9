import { LaneError } from "#contract/errors";
import { printable } from "./printable.ts";

/** One thing that is wrong in a configuration file, said so that it can be put right without reading the code. */
export interface ConfigIssue {
  /** Where: keys joined with dots, `devices.gate.pollMs`. Empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1; null when the file cannot be read. */
  readonly line: number | null;
  /** What stands there, ready to be shown; null when nothing stands there. Secrets are not repeated. */
  readonly value: string | null;
  readonly expected: string;
  readonly fix: string;
}

/** Every mistake of one file at once. Code CONFIG_INVALID. */
export class ConfigError extends LaneError {
  readonly file: string;
  readonly issues: readonly ConfigIssue[];

  constructor(file: string, issues: readonly ConfigIssue[]) {
    super("CONFIG_INVALID", `${printable(file)}: ${issues.map(inOneLine).join("; ")}`);
    this.name = "ConfigError";
    this.file = file;
    this.issues = issues;
  }
}

/** Lines for people: what is wrong where, one paragraph for each issue. */
export function formatIssues(file: string, issues: readonly ConfigIssue[]): string {
  const count = issues.length === 1 ? "1 error" : `${issues.length} errors`;
  const paragraphs = issues.map(({ path, line, value, expected, fix }) =>
    [
      `  ${line === null ? "" : `line ${line}: `}${path === "" ? "the file" : printable(path)}`,
      value === null ? "    is missing" : `    is        ${value}`,
      `    expected  ${expected}`,
      `    fix       ${fix}`,
    ].join("\n"),
  );
  return `${printable(file)}: ${count}\n${paragraphs.join("\n")}\n`;
}

/** A value as it is shown in an issue: one line, bounded, and nothing when its key says that it is a secret. */
export function shown(value: unknown, key: string): string {
  if (/password|secret|token|private/i.test(key) && !/file$/i.test(key)) return "(not shown)";
  const text = JSON.stringify(value) ?? String(value);
  const withoutPassword = text.replace(/(:\/\/[^/\s"@:]*):[^/\s"@]*@/g, "$1:(not shown)@");
  return printable(withoutPassword.length > 120 ? `${withoutPassword.slice(0, 117)}...` : withoutPassword);
}

function inOneLine({ path, value, expected }: ConfigIssue): string {
  return `${printable(path) || "the file"} ${value === null ? "is missing" : `is ${value}`}, expected ${expected}`;
}
