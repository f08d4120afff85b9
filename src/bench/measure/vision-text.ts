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
  const { pictures, converted, modelHash, kinds } = figures;
  const lines = [
    pc.bold(`${pictures} pictures, ${converted} of them converted to JPEG; model ${modelHash.slice(0, 12)}`),
    pc.dim("Whole strings, exactly; in brackets the interval that holds the truth in 95 of 100 cases."),
    pc.dim("Accepted: a container with its check digit read, a plate with a confidence of 0.6 or more."),
    pc.dim(
      "Labels do not name every legible plate: of the wrong ones, those elsewhere in a picture whose labels were all read are unlabelled.",
    ),
    row("", "exact", "none", "wrong accepted", "unlabelled"),
    ...kinds.flatMap(groupLines),
    "",
    ...kinds.flatMap(calibrationLines),
    "",
    ...damageLines(figures),
    ...confusionLines(figures),
    ...costLines(figures),
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

function damageLines({ damages, fused }: VisionFigures): string[] {
  if (damages.length === 0) return [];
  const rows = damages.flatMap(({ name, strength, unit, kinds }) => [
    `  ${name} ${strength} ${pc.dim(unit)}`,
    ...Object.entries(kinds).map(([kind, one]) => tallyRow(`  ${kind}`, one)),
  ]);
  const frames = Object.entries(fused).map(([kind, { exact, wrong, frames: count }]) => {
    return `  ${kind.padEnd(26)}${shareText(exact)}, wrong ${shareText(wrong)}, up to ${count} frames`;
  });
  const head = pc.bold("All damaged versions of a picture fused, as the frames of one vehicle");
  return [pc.bold("Damaged pictures"), ...rows, head, ...frames, ""];
}

function confusionLines({ confusions: { all } }: VisionFigures): string[] {
  if (all.length === 0) return [];
  const pairs = all.slice(0, MOST_CONFUSIONS).map(({ truth, seen, count, vehicles }) => {
    return `${truth} as ${seen} ${count} times on ${vehicles} vehicle(s)`;
  });
  const errors = all.reduce((sum, { count }) => sum + count, 0);
  return [`  ${errors} characters taken for others: ${pairs.join("; ")}`, ""];
}

function costLines({ latencyMs, peakBytes, stages, passageMs }: VisionFigures): string[] {
  const memory = peakBytes === null ? "memory unknown" : `${(peakBytes / 1e6).toFixed(0)} MB at most`;
  const head = `  one picture in the recognition process, 2 threads: p50 ${ms(latencyMs.p50)}, p99 ${ms(latencyMs.p99)}, ${memory}`;
  const rows = stages.map(({ threads, task, stages: parts }) => {
    const cells = Object.entries(parts).map(([name, { p50, p99, perPicture }]) => {
      const each = name === "picture" ? "" : `, ${perPicture.toFixed(0)} a picture`;
      return `${name} p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)}${each}`;
    });
    return `    ${task}, ${threads} thread(s), ms: ${cells.join("; ")}`;
  });
  const passage =
    passageMs === null
      ? []
      : [
          `    ${passageMs.cameras} cameras at once, until all are answered: p50 ${ms(passageMs.p50)}, p99 ${ms(passageMs.p99)} over ${passageMs.passages} passages`,
        ];
  return [head, ...rows, ...passage, ""];
}

const ms = (value: number | null) => (value === null ? "-" : `${value.toFixed(0)} ms`);

const PEERS = {
  tesseract: {
    name: "tesseract",
    remark: "a process each; Chinese provinces not asked for",
    absent: `is not installed; to have it beside: ${INSTALL_TESSERACT}`,
  },
  stock: {
    name: "stock pipeline of the same networks",
    remark: "2 threads",
    absent: "could not be installed by npm",
  },
} as const;

function peerLines({ peers }: VisionFigures, wanted: boolean): string[] {
  if (!wanted) return [];
  return (["tesseract", "stock"] as const).flatMap((key) => {
    const { name, remark, absent } = PEERS[key];
    const figures = peers[key];
    if (figures === null) return [`  ${name} ${absent}`];
    return [
      pc.bold(`${name} ${figures.version} on the same pictures (a label anywhere in its text counts)`),
      ...Object.entries(figures.byKind).map(([kind, share]) => `  ${kind.padEnd(26)}${shareText(share)}`),
      `    time p50 ${ms(figures.p50Ms)}, p99 ${ms(figures.p99Ms)}, ${remark}`,
    ];
  });
}
