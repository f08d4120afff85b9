import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Sha256 } from "#contract/units";
import { type DeepReadonly, deepFreeze } from "./deep-freeze.ts";
import { ConfigError } from "./issues.ts";
import { readConfigText } from "./read-text.ts";
import { compileSchema, schemaIssues } from "./schema-issues.ts";
import { parseYaml } from "./yaml-document.ts";

export interface LoadedYaml<T> {
  /** Complete with defaults, deep-frozen. */
  readonly value: DeepReadonly<T>;
  /** SHA-256 over the canonical JSON of `value`: comments and the order of keys do not change it. */
  readonly hash: Sha256;
}

/**
 * Reads a YAML file and checks it against a JSON schema (TypeBox). `T` must be the static type of `schema`.
 * Throws ConfigError (CONFIG_INVALID) with every mistake at once.
 */
export function loadYaml<T>(file: string, schema: object): LoadedYaml<T> {
  const document = parseYaml(file, readConfigText(file));
  const issues = [...document.issues, ...schemaIssues(compileSchema(schema), document)];
  if (issues.length > 0) throw new ConfigError(file, issues);
  return { value: deepFreeze(document.value as T), hash: hashOf(document.value) };
}

/** SHA-256 over the canonical JSON (RFC 8785) of a configuration value. */
export function hashOf(value: unknown): Sha256 {
  return createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex");
}
