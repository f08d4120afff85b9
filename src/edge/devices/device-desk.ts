import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LightColour, Snapshot } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { LaneSnapshot } from "#contract/messages";
import { type Clock, isoUtc } from "#contract/units";
import { type CommissioningSheet, type SheetReport, signSheet } from "#store/commissioning-sheet";
import type { LaneKey } from "#store/lane-key";
import type { DeviceBoard } from "./device-board.ts";
import { type DeviceEntry, type DeviceView, viewOf } from "./device-view.ts";
import { linkCheck, type SelfTestContext, type SelfTestReport, skipped } from "./self-test.ts";
import { testCamera } from "./self-test-camera.ts";
import { testGate } from "./self-test-gate.ts";
import { testWeighbridge } from "./self-test-weighbridge.ts";

/** One lamp of the lane, for a technician who looks at it. */
export interface LampRequest {
  readonly light: "entry" | "exit";
  readonly colour: LightColour;
}

export interface DeviceDeskOptions {
  readonly clock: Clock;
  readonly entries: readonly DeviceEntry[];
  readonly board: DeviceBoard;
  readonly snapshot: () => LaneSnapshot | null;
  readonly picture: (camera: string) => Promise<Snapshot>;
  /** Where pictures for people are kept. */
  readonly folder: string;
  /** Shows a colour in the lane's maintenance mode; rejects with a LaneError that says why not. */
  readonly lamp: (gate: string, request: LampRequest) => Promise<void>;
  /** The lane's own key, which signs commissioning sheets. Read when it is needed. */
  readonly key: () => LaneKey;
}

/** Everything that a technician may ask about a device while the lane runs. Nothing here moves anything. */
export class DeviceDesk {
  readonly #options: DeviceDeskOptions;

  constructor(options: DeviceDeskOptions) {
    this.#options = options;
  }

  /** The device of that id, or undefined. */
  show(id: string): DeviceView | undefined {
    const { entries, board, clock, snapshot } = this.#options;
    const entry = entries.find((one) => one.id === id);
    if (entry === undefined) return undefined;
    const known = snapshot()?.devices.find((one) => one.id === id);
    const health = known === undefined ? undefined : healthOf(known);
    return viewOf(entry, board.of(id), { monotonic: clock.monotonic(), health });
  }

  /** Runs the self-test of the device's class; undefined when there is no such device. */
  async test(id: string): Promise<SelfTestReport | undefined> {
    const view = this.show(id);
    if (view === undefined) return undefined;
    const { board, clock, snapshot } = this.#options;
    const lane = snapshot();
    const context: SelfTestContext = {
      clock,
      view,
      notes: board.of(id),
      occupied: lane !== null && (lane.passages.length > 0 || lane.occupancy.length > 0),
      picture: () => this.#options.picture(id),
      keep: (jpeg) => this.#keep(id, jpeg),
    };
    const { checks, picture } = await runTest(context);
    const ok = checks.every(({ outcome }) => outcome !== "fail");
    return { device: id, class: view.class, at: isoUtc(clock.utc()), ok, checks, picture };
  }

  /** Lights one lamp of a gate. Rejects as `DeviceDeskOptions.lamp` does. */
  async lamp(gate: string, request: LampRequest): Promise<void> {
    await this.#options.lamp(gate, request);
  }

  /**
   * Signs what a technician reports about a device, together with what the lane itself knows of it. Undefined when there
   * is no such device; throws LaneError STORE_FAILED without a key, DEVICE_OFFLINE before the lane has reported its state.
   */
  sign(id: string, report: SheetReport): CommissioningSheet | undefined {
    const view = this.show(id);
    if (view === undefined) return undefined;
    const { clock, key, snapshot } = this.#options;
    const lane = snapshot();
    if (lane === null) throw new LaneError("DEVICE_OFFLINE", "the lane has not reported its state yet");
    const { site, boot, software, configHash } = lane;
    const device = { id, class: view.class, driver: view.driver, options: { ...view.options } };
    const facts = { format: "gatelane.commissioning/1", site, lane: lane.lane, boot, software, configHash } as const;
    return signSheet({ ...facts, device, report, signedAt: isoUtc(clock.utc()) }, key());
  }

  async #keep(id: string, jpeg: Uint8Array): Promise<string> {
    const { folder, clock } = this.#options;
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${id}-${isoUtc(clock.utc()).replace(/[:.]/g, "-")}.jpg`);
    await writeFile(file, jpeg);
    return file;
  }
}

async function runTest(context: SelfTestContext): Promise<Pick<SelfTestReport, "checks" | "picture">> {
  switch (context.view.class) {
    case "gate":
      return { checks: testGate(context), picture: null };
    case "weighbridge":
      return { checks: testWeighbridge(context), picture: null };
    case "camera":
      return await testCamera(context);
    default:
      return { checks: [linkCheck(context.view), lastWord(context)], picture: null };
  }
}

/** Readers and links speak when there is something to say; what they said last is for people to judge. */
function lastWord({ view }: SelfTestContext) {
  const [newest] = view.values;
  const said = newest === undefined ? "nothing yet" : `${newest.name} ${newest.value}, ${newest.ageMs} ms ago`;
  return skipped("last word", said, "what was held before it");
}

function healthOf({ state, fault }: LaneSnapshot["devices"][number]): DeviceView["health"] {
  return fault === undefined ? { state } : { state, fault };
}
