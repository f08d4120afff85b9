import type { Vector } from "./camera.ts";
import { CONTAINER_WIDTH, type ContainerLook, paintDoors, paintFrontWall, paintSideWall } from "./container.ts";
import type { Scene } from "./description.ts";
import { type Area, paintDust, paintMud } from "./dirt.ts";
import type { Surface } from "./drawing.ts";
import { rectangle } from "./outline.ts";
import { plateSize } from "./plate.ts";
import { createSetting, type Focus, focusOn, type Setting } from "./setting.ts";
import { paintLaneAcross, paintLaneAhead } from "./site.ts";
import { road } from "./surroundings.ts";
import { CAB, paintCabFront, paintCabSide } from "./tractor.ts";
import { DECK_HEIGHT, paintTrailerRear, paintTrailerSide } from "./trailer.ts";
import { vehicleLook } from "./vehicle.ts";

const DOWN: Vector = [0, 0, -1];
/** Shade of the flank that the sun does not reach. */
const FLANK = 0.74;

export interface PaintedView {
  readonly setting: Setting;
  /** Where the identity is. */
  readonly focus: Focus;
  /** Burning lamps; the width is the reach of their glow. */
  readonly lamps: readonly { readonly at: Focus; readonly colour: string }[];
}

/** The camera beyond the boom, looking back: the face of the tractor. */
export function paintFront(scene: Scene, vehicle: boolean): PaintedView {
  const setting = createSetting(scene, { position: [9.5, -2.3, 2.4], target: [0, 0.1, 1.55], focalPx: 2260 });
  const { foreground, random, camera } = setting;
  paintLaneAhead(setting, [0, 1, 0], [1, 0, 0]);
  const { cabColour, container: look } = vehicleLook(scene);
  const face: Surface = { origin: [0, 0, CAB.top], right: [0, 1, 0], down: DOWN, shade: 1 };
  const plate = plateArea(scene, 2.42);
  if (vehicle) {
    paintShadow(setting, -14, 0.6);
    if (look !== undefined) {
      paintFlank(setting, look, -2.6 - look.length);
      const wall: Surface = {
        origin: [-2.6, -CONTAINER_WIDTH / 2, DECK_HEIGHT + look.height],
        right: [0, 1, 0],
        down: DOWN,
        shade: 0.94,
      };
      paintFrontWall(foreground, wall, look);
    }
    const side: Surface = {
      origin: [-CAB.length, -CAB.width / 2, CAB.top],
      right: [1, 0, 0],
      down: DOWN,
      shade: FLANK,
    };
    paintCabSide(foreground, side, cabColour);
    paintCabFront(foreground, face, {
      colour: cabColour,
      plate: scene.plate,
      headlights: scene.night || scene.weather === "fog",
    });
    paintDust(foreground, face, { x: -1.25, y: 1.3, width: 2.5, height: 1.35 }, scene.dirt * 0.6, random);
    paintMud(foreground, face, plate, scene.dirt, random);
  }
  const lit = vehicle && (scene.night || scene.weather === "fog");
  const lamps = lit ? [-1.09, 1.09].map((x) => lamp(setting, face, x, 2.23, 1.5, "#fff1cf")) : [];
  return { setting, focus: focusOn(camera, face, plate), lamps };
}

