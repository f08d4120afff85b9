import pc from "picocolors";
import type { CaseResult, FamilyResult } from "../run.ts";
import { type ContractReport, countsOf, shownValue } from "./report.ts";

/** One device in one line, and below it what failed and was measured, then what was left out, by reason. */
export function familyText({ name, results }: FamilyResult, details: boolean): string {
  const { passed, failed, skipped } = countsOf(results);
  const mark = failed > 0 ? pc.red("✖") : pc.green("✔");
  const head = `${mark} ${name.padEnd(48)} ${passed} passed${failed > 0 ? pc.red(`, ${failed} failed`) : ""}${skipped > 0 ? pc.dim(`, ${skipped} skipped`) : ""}`;
  const asked = results.filter(({ status }) => status === "failed" || (details && status === "passed"));
  const left = details ? leftOut(results.filter(({ status }) => status === "skipped")) : [];
  return [head, ...asked.flatMap(lines), ...left].join("\n");
}

function lines({ name, status, reason, advice, measured }: CaseResult): string[] {
  const mark = status === "failed" ? pc.red("✖") : pc.green("✔");
  const values = measured.map(({ what, value, unit }) => pc.dim(`      ${what}: ${shownValue(value, unit)}`));
  return [`  ${mark} ${name}`, ...because(reason, advice), ...values];
}

/** What was not asked, together with what has the same reason. */
function leftOut(skipped: readonly CaseResult[]): string[] {
  return [...new Set(skipped.map(({ reason }) => reason))].flatMap((reason) => {
    const alike = skipped.filter((one) => one.reason === reason);
    const advice = alike[0]?.advice ?? "";
    const names = alike.map(({ name }) => pc.dim(`      ${name}`));
    return [`  ${pc.yellow("–")} ${alike.length} not asked`, ...because(reason, advice), ...names];
  });
}

function because(reason: string, advice: string): string[] {
  const why = reason === "" ? [] : [`      ${reason.replaceAll("\n", "\n      ")}`];
  const todo = advice === "" ? [] : [`      ${pc.bold("what to do:")} ${advice}`];
  return [...why, ...todo];
}

/** The last line. */
export function summaryText({ counts: { passed, failed, skipped }, families }: ContractReport): string {
  const devices = families.length === 1 ? "1 device" : `${families.length} devices`;
  return `${devices}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
