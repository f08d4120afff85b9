import assert from "node:assert/strict";
import type { GateDevice, GateInputs } from "#contract/device";
import { type ErrorCode, isLaneError } from "#contract/errors";
import type { Check, Measured, Need, Rig } from "../check.ts";
import { eventually } from "../eventually.ts";

export type GatePlantFault = "exception" | "silence" | "late" | "wrong-echo" | "garbage" | "drop";

/** The hardware on the other end of the wire, in the words of these checks. */
export interface GatePlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  reboot(): Promise<void> | void;
  setInputs(changes: Partial<GateInputs>): Promise<void> | void;
  /** The program stops while the wire goes on answering. */
  setFrozen(frozen: boolean): Promise<void> | void;
  misbehave(fault: GatePlantFault, on: "reads" | "writes"): void;
  behave(): void;
  /** What the lights show. */
  lights(): Promise<{ readonly entry: string; readonly exit: string }>;
  /** How often the boom was told, or where only that can be seen was seen, to go up and down. */
  readonly moves: { readonly raise: number; readonly lower: number };
  /** How often the lane's watchdog bit has changed. */
  readonly watchdogToggles: number;
}

export interface GateRig extends Rig {
  /** Powered on, boom closed, in automatic mode, nobody in the lane. */
  readonly plant: GatePlant;
  /** Not started. */
  readonly device: GateDevice;
}

/** Where a protocol cannot tell, or cannot have, what another one can. */
export interface GateContractLimits {
  /** Faults of the wire that the protocol has no room for. */
  readonly without?: readonly GatePlantFault[];
  /** Garbage on its connection looks like this, where it cannot be told from a broken one. */
  readonly garbage?: { readonly code: ErrorCode; readonly faults: readonly string[] };
}

/** Makes the checks of one part of the class. */
export const checksOf =
  (about: string) =>
  (name: string, needs: readonly Need[], run: (rig: GateRig, measured: Measured) => Promise<void>): Check<GateRig> => ({
    name,
    about,
    needs,
    run,
  });

export const lastInputs = ({ recorder }: GateRig): GateInputs | undefined => recorder.of("gate-inputs").at(-1)?.inputs;

/** Starts the driver and waits until it is healthy; returns how long that took, milliseconds. */
export async function startHealthy(rig: GateRig): Promise<number> {
  const began = performance.now();
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
  return performance.now() - began;
}

/** What a command came to. */
export async function codeOf(outcome: Promise<unknown>): Promise<ErrorCode | "done"> {
  try {
    await outcome;
    return "done";
  } catch (error) {
    assert.ok(isLaneError(error), String(error));
    return error.code;
  }
}
