import type { LaneEvent } from "#lanes/passage/model";
import type { Dice } from "./dice.ts";
import type { LaneVariant } from "./setup.ts";
import type { Swarm } from "./swarm.ts";
import type { Vehicle } from "./world/vehicle.ts";

export interface LaneWorldOptions {
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly variant: LaneVariant;
  readonly utcAtZero: number;
  readonly told: boolean;
  /** The costly checks (the journal a second time) on a sample only; what counts wrong PASSes is never sampled. */
  readonly fast: boolean;
  readonly recorded?: ((event: LaneEvent) => void) | undefined;
  readonly left: (vehicle: Vehicle, passed: boolean) => void;
}
