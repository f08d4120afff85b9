import type { LampRequest } from "#edge/devices/device-desk";
import type { DeviceView } from "#edge/devices/device-view";
import type { SelfTestReport } from "#edge/devices/self-test";
import type { Person } from "./person.ts";

/** What the steps work with: one device of the running lane, and whoever stands before it. */
export interface Bench {
  readonly person: Person;
  /** Longest wait for something that the technician does, milliseconds. */
  readonly patienceMs: number;
  look(): Promise<DeviceView>;
  test(): Promise<SelfTestReport>;
  /** Rejects with CommandFailure, saying why, when the lane does not light lamps now. */
  lamp(request: LampRequest): Promise<void>;
}

/** Time between two looks, milliseconds. */
export const LOOK_MS = 100;
