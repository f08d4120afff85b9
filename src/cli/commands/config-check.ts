import { existsSync } from "node:fs";
import { ConfigError, type ConfigIssue, formatIssues } from "#config/issues";
import { devicesOf, type LaneConfig } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";
import { readOutline } from "#config/outline";
import { loadPolicyInForce } from "#config/policy-in-force";
import { jsonText, type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";

/** Checks a lane file with its policy, writes what was found, and tells whether the lane would start. */
export function checkConfig(file: string, json: boolean, output: Output): boolean {
  const result = checkFile(file);
  if ("problems" in result) {
    output.write(json ? jsonText(problemsJson(result.problems)) : problemsText(result.problems, output));
    return false;
  }
  output.write(json ? jsonText(summaryJson(result)) : summaryText(result, output));
  return true;
}

interface Problems {
  readonly file: string;
  readonly issues: readonly ConfigIssue[];
}

interface Checked {
  readonly config: LaneConfig;
  readonly policyName: string;
  readonly policyHash: string;
}

/** Reads what the daemon would read at its start; the policy also when the lane file has mistakes. */
function checkFile(file: string): Checked | { readonly problems: readonly Problems[] } {
  const problems: Problems[] = [];
  const config = attempt(problems, () => loadLaneConfig(file));
  const policyFile = config?.policy ?? attempt([], () => readOutline(file).policy);
  const policyThere = policyFile !== undefined && existsSync(policyFile);
  const policy = policyThere ? attempt(problems, () => loadPolicyInForce(policyFile, config)) : undefined;
  if (config === undefined || policy === undefined) return { problems };
  return { config, policyName: policy.value.name, policyHash: policy.hash };
}

/** The result of `read`, or undefined and one entry more in `problems`. */
function attempt<Result>(problems: Problems[], read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push({ file: error.file, issues: error.issues });
    return undefined;
  }
}

const problemsText = (problems: readonly Problems[], { colours }: Output) =>
  problems.map(({ file, issues }) => colours.red(formatIssues(file, issues))).join("");

const problemsJson = (problems: readonly Problems[]) => ({ ok: false, problems });

const summaryJson = ({ config, policyName, policyHash }: Checked) => ({
  ok: true,
  site: config.site,
  lane: config.lane,
  configHash: config.configHash,
  policy: policyName,
  policyHash,
  devices: devicesOf(config).map(({ id, driver }) => ({ id, driver })),
});

function summaryText({ config, policyName, policyHash }: Checked, { colours }: Output): string {
  const rows = [
    [
      "lane",
      `${shown(config.lane)} at ${shown(config.site)}, ${config.direction.toLowerCase()}${config.inward ? ", inward" : ""}`,
    ],
    [
      "devices",
      devicesOf(config)
        .map(({ id, driver }) => `${shown(id)} (${driver})`)
        .join(", "),
    ],
    ["socket", shown(config.socket)],
    ["policy", `${shown(policyName)} ${policyHash}`],
    ["configuration", config.configHash],
  ];
  return `${colours.green("no mistakes found")}\n${table(rows.map(([name, value]) => [`  ${name ?? ""}`, value ?? ""]))}`;
}
