import { InvalidArgumentError } from "commander";

/** A key by its id, and the file that holds it. */
export interface NamedFile {
  readonly kid: string;
  readonly file: string;
}

/** Parses an option of the form `kid=file`. */
export function namedFile(text: string): NamedFile {
  const [, kid, file] = /^([A-Za-z0-9][A-Za-z0-9_-]*)=(.+)$/.exec(text) ?? [];
  if (kid === undefined || file === undefined)
    throw new InvalidArgumentError("the name of a key and its file: ops-1=ops-1.pem");
  return { kid, file };
}

/** The same for an option that may be repeated. */
export const namedFiles = (text: string, before: readonly NamedFile[] = []): readonly NamedFile[] => [
  ...before,
  namedFile(text),
];
