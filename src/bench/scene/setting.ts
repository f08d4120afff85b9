import { type Camera, type CameraPose, createCamera, type Vector } from "./camera.ts";
import type { Scene } from "./description.ts";
import type { Area } from "./dirt.ts";
import { Drawing, type Light, type Surface } from "./drawing.ts";
import { createRandom, type Random } from "./random.ts";

/** Size of every picture, pixels: the resolution at which gate cameras are usually read. */
export const PICTURE = { width: 1280, height: 720 } as const;

/** What the painters of one picture share. */
export interface Setting {
  readonly scene: Scene;
  readonly camera: Camera;
  /** Far behind the lane: out of focus. */
  readonly background: Drawing;
  /** Lane and vehicle: in focus. */
  readonly foreground: Drawing;
  readonly random: Random;
}

/** Where on the picture the identity is, for light that falls into the lens there. Pixels. */
export interface Focus {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export function createSetting(
  scene: Scene,
  pose: Omit<CameraPose, "yawDegrees" | "pitchDegrees" | "rollDegrees">,
): Setting {
  const random = createRandom(scene.seed);
  const sway = () => random.between(-0.35, 0.35);
  const camera = createCamera(
    {
      ...pose,
      // Anticlockwise from above takes a camera in front of the vehicle to its left-hand side, any other to its right.
      yawDegrees: (scene.view === "front" ? -scene.yawDegrees : scene.yawDegrees) + sway(),
      pitchDegrees: scene.pitchDegrees + sway(),
      rollDegrees: scene.rollDegrees + sway(),
    },
    PICTURE.width,
    PICTURE.height,
  );
  const light = lightOf(scene);
  return { scene, camera, background: new Drawing(camera, light), foreground: new Drawing(camera, light), random };
}

function lightOf(scene: Scene): Light {
  if (scene.night) {
    const hazePerMetre = scene.weather === "fog" ? 0.035 : 0.004;
    return { tint: [0.5, 0.49, 0.52], haze: [34, 38, 48], hazePerMetre };
  }
  switch (scene.weather) {
    case "fog":
      return { tint: [0.86, 0.88, 0.9], haze: [196, 202, 205], hazePerMetre: 0.036 };
    case "rain":
      return { tint: [0.72, 0.76, 0.8], haze: [138, 148, 156], hazePerMetre: 0.012 };
    default:
      return { tint: [1.17, 1.13, 1.06], haze: [190, 203, 214], hazePerMetre: 0.004 };
  }
}

/** The place of an area of a surface in the picture. */
export function focusOn(camera: Camera, surface: Surface, area: Area): Focus {
  const at = (x: number, y: number) => {
    const point = [0, 1, 2].map(
      (axis) => (surface.origin[axis] ?? 0) + (surface.right[axis] ?? 0) * x + (surface.down[axis] ?? 0) * y,
    );
    const vector: Vector = [point[0] ?? 0, point[1] ?? 0, point[2] ?? 0];
    return camera.project(vector);
  };
  const left = at(area.x, area.y + area.height / 2);
  const right = at(area.x + area.width, area.y + area.height / 2);
  return {
    x: (left.x + right.x) / 2,
    y: (left.y + right.y) / 2,
    width: Math.hypot(right.x - left.x, right.y - left.y),
  };
}
