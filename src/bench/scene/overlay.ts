import type { Scene } from "./description.ts";
import type { Random } from "./random.ts";
import { type Focus, PICTURE } from "./setting.ts";
import type { PaintedView } from "./views.ts";

/** What lies on the picture as a whole rather than on a surface of the scene. */

const HEAD = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE.width}" height="${PICTURE.height}">`;

/** Light that spills in the lens: burning lamps, and glare over the identity. Nothing when there is neither. */
export function glowSvg(view: PaintedView): string | undefined {
  const { glare } = view.setting.scene;
  const parts = view.lamps.map((lamp) => lampText(lamp.at, lamp.colour));
  if (glare > 0) parts.push(glareText(view.focus, glare));
  return parts.length === 0 ? undefined : `${HEAD}${parts.join("")}</svg>`;
}

function lampText(at: Focus, colour: string): string {
  const id = `l${at.x.toFixed(0)}`;
  const stops =
    `<stop stop-color="${colour}" stop-opacity="0.85"/><stop offset="0.16" stop-color="${colour}" stop-opacity="0.42"/>` +
    `<stop offset="0.45" stop-color="${colour}" stop-opacity="0.13"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/>`;
  return (
    `<defs><radialGradient id="${id}">${stops}</radialGradient></defs>` +
    `<circle cx="${at.x.toFixed(1)}" cy="${at.y.toFixed(1)}" r="${at.width.toFixed(1)}" fill="url(#${id})"/>`
  );
}

function glareText(focus: Focus, glare: number): string {
  const radius = focus.width * (0.6 + 1.3 * glare);
  const core = Math.min(1, 1.1 * glare).toFixed(3);
  const rim = (0.55 * glare).toFixed(3);
  const stops =
    `<stop stop-color="#fffef6" stop-opacity="${core}"/><stop offset="0.42" stop-color="#fffdf0" stop-opacity="${core}"/>` +
    `<stop offset="0.66" stop-color="#fff6dc" stop-opacity="${rim}"/><stop offset="1" stop-color="#ffefc4" stop-opacity="0"/>`;
  const at = `cx="${focus.x.toFixed(1)}" cy="${focus.y.toFixed(1)}"`;
  return (
    `<defs><radialGradient id="glare">${stops}</radialGradient></defs>` +
    `<ellipse ${at} rx="${radius.toFixed(1)}" ry="${(radius * 0.72).toFixed(1)}" fill="url(#glare)"/>` +
    `<ellipse ${at} rx="${(radius * 2.6).toFixed(1)}" ry="${(radius * 0.1).toFixed(1)}" fill="url(#glare)" opacity="0.5"/>`
  );
}

/** Streaks of rain, or nothing when it is dry. */
export function rainSvg(scene: Scene, random: Random): string | undefined {
  if (scene.weather !== "rain") return undefined;
  const drops = Array.from({ length: 260 }, () => {
    const x = random.between(-40, PICTURE.width);
    const y = random.between(-60, PICTURE.height);
    const long = random.between(12, 46);
    const opacity = random.between(0.06, 0.22).toFixed(2);
    return `<path d="M${x.toFixed(0)} ${y.toFixed(0)}l${(long * 0.16).toFixed(1)} ${long.toFixed(1)}" stroke-opacity="${opacity}"/>`;
  });
  return `${HEAD}<g stroke="#dfe6ea" stroke-width="1.3">${drops.join("")}</g></svg>`;
}
