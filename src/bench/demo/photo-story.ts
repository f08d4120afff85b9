import { readFile } from "node:fs/promises";
import { isContainerNumber } from "#contract/identifiers";
import { loadPhotoTrucks, type Photo } from "../photos.ts";
import { createRandom } from "../scene/random.ts";
import { clearanceOf } from "./clearances.ts";
import type { Direction } from "./story.ts";
import { type DemoTruck, once, type Picture } from "./truck.ts";

const TRACTOR_TARE_KG = 14_500;
const CONTAINER_TARE_KG = 2_300;
/** Every so many trucks one carries another truck's container: what is read right must then not pass either. */
const SWAP_EVERY = 6;

/**
 * Trucks whose cameras show real photographs. The clearance list comes from the labels; a picture in which nothing can
 * be read whole belongs to a truck that must be held.
 */
export async function photoStory(
  directory: string,
  count: number,
  seed: number,
  nowUtc: number,
  direction: Direction = "EXPORT",
): Promise<DemoTruck[]> {
  const trucks = await loadPhotoTrucks(directory, count, seed);
  const random = createRandom(seed);
  return trucks.map(({ container, plate }, index) => {
    const loadKg = random.integer(12, 26) * 1000;
    const swapped = index % SWAP_EVERY === SWAP_EVERY - 1;
    // A box whose number breaks the standard cannot be announced, so it cannot pass either.
    const readable = isContainerNumber(container.truths[0] ?? "") && plate.truths[0] !== undefined;
    const announced = readable && !swapped;
    const clearance = clearanceOf({
      id: `CL-${String(index + 1).padStart(4, "0")}`,
      plate: plate.truths[0] ?? "12C00000",
      container: container.truths[0] ?? "",
      declaredGrossKg: loadKg,
      tractorTareKg: TRACTOR_TARE_KG,
      containerTareKg: CONTAINER_TARE_KG,
      nowUtc,
      direction,
    });
    return {
      title: `${nameOf(container)} and ${nameOf(plate)}${swapped ? ", which nobody has announced together" : ""}`,
      plate: plate.truths[0] ?? "",
      container: container.truths[0] ?? "",
      grossKg: TRACTOR_TARE_KG + loadKg,
      pictures: { front: [photo(plate)], rear: [], side: [photo(container)] },
      truth: { containers: container.truths, plates: plate.truths },
      clearances: announced ? [clearance] : [],
      wan: "up",
      expected: announced ? ["PASS CLEARED", "HOLD *", "BLOCK *"] : ["HOLD *", "BLOCK *"],
    };
  });
}

function photo({ path }: Photo): Picture {
  return once(async () => new Uint8Array(await readFile(path)));
}

function nameOf({ path }: Photo): string {
  return path.split("/").slice(-2).join("/");
}
