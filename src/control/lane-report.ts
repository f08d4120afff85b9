import type { DeviceClass, DeviceHealth } from "#contract/device";
import type { LaneSnapshot } from "#contract/messages";
import type { ClearanceFeed } from "./clearance-feed.ts";
import type { ClearanceIndex } from "./clearance-index.ts";
import type { ControlOptions } from "./control-options.ts";
import type { JournalDesk } from "./journal-desk.ts";
import { keyNews } from "./key-watch.ts";
import type { LaneLoop } from "./lane-loop.ts";
import { snapshotOf } from "./lane-snapshot.ts";
import type { LegalClock } from "./legal/legal-clock.ts";
import type { StorageDesk } from "./storage-desk.ts";

export interface LaneReportOptions {
  readonly control: ControlOptions;
  readonly loop: LaneLoop;
  readonly journal: JournalDesk;
  readonly index: ClearanceIndex;
  readonly feed: ClearanceFeed;
  readonly legal: LegalClock;
  readonly storage: StorageDesk;
}

/** Tells the edge process what the lane looks like now. */
export class LaneReport {
  readonly #options: LaneReportOptions;
  readonly #startedAt: number;
  readonly #devices = new Map<string, { class: DeviceClass; health: DeviceHealth }>();
  #linkDetail = "not connected yet";

  constructor(options: LaneReportOptions) {
    this.#options = options;
    this.#startedAt = options.control.clock.utc();
    for (const [id, deviceClass] of options.control.classes) {
      const fault = { code: "OFFLINE", detail: "not reached yet" } as const;
      this.#devices.set(id, { class: deviceClass, health: { state: "down", fault } });
    }
  }

  device(id: string, deviceClass: DeviceClass, health: DeviceHealth): void {
    this.#devices.set(id, { class: deviceClass, health });
    this.publish();
  }

  link(detail: string): void {
    this.#linkDetail = detail;
    this.publish();
  }

  publish(): void {
    const { control, loop, journal, legal, storage } = this.#options;
    const { site, lane, boot, software, configHash, policyHash } = control;
    const snapshot = snapshotOf({
      site,
      lane: lane.lane,
      boot,
      startedAt: this.#startedAt,
      software,
      configHash,
      policyHash,
      state: loop.state,
      linkDetail: this.#linkDetail,
      devices: this.#devices,
      journal: journal.place,
      clearances: this.#clearances(),
      rejected: journal.rejected,
    });
    const { incident, openReports } = legal;
    const keys = keyNews(control.countedKeys ?? [], control.clock.utc());
    control.send({
      type: "lane-snapshot",
      snapshot: {
        ...snapshot,
        ...(control.configuration === undefined ? {} : { configuration: control.configuration }),
        ...(journal.lastRejected === undefined ? {} : { lastRejected: journal.lastRejected }),
        ...(keys.length === 0 ? {} : { keys }),
        ...(incident === null ? {} : { incident }),
        openReports,
        storage: storage.condition,
      },
    });
  }

  #clearances() {
    const { index, feed } = this.#options;
    return { version: index.version, records: index.size, receivedAt: feed.receivedAt, ladder: this.#ladder() };
  }

  /** On which step of the policy's ladder the list stands (domain guide, 5.2). */
  #ladder(): NonNullable<LaneSnapshot["clearances"]["ladder"]> {
    const { feed, control } = this.#options;
    const { freshMs, limitMs } = control.policy.offline;
    if (feed.receivedAt === null) return "none";
    if (feed.ageMs <= freshMs) return "fresh";
    return feed.ageMs <= limitMs ? "stale" : "beyond-limit";
  }
}
