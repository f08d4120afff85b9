import type { Camera, Projected, Vector } from "./camera.ts";
import { NEAREST_M, plus, times } from "./camera.ts";
import { clipped } from "./clip.ts";
import { brightened, type Colour, css, mixed, parseColour } from "./colour.ts";
import type { Command, Outline } from "./outline.ts";

/** A flat piece of the scene: where its corner is and which way its sheet of paper runs. `right` and `down` have length 1. */
export interface Surface {
  readonly origin: Vector;
  readonly right: Vector;
  readonly down: Vector;
  /** Share of the light that falls on it: 1 in the sun, less in the shade. */
  readonly shade: number;
}

/** A colour that changes along a line on the surface, metres. */
export interface Gradient {
  readonly from: string;
  readonly to: string;
  readonly line: readonly [x1: number, y1: number, x2: number, y2: number];
}

export interface Paint {
  readonly fill: string | Gradient;
  /** 0..1, 1 when absent. */
  readonly opacity?: number;
  /** 0: shines only in the light of the scene; 1: keeps its colour at night (a lamp, a retro-reflective plate). */
  readonly glow?: number;
}

/** The light of the scene. */
export interface Light {
  /** Factors for red, green and blue. */
  readonly tint: Colour;
  readonly haze: Colour;
  /** Share of the colour lost to the haze in one metre. */
  readonly hazePerMetre: number;
}

/** Collects what is painted on surfaces, in painter's order, as the camera sees it. */
export class Drawing {
  readonly #camera: Camera;
  readonly #light: Light;
  readonly #elements: string[] = [];
  readonly #gradients: string[] = [];

  constructor(camera: Camera, light: Light) {
    this.#camera = camera;
    this.#light = light;
  }

  fill(surface: Surface, whole: Outline, paint: Paint): void {
    const depthAt = (x: number, y: number) => this.#camera.project(onSurface(surface, x, y)).depth;
    const outline = clipped(whole, depthAt, NEAREST_M);
    if (outline.length === 0) return;
    const corners: Projected[] = [];
    const see = (x: number, y: number) => {
      const seen = this.#camera.project(onSurface(surface, x, y));
      corners.push(seen);
      return `${seen.x.toFixed(2)} ${seen.y.toFixed(2)}`;
    };
    const data = outline.map((command) => commandText(command, see)).join("");
    const depth = corners.reduce((sum, { depth }) => sum + depth, 0) / Math.max(1, corners.length);
    const opacity = paint.opacity === undefined ? "" : ` fill-opacity="${paint.opacity.toFixed(3)}"`;
    const fill = this.#fillText(surface, paint, depth);
    this.#elements.push(`<path d="${data}" fill="${fill}"${opacity} fill-rule="evenodd"/>`);
  }

  /** The whole drawing as one SVG document of the camera's size, transparent where nothing was painted. */
  toSvg(): string {
    const { width, height } = this.#camera;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
    return `${head}<defs>${this.#gradients.join("")}</defs>${this.#elements.join("")}</svg>`;
  }

  #fillText(surface: Surface, paint: Paint, depth: number): string {
    const lit = (text: string) => css(this.#lit(parseColour(text), surface.shade, paint.glow ?? 0, depth));
    if (typeof paint.fill === "string") return lit(paint.fill);
    const [x1, y1, x2, y2] = paint.fill.line;
    const start = this.#camera.project(onSurface(surface, x1, y1));
    const end = this.#camera.project(onSurface(surface, x2, y2));
    const id = `g${this.#gradients.length}`;
    const place = `x1="${start.x.toFixed(1)}" y1="${start.y.toFixed(1)}" x2="${end.x.toFixed(1)}" y2="${end.y.toFixed(1)}"`;
    const stops = `<stop stop-color="${lit(paint.fill.from)}"/><stop offset="1" stop-color="${lit(paint.fill.to)}"/>`;
    this.#gradients.push(
      `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" ${place}>${stops}</linearGradient>`,
    );
    return `url(#${id})`;
  }

  #lit(colour: Colour, shade: number, glow: number, depth: number): Colour {
    const inLight = brightened(colour, this.#light.tint, shade);
    const haze = 1 - Math.exp(-this.#light.hazePerMetre * depth);
    return mixed(mixed(inLight, colour, glow), this.#light.haze, haze);
  }
}

function onSurface(surface: Surface, x: number, y: number): Vector {
  return plus(surface.origin, plus(times(surface.right, x), times(surface.down, y)));
}

function commandText(command: Command, see: (x: number, y: number) => string): string {
  switch (command.type) {
    case "Z":
      return "Z";
    case "Q":
      return `Q${see(command.x1, command.y1)} ${see(command.x, command.y)}`;
    case "C":
      return `C${see(command.x1, command.y1)} ${see(command.x2, command.y2)} ${see(command.x, command.y)}`;
    default:
      return `${command.type}${see(command.x, command.y)}`;
  }
}
