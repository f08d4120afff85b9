import pc from "picocolors";
import type { GroupFigures, VisionFigures } from "./vision.ts";
import type { Tally } from "./vision-score.ts";
import type { Share } from "./vision-statistics.ts";
import { INSTALL_TESSERACT } from "./vision-tesseract.ts";

const MOST_CONFUSIONS = 12;

/** `42/43 97.7 % (87.9 to 99.6)`. */
export function shareText({ count, of, low, high }: Share): string {
  if (low === null || high === null) return `${count}/${of}`;
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${count}/${of} ${percent(count / of)} % (${percent(low)} to ${percent(high)})`;
}

/** The figures as tables for people. */
export function visionText(figures: VisionFigures, peerWanted: boolean): string {
  const { pictures, converted, modelHash, kinds, damages } = figures;
  const lines = [
    pc.bold(`${pictures} pictures, ${converted} of them converted to JPEG; model ${modelHash.slice(0, 12)}`),
    pc.dim("Whole strings, exactly; in brackets the interval that holds the truth in 95 of 100 cases."),
    pc.dim("Accepted: a container with its check digit read, a plate with a confidence of 0.6 or more."),
    pc.dim("Labels do not name every legible plate; such readings count as wrong, and beside it as unlabelled."),
    row("", "exact", "none", "wrong accepted", "unlabelled"),
    ...kinds.flatMap(groupLines),
    "",
    ...kinds.flatMap(calibrationLines),
    "",
    ...damageLines(damages),
    ...confusionLines(figures),
    ...peerLines(figures, peerWanted),
  ];
  return `${lines.join("\n")}\n`;
}

function row(name: string, exact: string, none: string, wrong: string, unlabelled: string): string {
  return `  ${name.padEnd(26)}${exact.padEnd(34)}${none.padEnd(6)}${wrong.padEnd(34)}${unlabelled}`;
}

function tallyRow(name: string, { exact, none, wrongAccepted, unlabelled }: Tally): string {
  return row(name, shareText(exact), String(none), shareText(wrongAccepted), String(unlabelled));
}

function groupLines({ kind, all, layouts, halves, p50Ms, p99Ms }: GroupFigures): string[] {
  return [
    tallyRow(pc.bold(kind).padEnd(26 + pc.bold("").length), all),
    ...Object.entries(layouts).map(([layout, one]) => tallyRow(`  layout ${layout}`, one)),
    ...Object.entries(halves).map(([half, one]) => tallyRow(`  ${half} half`, one)),
    `    time p50 ${p50Ms?.toFixed(0) ?? "-"} ms, p99 ${p99Ms?.toFixed(0) ?? "-"} ms`,
  ];
}

function calibrationLines({ kind, calibration: { claims, expectedError, bins } }: GroupFigures): string[] {
  const cells = bins.map(({ from, count, meanConfidence, right }) => {
    return `    claimed ${meanConfidence.toFixed(2)} (from ${from.toFixed(1)}), came true ${(right / count).toFixed(2)}, ${count} readings`;
  });
  return [
    `  ${kind}: expected calibration error ${expectedError?.toFixed(3) ?? "-"} over ${claims} readings`,
    ...cells,
  ];
}

function damageLines(damages: VisionFigures["damages"]): string[] {
  if (damages.length === 0) return [];
  const rows = damages.flatMap(({ name, strength, unit, kinds }) => [
    `  ${name} ${strength} ${pc.dim(unit)}`,
    ...Object.entries(kinds).map(([kind, one]) => tallyRow(`  ${kind}`, one)),
  ]);
  return [pc.bold("Damaged pictures"), ...rows, ""];
}

function confusionLines({ confusions: { all } }: VisionFigures): string[] {
  if (all.length === 0) return [];
  const pairs = all.slice(0, MOST_CONFUSIONS).map(({ truth, seen, count, vehicles }) => {
    return `${truth} as ${seen} ${count} times on ${vehicles} vehicle(s)`;
  });
  const errors = all.reduce((sum, { count }) => sum + count, 0);
  return [`  ${errors} characters taken for others: ${pairs.join("; ")}`, ""];
}

function peerLines({ tesseract }: VisionFigures, wanted: boolean): string[] {
  if (!wanted) return [];
  if (tesseract === null) return [`  tesseract is not installed; to have it beside: ${INSTALL_TESSERACT}`];
  const { version, byKind, p50Ms, p99Ms } = tesseract;
  return [
    pc.bold(
      `tesseract ${version} on the same pictures (a label anywhere in its text counts; Chinese provinces not asked for)`,
    ),
    ...Object.entries(byKind).map(([kind, share]) => `  ${kind.padEnd(26)}${shareText(share)}`),
    `    time p50 ${p50Ms?.toFixed(0) ?? "-"} ms, p99 ${p99Ms?.toFixed(0) ?? "-"} ms, a process each`,
  ];
}
