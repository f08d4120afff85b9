import type { CaseResult } from "../run.ts";
import { type ContractReport, countsOf, shownValue } from "./report.ts";

/** The report as JUnit XML, one suite a device, for the build server that collects test results. */
export function junitOf(report: ContractReport): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const suites = report.families.map(({ name, driver, class: deviceClass, results }) => {
    const { failed, skipped } = countsOf(results);
    const time = seconds(results.reduce((sum, { ms }) => sum + ms, 0));
    const head = `  <testsuite name="${xml(name)}" package="${xml(driver)}" tests="${results.length}" failures="${failed}" skipped="${skipped}" errors="0" time="${time}" timestamp="${report.startedAt}">`;
    const cases = results.map((result) => {
      const open = `    <testcase classname="${xml(`${deviceClass}.${result.about}`)}" name="${xml(result.name)}" time="${seconds(result.ms)}"`;
      const inside = [...verdictOf(result), ...measuredOf(result)];
      return inside.length === 0 ? `${open}/>` : [`${open}>`, ...inside, "    </testcase>"].join("\n");
    });
    return [head, ...cases, "  </testsuite>"].join("\n");
  });
  const { passed, failed, skipped } = report.counts;
  const all = `<testsuites name="gatelane contract: ${xml(report.target)}" tests="${passed + failed + skipped}" failures="${failed}" skipped="${skipped}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${[all, ...suites, "</testsuites>"].join("\n")}\n`;
}

function verdictOf({ status, reason, advice }: CaseResult): string[] {
  const text = advice === "" ? reason : `${reason}. ${advice}`;
  if (status === "failed") return [`      <failure message="${xml(reason)}">${xml(text)}</failure>`];
  return status === "skipped" ? [`      <skipped message="${xml(text)}"/>`] : [];
}

function measuredOf({ measured }: CaseResult): string[] {
  if (measured.length === 0) return [];
  const lines = measured.map(({ what, value, unit }) => `${what}: ${shownValue(value, unit)}`);
  return [`      <system-out>${xml(lines.join("\n"))}</system-out>`];
}

/** Text for XML and HTML: no markup, and none of the characters that XML 1.0 has no room for. */
export function xml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
