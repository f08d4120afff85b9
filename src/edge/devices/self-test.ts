import type { Snapshot } from "#contract/device";
import type { Clock } from "#contract/units";
import type { DeviceNotes } from "./device-board.ts";
import type { DeviceView, LiveValue } from "./device-view.ts";

/** One thing that was looked at, and what to do when it is not as it should be. */
export interface SelfCheck {
  readonly name: string;
  /** `skip`: it cannot be judged now, and `measured` says why. */
  readonly outcome: "pass" | "fail" | "skip";
  readonly measured: string;
  readonly expected: string;
  /** What to look at; null unless it failed. */
  readonly advice: string | null;
}

/** A picture that a camera took for this. */
export interface TestPicture {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

/** What a self-test found. It moves nothing and lights nothing. */
export interface SelfTestReport {
  readonly device: string;
  readonly class: string;
  /** RFC 3339. */
  readonly at: string;
  /** No check failed. */
  readonly ok: boolean;
  readonly checks: readonly SelfCheck[];
  readonly picture: TestPicture | null;
}

/** What a self-test may use. */
export interface SelfTestContext {
  readonly clock: Clock;
  readonly view: DeviceView;
  readonly notes: DeviceNotes;
  /** Whether a vehicle is known to be in the lane. */
  readonly occupied: boolean;
  /** A fresh picture of this camera. */
  picture(): Promise<Snapshot>;
  /** Keeps a picture for people and says where. */
  keep(jpeg: Uint8Array): Promise<string>;
}

/** A check with a yes or no. */
export function check(
  name: string,
  good: boolean,
  { measured, expected, advice }: { readonly measured: string; readonly expected: string; readonly advice: string },
): SelfCheck {
  return { name, outcome: good ? "pass" : "fail", measured, expected, advice: good ? null : advice };
}

export const skipped = (name: string, measured: string, expected: string): SelfCheck => ({
  name,
  outcome: "skip",
  measured,
  expected,
  advice: null,
});

/** The first question about any device. */
export function linkCheck({ health, advice }: DeviceView): SelfCheck {
  const { state, fault } = health;
  return check("link", state === "up", {
    measured: fault === undefined ? state : `${state}, ${fault.code}: ${fault.detail}`,
    expected: "up, without a fault",
    advice: advice ?? "",
  });
}

/** Whether values are as new as they should be. */
export function freshCheck({ values }: DeviceView): SelfCheck {
  const oldest = values.reduce<LiveValue | undefined>(
    (found, value) => (value.ageMs > (found?.ageMs ?? -1) ? value : found),
    undefined,
  );
  return check("fresh values", oldest?.quality === "good", {
    measured: oldest === undefined ? "no value yet" : `the oldest is ${oldest.ageMs} ms old`,
    expected: "every value at most 1500 ms old",
    advice: "the device answers too slowly or not at all: look at its line, its load and pollMs",
  });
}

/** The value of that name, when it is good enough to be judged. */
export function judged({ values }: DeviceView, name: string): LiveValue["value"] | undefined {
  const found = values.find((value) => value.name === name);
  return found === undefined || found.quality === "lost" || found.quality === "old" ? undefined : found.value;
}
