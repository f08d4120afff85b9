import type { DamageFigures, GroupFigures } from "./vision.ts";

/** One small chart for each kind of damage: how many labels are still read as it grows. */

const WIDTH = 300;
const HEIGHT = 180;
const MARGIN = { left: 34, right: 8, top: 24, bottom: 24 } as const;
const COLOURS: Readonly<Record<string, string>> = { container: "#0550ae", plate_vn: "#b3261e", plate_cn: "#1a7f37" };

/** Charts as SVG without scripts and without anything from outside. Empty when nothing was damaged. */
export function damageCharts(kinds: readonly GroupFigures[], damages: readonly DamageFigures[]): string {
  const names = [...new Set(damages.map(({ name }) => name))];
  const charts = names.map((name) =>
    chart(
      name,
      kinds,
      damages.filter((damage) => damage.name === name),
    ),
  );
  if (charts.length === 0) return "";
  const legend = kinds.map(({ kind }) => `<span style="color:${colourOf(kind)}">${kind}</span>`).join(" · ");
  return `<h2>What damage costs</h2>\n<p>Share of the labels read exactly: ${legend}. Whiskers hold the true share in 95 of 100 cases.</p>\n<div class="charts">${charts.join("\n")}</div>`;
}

interface Mark {
  readonly x: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

function chart(name: string, kinds: readonly GroupFigures[], steps: readonly DamageFigures[]): string {
  const labels = ["none", ...steps.map(({ strength }) => String(strength))];
  const x = (index: number) => MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * (index + 0.5)) / labels.length;
  const lines = kinds.map(({ kind, all }) => {
    const marks = [all, ...steps.map((step) => step.kinds[kind])].flatMap((tally, index): Mark[] => {
      if (tally === undefined || tally.exact.low === null || tally.exact.high === null) return [];
      const { count, of, low, high } = tally.exact;
      return [{ x: x(index), share: count / of, low, high }];
    });
    return line(marks, colourOf(kind));
  });
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(share).toFixed(1);
    return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" stroke="#d0d4da"/><text x="4" y="${(y(share) + 4).toFixed(1)}">${share * 100} %</text>`;
  });
  const ticks = labels.map((label, index) => {
    return `<text x="${x(index).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`;
  });
  const title = `<text x="${MARGIN.left}" y="14" font-weight="bold">${name}, ${steps[0]?.unit ?? ""}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}" font-size="11">${title}${grid.join("")}${ticks.join("")}${lines.join("")}</svg>`;
}

function line(marks: readonly Mark[], colour: string): string {
  const points = marks.map(({ x, share }) => `${x.toFixed(1)},${y(share).toFixed(1)}`).join(" ");
  const whiskers = marks.map(({ x, share, low, high }) => {
    const at = x.toFixed(1);
    return `<line x1="${at}" x2="${at}" y1="${y(low).toFixed(1)}" y2="${y(high).toFixed(1)}" opacity="0.4"/><circle cx="${at}" cy="${y(share).toFixed(1)}" r="3" fill="${colour}"/>`;
  });
  return `<g stroke="${colour}" fill="none"><polyline points="${points}" stroke-width="2"/>${whiskers.join("")}</g>`;
}

function y(share: number): number {
  return MARGIN.top + (1 - share) * (HEIGHT - MARGIN.top - MARGIN.bottom);
}

function colourOf(kind: string): string {
  return COLOURS[kind] ?? "#57606a";
}
