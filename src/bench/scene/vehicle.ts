import { type ContainerLook, containerLook } from "./container.ts";
import type { Scene } from "./description.ts";
import { createRandom } from "./random.ts";

const CONTAINER_COLOURS = ["#8e2f26", "#1f5a8c", "#35614a", "#7c8487", "#b3541e", "#2b3f63"] as const;
const CAB_COLOURS = ["#c8ccce", "#b5261f", "#1e4e86", "#e1e3e2", "#2f6b4f"] as const;
/** Operators that do not exist. */
const OPERATORS = ["BAIDA LINE", "NAM SON", "TRANSVIET", "ORIENTA"] as const;
/** Keeps the looks of the vehicle apart from everything else the seed decides. */
const LOOK_SEED = 0x7a1c;

/** What is the same in every view of one vehicle. */
export interface VehicleLook {
  readonly cabColour: string;
  readonly container: ContainerLook | undefined;
}

/** Chosen by the seed where the description leaves it open, so the cameras agree about a vehicle. */
export function vehicleLook(scene: Scene): VehicleLook {
  const random = createRandom(scene.seed ^ LOOK_SEED);
  const cabColour = random.pick(CAB_COLOURS);
  const containerColour = random.pick(CONTAINER_COLOURS);
  const operator = random.pick(OPERATORS);
  return {
    cabColour: scene.cabColour ?? cabColour,
    container: scene.container && containerLook(scene.container, operator, scene.containerColour ?? containerColour),
  };
}
