import { deepFreeze } from "#config/deep-freeze";
import { type AgreedLane, type LaneSetup, setupOf } from "./lane-setup.ts";

/** The first message from the supervisor to a child: what every process of this run works by. */
export interface HandedLane {
  /** JSON of an AgreedLane. */
  readonly lane: string;
}

/** Waits for it. The supervisor sends it right after the start, before anything else. */
export async function handedLane(): Promise<LaneSetup> {
  const { lane } = await new Promise<HandedLane>((resolve) => void process.once("message", resolve));
  return setupOf(deepFreeze(JSON.parse(lane) as AgreedLane) as AgreedLane);
}
