import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ConfigIssue, shown } from "./issues.ts";
import { WORLD_WRITABLE } from "./read-text.ts";
import { type KeyPath, pathText, type YamlDocument } from "./yaml-document.ts";

/** A place in the configuration that names a file to be read. */
export interface FileField {
  readonly path: KeyPath;
  readonly named: string;
  readonly absolute: string;
}

/** Keys that name something on the disk, and whether it must be there already. */
const MUST_EXIST = /File$|^policy$/;
const MAY_BE_MADE = /^(?:dataDir|socket)$/;

const ABSENT = "which does not exist";
const NO_FILE = "which is not a file";
const WRITABLE = "which everybody may change";

/** Resolves a path named in `configFile`. */
export const resolveFrom = (configFile: string, named: string): string => resolve(dirname(configFile), named);

/** A copy of `value` in which every path is absolute. */
export function withAbsolutePaths(configFile: string, value: unknown): unknown {
  return mapStrings(value, [], (text, path) => {
    const key = path.at(-1) ?? "";
    return MUST_EXIST.test(key) || MAY_BE_MADE.test(key) ? resolveFrom(configFile, text) : text;
  });
}

/** Every file that must exist, whatever else is wrong with the document. */
export function fileFields(configFile: string, value: unknown): readonly FileField[] {
  const found: FileField[] = [];
  mapStrings(value, [], (named, path) => {
    if (MUST_EXIST.test(path.at(-1) ?? "")) found.push({ path, named, absolute: resolveFrom(configFile, named) });
    return named;
  });
  return found;
}

/** Files that are named and cannot be read. */
export function fileIssues(document: YamlDocument, fields: readonly FileField[]): readonly ConfigIssue[] {
  return fields.flatMap((field) => {
    const problem = fileProblem(field.absolute);
    if (problem === undefined) return [];
    const { path, named, absolute } = field;
    const fix = howToMake(path.at(-1) ?? "", absolute, problem);
    const line = document.lineOf(path);
    return [
      {
        path: pathText(path),
        line,
        value: `${shown(named, "")}, ${problem}`,
        expected: "a readable file that only its owner may change",
        fix,
      },
    ];
  });
}

function fileProblem(absolute: string): string | undefined {
  try {
    const stat = statSync(absolute);
    if (!stat.isFile()) return NO_FILE;
    // Whoever can replace a key or a policy can open the gate.
    if ((stat.mode & WORLD_WRITABLE) !== 0) return WRITABLE;
    accessSync(absolute, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" ? ABSENT : "which this user may not read";
  }
}

function howToMake(key: string, absolute: string, problem: string): string {
  if (problem === WRITABLE) return `run: chmod o-w ${absolute}`;
  if (problem !== ABSENT) return `check ${absolute} and who may read it`;
  if (key === "passwordFile") {
    return `write the password on one line into ${absolute} and run: chmod 600 ${absolute}`;
  }
  if (key === "publicKeyFile") {
    return `ask operations for their public key and store it as ${absolute}`;
  }
  if (key === "challengeKeyFile") {
    return `run: (umask 077; openssl rand -hex 16 > ${absolute}) and give the same key to the PLC's program`;
  }
  return `check the path: it is ${absolute}`;
}

function mapStrings(value: unknown, path: KeyPath, change: (text: string, path: KeyPath) => string): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, [...path, String(index)], change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapStrings(member, [...path, key], change)]),
  );
}
