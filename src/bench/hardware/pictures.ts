import type { CameraView } from "../scene/scene.ts";

/** JPEGs of one vehicle by camera, in the order in which they are handed out; the last one stays. */
export type VehiclePictures = Readonly<Record<CameraView, readonly Uint8Array[]>>;

/** Which picture each camera shows next. Knows pictures only, never what is written in them. */
export class PictureBook {
  readonly #vehicles = new Map<string, VehiclePictures>();
  readonly #taken = new Map<string, number>();
  readonly #emptyLane: Readonly<Record<CameraView, Uint8Array>>;

  constructor(emptyLane: Readonly<Record<CameraView, Uint8Array>>) {
    this.#emptyLane = emptyLane;
  }

  add(vehicle: string, pictures: VehiclePictures): void {
    this.#vehicles.set(vehicle, pictures);
  }

  remove(vehicle: string): void {
    this.#vehicles.delete(vehicle);
  }

  /** The next picture of the vehicle before this camera; the empty lane when there is none. */
  take(view: CameraView, vehicle: string | null): Uint8Array {
    if (vehicle === null) return this.#emptyLane[view];
    const frames = this.#vehicles.get(vehicle)?.[view] ?? [];
    const key = `${view}:${vehicle}`;
    const taken = this.#taken.get(key) ?? 0;
    this.#taken.set(key, taken + 1);
    return frames[Math.min(taken, frames.length - 1)] ?? this.#emptyLane[view];
  }

  /** What the camera would show now, without counting as a picture taken. */
  look(view: CameraView, vehicle: string): Uint8Array | undefined {
    const frames = this.#vehicles.get(vehicle)?.[view] ?? [];
    return frames[Math.min(this.#taken.get(`${view}:${vehicle}`) ?? 0, frames.length - 1)];
  }
}
