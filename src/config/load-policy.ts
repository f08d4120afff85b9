import type { Sha256 } from "#contract/units";
import { type LanePolicy, PolicySchema } from "#lanes/decision/policy";
import { deepFreeze } from "./deep-freeze.ts";
import { ConfigError, type ConfigIssue } from "./issues.ts";
import { hashOf, type LoadedYaml } from "./load-yaml.ts";
import { type PolicySurroundings, policyContradictions } from "./policy-checks.ts";
import { readConfigText } from "./read-text.ts";
import { compileSchema, schemaIssues } from "./schema-issues.ts";
import { parseYaml, pathText } from "./yaml-document.ts";

export interface PolicyExpectation extends PolicySurroundings {
  /** Hash under which the policy was announced or signed; another content is refused. */
  readonly sha256?: Sha256;
}

/**
 * Reads a policy and takes it as a whole or not at all: form, thresholds, contradictions and hash are checked together.
 * Throws ConfigError (CONFIG_INVALID) with every reason at once; whoever has a policy in force keeps it then.
 */
export function loadPolicy(file: string, expected: PolicyExpectation = {}): LoadedYaml<LanePolicy> {
  const document = parseYaml(file, readConfigText(file));
  const issues: ConfigIssue[] = [...document.issues, ...schemaIssues(compileSchema(PolicySchema), document)];
  if (issues.length > 0) throw new ConfigError(file, issues);
  const policy = document.value as LanePolicy;
  for (const { path, value, expected: wanted, fix } of policyContradictions(policy, expected)) {
    issues.push({ path: pathText(path), line: document.lineOf(path), value, expected: wanted, fix });
  }
  const hash = hashOf(policy);
  if (expected.sha256 !== undefined && expected.sha256 !== hash) {
    const fix = "take the file that was announced, or announce this one";
    issues.push({ path: "", line: null, value: `of hash ${hash}`, expected: `the hash ${expected.sha256}`, fix });
  }
  if (issues.length > 0) throw new ConfigError(file, issues);
  return { value: deepFreeze(policy), hash };
}
