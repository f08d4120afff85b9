import type { Device, FaultCode } from "#contract/device";
import { FaultyLink } from "#devices/transport/common/faulty-link";
import type { Recorder } from "../recorder.ts";

/** What can be wrong at any device, by one name for all simulators. */
export const KNOBS = {
  late: "its answers come too late",
  silent: "it says nothing and keeps its connection",
  stuck: "it goes on answering and its values stand still",
  noisy: "its values flicker",
  duplicate: "it says everything twice",
  garbage: "something else answers on its wire",
  "half-open": "it is gone and its connection is not",
  "wrong-clock": "its clock is wrong",
  reboot: "it starts afresh",
  "limit-switch": "a limit switch of the boom is broken",
  drift: "the zero of the scale has wandered",
  "sticky-loop": "a loop stays active",
  "old-picture": "the picture is of yesterday",
} as const;
export type Knob = keyof typeof KNOBS;
export const KNOB_NAMES = Object.keys(KNOBS) as readonly Knob[];

/** One knob of one simulator: how it is turned, and how its driver shows it. */
export interface Turn {
  on(): Promise<unknown> | unknown;
  off(): Promise<unknown> | unknown;
  /** Whether what came out of the driver since `from` events shows it. */
  shown(recorder: Recorder, from: number): boolean;
}

/** Every knob: how it is turned, or why this simulator has none. */
export type KnobTable = Readonly<Record<Knob, Turn | string>>;

/** A simulator with its driver, healthy as soon as it is started, and every knob. */
export interface KnobBench {
  readonly device: Device;
  readonly recorder: Recorder;
  readonly knobs: KnobTable;
  dispose(): Promise<void>;
}

export interface KnobFamily {
  /** Driver in the registry. */
  readonly driver: string;
  open(): Promise<KnobBench>;
}

/** The driver raises one of these faults. */
export const raises =
  (...codes: readonly FaultCode[]): Turn["shown"] =>
  (recorder, from) =>
    recorder.events
      .slice(from)
      .some((one) => one.type === "health" && one.health.fault !== undefined && codes.includes(one.health.fault.code));

/** A turn that is shown as a fault. */
export const turn = (on: Turn["on"], off: Turn["off"], ...codes: readonly FaultCode[]): Turn => ({
  on,
  off,
  shown: raises(...codes),
});

/** A cable to a port that is known later. */
export function cableTo(port: () => number): FaultyLink {
  return new FaultyLink(() => ({ host: "127.0.0.1", port: port() }));
}

/** The other end vanishes without a word. */
export const halfOpen = (cable: FaultyLink, ...codes: readonly FaultCode[]): Turn =>
  turn(
    () => cable.setFault({ kind: "half-open" }),
    () => {
      cable.setFault(undefined);
      // What was lost on the way is lost: the old connection is of no use to anybody.
      cable.cut();
    },
    ...codes,
  );

/** Repeats an action until it is stopped. */
export function repeating(everyMs: number, action: (round: number) => void): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let round = 0;
  return {
    start: () => {
      timer = setInterval(() => {
        round += 1;
        action(round);
      }, everyMs);
    },
    stop: () => clearInterval(timer),
  };
}

export const NOT_A_GATE = "it has no boom and no loops";
export const NOT_A_SCALE = "it weighs nothing";
export const NO_PICTURES = "it takes no pictures";
