import type { CommissioningSheet } from "#store/commissioning-sheet";

/** A commissioning sheet as a page to be printed and signed by hand. */
export function sheetPage(sheet: CommissioningSheet): string {
  const { device, report } = sheet;
  const rows = report.steps.map(
    ({ title, outcome, measured, expected, at }) =>
      `<tr class="${outcome}"><td>${text(title)}</td><td>${text(outcome)}</td><td>${text(measured)}</td><td>${text(expected)}</td><td>${text(at)}</td></tr>`,
  );
  const options = Object.entries(device.options).map(
    ([name, value]) => `<tr><td>${text(name)}</td><td>${text(JSON.stringify(value))}</td></tr>`,
  );
  const pictures = report.pictures.map(({ file, sha256 }) => `<li>${text(file)}<br><code>${text(sha256)}</code></li>`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Commissioning sheet ${text(device.id)}</title>
<style>
body { font: 11pt sans-serif; margin: 2em; } table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #999; padding: 0.2em 0.5em; text-align: left; vertical-align: top; }
.failed td { background: #fdd; } .skipped td { background: #eee; } code { word-break: break-all; }
</style>
<h1>Commissioning sheet: ${text(device.id)}</h1>
<p>${text(sheet.site)} / ${text(sheet.lane)}, ${text(device.class)}, driver ${text(device.driver)}<br>
Result: <strong>${text(report.result)}</strong>, from ${text(report.startedAt)} to ${text(report.endedAt)}<br>
Technician: ${text(report.technician)}; answers by ${text(WORDS[report.answeredBy])}</p>
<h2>Steps</h2>
<table><tr><th>step</th><th>outcome</th><th>measured</th><th>expected</th><th>at</th></tr>
${rows.join("\n")}
</table>
<h2>Options</h2>
<table>${options.join("\n")}</table>
${pictures.length === 0 ? "" : `<h2>Pictures</h2><ul>${pictures.join("\n")}</ul>`}
<h2>Signature</h2>
<p>Signed by the lane at ${text(sheet.signedAt)} with key <code>${text(sheet.kid)}</code>; software ${text(sheet.software)},
configuration <code>${text(sheet.configHash)}</code><br><code>${text(sheet.signature)}</code></p>
<p>Signature of the technician: ______________________________</p>
</html>
`;
}

const WORDS = {
  person: "a person",
  script: "a script",
  yes: "a machine that says yes to everything",
} as const satisfies Record<CommissioningSheet["report"]["answeredBy"], string>;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const text = (value: string): string => value.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
