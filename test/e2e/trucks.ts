import { clearanceOf } from "#bench/demo/clearances";
import { containerNumber, vietnamesePlate } from "#bench/demo/numbers";
import type { VehiclePictures } from "#bench/hardware/pictures";
import { createRandom } from "#bench/scene/random";
import type { CameraView } from "#bench/scene/scene";
import { renderEmptyLane, renderScene } from "#bench/scene/scene";
import type { Truck } from "#bench/twin/truck";
import type { Clearance } from "#contract/clearance";

const TRACTOR_TARE_KG = 14_500;
const CONTAINER_TARE_KG = 2_300;
const LOAD_KG = 18_000;

/** What is painted on a truck. */
export interface Painted {
  readonly plate: string;
  readonly container: string;
}

/** A truck, what is written on it, and the clearance that operations would publish for it. */
export interface AnnouncedTruck extends Painted {
  readonly truck: Truck;
  readonly clearance: Clearance;
}

/** The same truck for the same number. */
export function announcedTruck(number: number, more: Partial<Truck> = {}): AnnouncedTruck {
  const random = createRandom(number);
  const plate = vietnamesePlate(random);
  const container = containerNumber(random);
  const clearance = clearanceOf({
    id: `CL-${number}`,
    plate,
    container,
    declaredGrossKg: LOAD_KG,
    tractorTareKg: TRACTOR_TARE_KG,
    containerTareKg: CONTAINER_TARE_KG,
    nowUtc: Date.now(),
  });
  const truck: Truck = { id: `truck-${number}`, kind: "semi-trailer", grossKg: TRACTOR_TARE_KG + LOAD_KG, ...more };
  return { plate, container, truck, clearance };
}

/** What the cameras see of a truck painted like this. Takes some 100 ms a picture, during which nothing else runs. */
export async function picturesOf({ plate, container }: Painted): Promise<VehiclePictures> {
  const scene = { plate, container, seed: 11 };
  const front = await renderScene({ ...scene, view: "front" });
  const side = await renderScene({ container, seed: 11, view: "side" });
  return { front: [front], rear: [], side: [side] };
}

export async function emptyLane(): Promise<Record<CameraView, Uint8Array>> {
  const front = await renderEmptyLane("front", 1);
  const side = await renderEmptyLane("side", 1);
  return { front, rear: front, side };
}
