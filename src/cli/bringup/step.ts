import type { LampRequest } from "#edge/devices/device-desk";
import type { DeviceView } from "#edge/devices/device-view";

interface StepBase {
  /** Stable, also the key of an answer in a script. */
  readonly id: string;
  readonly title: string;
  /** Undoes or continues the step before it: when that one is done again, so is this. */
  readonly follows?: true;
}

/** One step of bringing a device into service. */
export type Step =
  /** The device's own self-test in the running lane. */
  | (StepBase & { readonly kind: "self-test" })
  /** The technician does something, and the device must see it: an input changes to `on`, from the other level. */
  | (StepBase & {
      readonly kind: "see";
      readonly instruction: string;
      readonly value: string;
      readonly on: boolean;
      /** The level may be there already: somebody put things back before this was asked for. */
      readonly already?: boolean;
    })
  /** The technician brings something before a reader, and it must say what that was. */
  | (StepBase & {
      readonly kind: "word";
      readonly instruction: string;
      readonly value: string;
      readonly question: string;
    })
  /** Only a person can tell. */
  | (StepBase & { readonly kind: "confirm"; readonly question: string })
  /** One lamp is lit, after an explicit yes. */
  | (StepBase & { readonly kind: "lamp"; readonly lamp: LampRequest })
  /** The deck stands still for so long, and at zero when `zero`. */
  | (StepBase & { readonly kind: "steady"; readonly instruction: string; readonly ms: number })
  /** A known weight is on the deck. */
  | (StepBase & { readonly kind: "weigh"; readonly instruction: string });

export interface StepOutcome {
  readonly outcome: "passed" | "failed" | "skipped";
  readonly measured: string;
  readonly expected: string;
}

/** Steps for a device, in the order in which a technician walks. */
export type Procedure = (device: DeviceView) => readonly Step[];
