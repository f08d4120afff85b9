import type { WeighbridgeDevice } from "#contract/device";
import type { WeightSample } from "#contract/reading";
import { type Check, type Measured, type Need, NotApplicable, type Rig } from "../check.ts";
import { eventually } from "../eventually.ts";

export type WeighbridgePlantFault = "exception" | "silence" | "late" | "garbage" | "drop";

/** The indicator on the other end of the wire, in the words of these checks. */
export interface WeighbridgePlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  reboot(): Promise<void> | void;
  /** Puts about so much on the platform; resolves with what the indicator shows, kilograms. */
  setLoad(kg: number): Promise<number>;
  setDrift(kg: number): void;
  setShake(kg: number): void;
  /** The indicator goes on answering and measures no more. */
  setFrozen(frozen: boolean): void;
  /** The indicator says that what it shows is no measured value. */
  setInvalid(invalid: boolean): void;
  misbehave(fault: WeighbridgePlantFault): void;
  behave(): void;
}

/**
 * `standstill`: whether it still measures; `validity`: that what it shows is not measured; `answers`: anything to a
 * question, because it talks by itself, so that it can neither refuse nor be late.
 */
export type WeighbridgeGap = "stable" | "under-range" | "validity" | "standstill" | "answers";

export interface WeighbridgeRig extends Rig {
  /** Powered on, empty. A simulator has a capacity of 80,000 kg and divisions of 20 kg. */
  readonly plant: WeighbridgePlant;
  /** Not started. */
  readonly device: WeighbridgeDevice;
  /** What this product cannot report. Its weights must then be right all the same, and its silence safe. */
  readonly lacks?: readonly WeighbridgeGap[];
}

/** Where a protocol cannot tell what another one can. */
export interface WeighbridgeContractLimits {
  /** Faults of which any may be raised for garbage, where it cannot be told from a broken connection. */
  readonly garbage?: readonly string[];
}

const WHY: Record<WeighbridgeGap, string> = {
  stable: "the product does not say whether the weight is stable",
  "under-range": "the product does not mark a weight below its range",
  validity: "the product does not say whether what it shows was measured",
  standstill: "the product has no sample counter, so that its standstill cannot be seen on the wire",
  answers: "the product talks by itself, so that it can neither refuse nor be late",
};

/** Ends a check that this product gives no occasion for. */
export function needsOf(rig: WeighbridgeRig, ...gaps: readonly WeighbridgeGap[]): void {
  const gap = gaps.find((one) => lacks(rig, one));
  if (gap !== undefined) throw new NotApplicable(WHY[gap]);
}

export const lacks = (rig: WeighbridgeRig, gap: WeighbridgeGap): boolean => rig.lacks?.includes(gap) === true;

export const samples = ({ recorder }: WeighbridgeRig): WeightSample[] =>
  recorder.of("weight").map(({ sample }) => sample);

export const last = (rig: WeighbridgeRig): WeightSample | undefined => samples(rig).at(-1);

/** Starts the driver and waits until it is healthy; returns how long that took, milliseconds. */
export async function startHealthy(rig: WeighbridgeRig): Promise<number> {
  const began = performance.now();
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
  return performance.now() - began;
}

/** Waits for a stable sample of this weight; of a product that does not tell, for five samples of it in a row. */
export async function settled(rig: WeighbridgeRig, kg: number): Promise<WeightSample> {
  return eventually(`stable at ${kg} kg`, () => {
    const sample = last(rig);
    if (lacks(rig, "stable")) {
      const recent = samples(rig).slice(-5);
      return recent.length === 5 && recent.every(({ grossKg }) => grossKg === kg) ? sample : undefined;
    }
    return sample?.stable === true && sample.grossKg === kg ? sample : undefined;
  });
}

/** Makes the checks of the class. */
export function check(
  name: string,
  needs: readonly Need[],
  run: (rig: WeighbridgeRig, measured: Measured) => Promise<void>,
): Check<WeighbridgeRig> {
  return { name, about: "weighbridge", needs, run };
}
