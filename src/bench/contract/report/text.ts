import pc from "picocolors";
import type { CaseResult, FamilyResult } from "../run.ts";
import { type ContractReport, countsOf, shownValue } from "./report.ts";

/** One device in one line, and below it what failed and what was measured. */
export function familyText({ name, results }: FamilyResult, details: boolean): string {
  const { passed, failed, skipped } = countsOf(results);
  const mark = failed > 0 ? pc.red("✖") : pc.green("✔");
  const head = `${mark} ${name.padEnd(48)} ${passed} passed${failed > 0 ? pc.red(`, ${failed} failed`) : ""}${skipped > 0 ? pc.dim(`, ${skipped} skipped`) : ""}`;
  const shown = results.filter(({ status }) => details || status === "failed");
  return [head, ...shown.flatMap(lines)].join("\n");
}

function lines({ name, status, reason, advice, measured }: CaseResult): string[] {
  const mark = { passed: pc.green("✔"), failed: pc.red("✖"), skipped: pc.yellow("–") }[status];
  const values = measured.map(({ what, value, unit }) => pc.dim(`      ${what}: ${shownValue(value, unit)}`));
  const why = reason === "" ? [] : [`      ${reason.replaceAll("\n", "\n      ")}`];
  const todo = advice === "" ? [] : [`      ${pc.bold("what to do:")} ${advice}`];
  return [`  ${mark} ${name}`, ...why, ...todo, ...values];
}

/** The last line. */
export function summaryText({ counts: { passed, failed, skipped }, families }: ContractReport): string {
  const devices = families.length === 1 ? "1 device" : `${families.length} devices`;
  return `${devices}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
