import { type DeviceClass, FAULT_CATALOGUE } from "#contract/device";
import type { Recorder } from "./recorder.ts";

/**
 * What a check needs of what stands at the other end, beside the device itself:
 * `wire`: the connection can be cut, silenced, delayed and disturbed; `power`: the device can be switched off and on;
 * `hands`: somebody drives on, holds a tag up, lifts a seal; `eyes`: somebody says what is to be seen; `motion`: the
 * boom may move and the lights may change; `simulator`: the device itself misbehaves, or shows its inside, on request.
 */
export const NEEDS = ["wire", "power", "hands", "eyes", "motion", "simulator"] as const;
export type Need = (typeof NEEDS)[number];

/** One thing that was measured on the way. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** What a check may tell about itself while it runs. */
export type Measured = (what: string, value: number, unit: string) => void;

/** One device with its driver, as one check meets it. */
export interface Rig {
  readonly recorder: Recorder;
  /** A simulator does at once what it is told; at a device somebody would have to be asked. */
  readonly simulated: boolean;
  /** Ends both ends. Safe to call twice. */
  dispose(): Promise<void>;
}

/** One promise of a device class. */
export interface Check<R> {
  /** What is asked, as a sentence about the device. */
  readonly name: string;
  /** The part of the class that it is about: `barrier`, `presence`, `signal`, `weighbridge` and so on. */
  readonly about: string;
  readonly needs: readonly Need[];
  /** Rejects when the promise is broken, and with NotApplicable when this product cannot have it. */
  run(rig: R, measured: Measured): Promise<void>;
}

/** Thrown by a check that this product gives no occasion for: it has no such register, or its protocol no such word. */
export class NotApplicable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NotApplicable";
  }
}

/** A check together with the rig it runs on. */
export interface Case {
  readonly name: string;
  readonly about: string;
  readonly needs: readonly Need[];
  /** Builds a rig of its own, runs the check and ends the rig. When it fails, `advise` may have been told what to do. */
  run(measured: Measured, advise: (advice: string) => void): Promise<void>;
}

/** One driver, on a simulator or on a device, and everything that is asked of it. */
export interface Family {
  /** What it is called in reports: the driver with its profile, or the id of a device. */
  readonly name: string;
  readonly driver: string;
  readonly class: DeviceClass;
  /** What this other end offers. */
  readonly offers: ReadonlySet<Need>;
  readonly cases: readonly Case[];
  /** Starts what all its cases share. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything that a simulator offers. */
export const SIMULATED: ReadonlySet<Need> = new Set(NEEDS);

/** The cases of a list of checks, each on a rig of its own. */
export function casesOf<R extends Rig>(checks: readonly Check<R>[], build: () => Promise<R>): Case[] {
  return checks.map(({ name, about, needs, run }) => ({
    name,
    about,
    needs,
    run: async (measured, advise) => {
      const rig = await build();
      try {
        await run(rig, measured);
      } catch (error) {
        const fault = rig.recorder.health?.fault;
        if (fault !== undefined) advise(`${FAULT_CATALOGUE[fault.code]} (${fault.code}: ${fault.detail})`);
        throw error;
      } finally {
        await rig.dispose();
      }
    },
  }));
}

/** A family on a simulator. */
export function simulated<R extends Rig>(
  named: Pick<Family, "name" | "driver" | "class">,
  checks: readonly Check<R>[],
  build: () => Promise<R>,
  shared: Partial<Pick<Family, "start" | "stop">> = {},
): Family {
  const nothing = async () => undefined;
  return { ...named, offers: SIMULATED, cases: casesOf(checks, build), start: nothing, stop: nothing, ...shared };
}
