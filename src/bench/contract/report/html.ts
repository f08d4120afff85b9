import type { CaseResult, FamilyResult } from "../run.ts";
import { xml } from "./junit.ts";
import { type ContractReport, countsOf, shownValue } from "./report.ts";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; } dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { border-top: 1px solid #8884; padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { font-weight: 600; } td.verdict { white-space: nowrap; font-weight: 600; width: 6rem; } td.took { white-space: nowrap; text-align: right; width: 6rem; }
ul { margin: .25rem 0 0; padding-left: 1.1rem; } .passed { color: #1a7f37; } .failed { color: #cf222e; } .skipped { color: #9a6700; }
p.reason, p.advice { margin: .2rem 0 0; } p.advice::before { content: "What to do: "; font-weight: 600; }
.sign { margin-top: 3rem; display: grid; grid-template-columns: 1fr 1fr; gap: 3rem; } .sign div { border-top: 1px solid; padding-top: .3rem; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
`;

/** The report as one HTML page without scripts or other files: to be read on a bench, printed and signed. */
export function htmlOf(report: ContractReport): string {
  const { passed, failed, skipped } = report.counts;
  const verdict = failed > 0 ? "failed" : "passed";
  const facts = [
    ["Asked", report.target === "simulators" ? "every driver on its simulator" : `the devices of ${report.target}`],
    ...(report.configHash === null ? [] : [["Configuration", `SHA-256 ${report.configHash}`]]),
    ["Software", `gatelane ${report.software}, Node.js ${report.node}`],
    ["From, to", `${report.startedAt} – ${report.endedAt}`],
    ["Result", `${passed} passed, ${failed} failed, ${skipped} skipped`],
  ].map(([name = "", value = ""]) => `<dt>${xml(name)}</dt><dd>${xml(value)}</dd>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Device contract: ${xml(report.target)}</title><style>${STYLE}</style></head><body>
<h1>Device contract: <span class="${verdict}">${verdict}</span></h1>
<dl>${facts.join("")}</dl>
${overview(report)}
${report.families.map(familyOf).join("\n")}
<div class="sign"><div>Name, date</div><div>Signature</div></div>
</body></html>
`;
}

function overview({ families }: ContractReport): string {
  const rows = families.map(({ name, driver, class: deviceClass, results }, index) => {
    const { passed, failed, skipped } = countsOf(results);
    const verdict = failed > 0 ? "failed" : "passed";
    const cells = [`<a href="#d${index}">${xml(name)}</a>`, xml(deviceClass), xml(driver), passed, failed, skipped];
    return `<tr><td class="verdict ${verdict}">${verdict}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const heads = ["", "Device", "Class", "Driver", "Passed", "Failed", "Skipped"].map((head) => `<th>${head}</th>`);
  return `<h2>Devices</h2><table><tr>${heads.join("")}</tr>${rows.join("")}</table>`;
}

function familyOf({ name, driver, class: deviceClass, results }: FamilyResult, index: number): string {
  const parts = [...new Set(results.map(({ about }) => about))].map((about) => {
    const rows = results.filter((result) => result.about === about).map(rowOf);
    return `<h3>${xml(about)}</h3><table><tr><th></th><th>Asked, measured</th><th>Took</th></tr>${rows.join("")}</table>`;
  });
  return `<h2 id="d${index}">${xml(name)} <small>(${xml(deviceClass)}, ${xml(driver)})</small></h2>${parts.join("")}`;
}

function rowOf({ name, status, ms, measured, reason, advice }: CaseResult): string {
  const values = measured.map(({ what, value, unit }) => `<li>${xml(what)}: ${xml(shownValue(value, unit))}</li>`);
  const inside = [
    xml(name),
    reason === "" ? "" : `<p class="reason ${status}">${xml(reason)}</p>`,
    advice === "" ? "" : `<p class="advice">${xml(advice)}</p>`,
    values.length === 0 ? "" : `<ul>${values.join("")}</ul>`,
  ];
  const took = status === "skipped" ? "" : shownValue(ms / 1000, "s");
  return `<tr><td class="verdict ${status}">${status}</td><td>${inside.join("")}</td><td class="took">${took}</td></tr>`;
}
