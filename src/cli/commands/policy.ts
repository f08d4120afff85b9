import type { Command } from "commander";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { EXIT, NegativeAnswer } from "../exit.ts";
import { jsonText, type Output, shown } from "../terminal/output.ts";

export function addPolicy(program: Command, output: Output): void {
  const policy = program.command("policy").description("policies of a lane: thresholds, switches, outcomes");
  withExamples(policy, [["lanectl policy check stricter.yaml", "whether a lane would take it, and its hash"]]);
  const check = policy
    .command("check")
    .description("check form, thresholds and contradictions of a policy file; shows every mistake at once")
    .argument("<file>", "the policy file")
    .option("--sha256 <hash>", "refuse it unless it has this hash");
  withExamples(check, [
    ["lanectl policy check config/policies/standard.yaml", "exit code 0 when a lane would take it, 78 when not"],
    ["lanectl policy check new.yaml --sha256 <hash>", "also whether it is the policy that was announced"],
  ]).action(async (file: string, { sha256 }: { readonly sha256?: string }) => {
    const { json } = await contextOf(check, output);
    const problems = await problemsIn(file, sha256, json, output);
    if (problems) throw new NegativeAnswer(EXIT.config);
  });
}

/** Writes what was found; true when a lane would refuse the file. */
async function problemsIn(file: string, sha256: string | undefined, json: boolean, output: Output): Promise<boolean> {
  // Loaded only here: it brings the schema compiler.
  const { loadPolicy } = await import("#config/load-policy");
  const { ConfigError, formatIssues } = await import("#config/issues");
  try {
    const { value, hash } = loadPolicy(file, sha256 === undefined ? {} : { sha256 });
    const text = `${output.colours.green("no mistakes found")}\n  policy  ${shown(value.name)} ${hash}\n`;
    output.write(json ? jsonText({ ok: true, name: value.name, hash }) : text);
    return false;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const text = output.colours.red(formatIssues(error.file, error.issues));
    output.write(json ? jsonText({ ok: false, file: error.file, issues: error.issues }) : text);
    return true;
  }
}
