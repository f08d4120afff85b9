import type { Command, Outline } from "./outline.ts";

type Corner = readonly [x: number, y: number];

/**
 * The part of an outline where `depthAt` is at least `nearest`: what lies behind a camera cannot be projected. Depth must
 * be linear over the sheet. Curved outlines are small things; one that reaches behind the camera is left out whole.
 */
export function clipped(outline: Outline, depthAt: (x: number, y: number) => number, nearest: number): Outline {
  const points = outline.flatMap((command): Corner[] => (command.type === "Z" ? [] : [[command.x, command.y]]));
  if (points.every(([x, y]) => depthAt(x, y) >= nearest)) return outline;
  if (outline.some((command) => command.type === "Q" || command.type === "C")) return [];
  return loopsOf(outline).flatMap((loop) => {
    const kept = clippedLoop(loop, depthAt, nearest);
    const corners = kept.map(([x, y], index): Command => ({ type: index === 0 ? "M" : "L", x, y }));
    return corners.length < 3 ? [] : [...corners, { type: "Z" as const }];
  });
}

function loopsOf(outline: Outline): readonly Corner[][] {
  const loops: Corner[][] = [];
  for (const command of outline) {
    if (command.type === "M") loops.push([[command.x, command.y]]);
    else if (command.type === "L") loops.at(-1)?.push([command.x, command.y]);
  }
  return loops;
}

/** Sutherland and Hodgman's walk around a polygon, for a single cutting line. */
function clippedLoop(loop: readonly Corner[], depthAt: (x: number, y: number) => number, nearest: number): Corner[] {
  return loop.flatMap((here, index): Corner[] => {
    const next = loop[(index + 1) % loop.length] ?? here;
    const depthHere = depthAt(...here);
    const depthNext = depthAt(...next);
    const kept: Corner[] = depthHere >= nearest ? [here] : [];
    if (depthHere >= nearest === depthNext >= nearest) return kept;
    const share = (nearest - depthHere) / (depthNext - depthHere);
    return [...kept, [here[0] + (next[0] - here[0]) * share, here[1] + (next[1] - here[1]) * share]];
  });
}