/** The camera behind the portal, looking after the vehicle: the trailer's plate and the lower doors. */
export function paintRear(scene: Scene, vehicle: boolean): PaintedView {
  const setting = createSetting(scene, { position: [-9, -2.1, 2.3], target: [0, 0, 1.42], focalPx: 2260 });
  const { foreground, random, camera } = setting;
  paintLaneAhead(setting, [0, -1, 0], [-1, 0, 0]);
  const { container: look } = vehicleLook(scene);
  const rear: Surface = { origin: [0, 0, DECK_HEIGHT], right: [0, -1, 0], down: DOWN, shade: 1 };
  const plate = plateArea(scene, 0.3 + (scene.plate === undefined ? 0 : plateSize(scene.plate).height / 2));
  if (vehicle) {
    paintShadow(setting, 14, -0.5);
    const length = look?.length ?? 12.2;
    const flank: Surface = {
      origin: [0, -CONTAINER_WIDTH / 2, DECK_HEIGHT],
      right: [1, 0, 0],
      down: DOWN,
      shade: FLANK,
    };
    paintTrailerSide(foreground, flank, length);
    if (look !== undefined) {
      const top = DECK_HEIGHT + look.height;
      paintSideWall(foreground, { ...flank, origin: [0, -CONTAINER_WIDTH / 2, top] }, look, random);
      paintDoors(foreground, { ...rear, origin: [0, CONTAINER_WIDTH / 2, top] }, look);
    }
    paintTrailerRear(foreground, rear, scene.plate);
    paintDust(foreground, rear, { x: -1.2, y: -0.7, width: 2.4, height: 1.6 }, scene.dirt * 0.7, random);
    paintMud(foreground, rear, plate, scene.dirt, random);
  }
  const lit = vehicle && (scene.night || scene.weather === "fog");
  const lamps = lit ? [-1.05, 1.05].map((x) => lamp(setting, rear, x, 0.37, 0.7, "#ff3a30")) : [];
  return { setting, focus: focusOn(camera, rear, plate), lamps };
}

/** The camera beside the lane: the front half of the container with its number. */
export function paintSide(scene: Scene, vehicle: boolean): PaintedView {
  const setting = createSetting(scene, { position: [-0.9, -9.8, 2.8], target: [-1.9, -1.22, 2.5], focalPx: 1700 });
  const { foreground, random, camera } = setting;
  paintLaneAcross(setting);
  const { cabColour, container: look } = vehicleLook(scene);
  const length = look?.length ?? 12.2;
  const top = DECK_HEIGHT + (look?.height ?? 0);
  const wall: Surface = { origin: [-length, -CONTAINER_WIDTH / 2, top], right: [1, 0, 0], down: DOWN, shade: 1 };
  const number: Area = { x: length - 1.9, y: 0.25, width: 1.55, height: 0.5 };
  if (vehicle) {
    const cab: Surface = { origin: [0.55, -CAB.width / 2, CAB.top], right: [1, 0, 0], down: DOWN, shade: 1 };
    paintCabSide(foreground, cab, cabColour);
    paintTrailerSide(foreground, { ...wall, origin: [-length, -CONTAINER_WIDTH / 2, DECK_HEIGHT] }, length);
    if (look !== undefined) {
      paintSideWall(foreground, wall, look, random);
      paintDust(foreground, wall, { x: 0, y: 0.4, width: length, height: look.height - 0.4 }, scene.dirt * 0.3, random);
      paintMud(foreground, wall, number, scene.dirt, random);
    }
  }
  return { setting, focus: focusOn(camera, wall, number), lamps: [] };
}

function lamp(setting: Setting, surface: Surface, x: number, y: number, reach: number, colour: string) {
  return { at: focusOn(setting.camera, surface, { x: x - reach / 2, y, width: reach, height: 0 }), colour };
}

/** Around the plate, whose middle lies `middle` below the surface's edge. */
function plateArea(scene: Scene, middle: number): Area {
  const { width, height } = scene.plate === undefined ? { width: 0.5, height: 0.12 } : plateSize(scene.plate);
  return { x: -width / 2, y: middle - height / 2, width, height };
}

function paintFlank(setting: Setting, look: ContainerLook, rearX: number): void {
  const y = -CONTAINER_WIDTH / 2;
  const below: Surface = { origin: [rearX, y, DECK_HEIGHT], right: [1, 0, 0], down: DOWN, shade: FLANK };
  paintTrailerSide(setting.foreground, below, look.length);
  const wall: Surface = { ...below, origin: [rearX, y, DECK_HEIGHT + look.height] };
  paintSideWall(setting.foreground, wall, look, setting.random);
}

/** The shadow under the vehicle, from the face at x = 0 to `far`. */
function paintShadow(setting: Setting, far: number, near: number): void {
  const ground = road([0, 0, 0], [1, 0, 0], [0, -1, 0]);
  const left = Math.min(far, near);
  for (const [grow, opacity] of [
    [0.35, 0.18],
    [0.18, 0.25],
    [0, 0.4],
  ] as const) {
    const outline = rectangle(left - grow, -1.2 - grow, Math.abs(far - near) + 2 * grow, 2.4 + 2 * grow);
    setting.foreground.fill(ground, outline, { fill: "#07080a", opacity });
  }
}
