import { type CameraView, completeScene, type Scene, type SceneDescription } from "./description.ts";
import { expose } from "./film.ts";
import { type PaintedView, paintFront, paintRear, paintSide } from "./views.ts";

export type { CameraView, SceneDescription, Weather } from "./description.ts";

/**
 * A picture as a camera at the lane would take it: JPEG, 1280 x 720. Equal descriptions give equal bytes.
 * Rejects with RangeError when a value of the description is out of its range.
 */
export async function renderScene(description: SceneDescription): Promise<Uint8Array> {
  return expose(paint(completeScene(description), true));
}

/** The same camera, no vehicle. */
export async function renderEmptyLane(view: CameraView, seed: number): Promise<Uint8Array> {
  return expose(paint(completeScene({ view, seed }), false));
}

function paint(scene: Scene, vehicle: boolean): PaintedView {
  switch (scene.view) {
    case "front":
      return paintFront(scene, vehicle);
    case "rear":
      return paintRear(scene, vehicle);
    case "side":
      return paintSide(scene, vehicle);
  }
}
