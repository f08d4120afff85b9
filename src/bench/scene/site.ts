import type { Vector } from "./camera.ts";
import { plus, times } from "./camera.ts";
import { rectangle } from "./outline.ts";
import type { Setting } from "./setting.ts";
import { paintBackground, paintHousing, paintIsland, paintPost, paintRoad, road, upright } from "./surroundings.ts";

/** The lane as a camera that looks along it sees it. `right` and `towards` are directions of the picture. */
export function paintLaneAhead(setting: Setting, right: Vector, towards: Vector): void {
  const { background, foreground, random, scene } = setting;
  const at = (across: number, away: number): Vector => plus(times(right, across), times(towards, -away));
  paintBackground(background, { middle: at(0, 48), right, reach: 80 }, random, scene.night);
  const ground = road(at(0, -4), right, towards);
  paintRoad(foreground, ground, 52, random, scene.weather === "rain");
  for (const [x, side] of [
    [-1.95, -1],
    [1.95, 1],
  ] as const) {
    paintIsland(foreground, ground, x, side, 2.2, 26);
  }
  paintBooth(setting, at(2.15, 7), right);
  for (const away of [13, 5]) {
    paintPost(foreground, at(-2.5, away), right, 5.4, "#8f979b");
    paintPost(foreground, at(2.5, away), right, 5.4, "#8f979b");
  }
  paintHousing(foreground, plus(at(-2.5, 5), [0, 0, 2.9]), right);
  for (const away of [10, 7, 2.2]) paintPost(foreground, at(-2.2, away), right, 0.95, "#e0b31e");
}

/** The officer's booth on the island. */
function paintBooth(setting: Setting, at: Vector, right: Vector): void {
  const { foreground, scene } = setting;
  const wall = upright(at, right, 0.92);
  foreground.fill(wall, rectangle(0, -2.75, 1.5, 2.6), { fill: "#dcdcd4" });
  foreground.fill(wall, rectangle(-0.15, -2.95, 1.8, 0.24), { fill: "#28527f" });
  const pane = scene.night ? { fill: "#f0d99a", glow: 0.8 } : { fill: "#4f6675" };
  foreground.fill(wall, rectangle(0.14, -2.4, 1.22, 1.05), { fill: "#2c3236" });
  foreground.fill(wall, rectangle(0.18, -2.36, 0.55, 0.97), pane);
  foreground.fill(wall, rectangle(0.77, -2.36, 0.55, 0.97), pane);
}

/** The lane as a camera beside it sees it: the vehicle drives from left to right. */
export function paintLaneAcross(setting: Setting): void {
  const { background, foreground, random, scene } = setting;
  const right: Vector = [1, 0, 0];
  paintBackground(background, { middle: [-2, 42, 0], right, reach: 80 }, random, scene.night);
  const ground = road([0, -4, 0], right, [0, -1, 0]);
  const asphalt = scene.weather === "rain" ? { from: "#53595e", to: "#2b2f33" } : { from: "#8b8b88", to: "#5e5f5e" };
  foreground.fill(ground, rectangle(-80, -46, 160, 46), { fill: { ...asphalt, line: [0, -46, 0, 0] } });
  const island = upright([0, 2.3, 0], right);
  foreground.fill(island, rectangle(-40, -0.2, 80, 0.2), { fill: "#a9a79f" });
  for (let x = -12; x < 8; x += 1) {
    foreground.fill(island, rectangle(x, -0.2, 0.5, 0.2), { fill: "#e0b31e" });
  }
  for (let x = -12; x < 8; x += 2.4) paintPost(foreground, [x, 2.6, 0.2], right, 1, "#e0b31e");
  for (const y of [-0.95, -0.55]) {
    foreground.fill(upright([0, 2.6, 0.2], right), rectangle(-40, y, 80, 0.09), { fill: "#b9bfc2" });
  }
  paintPost(foreground, [-4.6, 3.1, 0], right, 6, "#8f979b");
  paintPost(foreground, [2.4, 3.1, 0], right, 6, "#8f979b");
}
