import type { DeviceClass, DeviceHealth } from "#contract/device";
import type { LaneSnapshot } from "#contract/messages";
import { isoUtc, type UtcMs } from "#contract/units";
import type { LaneState } from "#lanes/passage/model";
import { occupiedZones } from "#lanes/passage/occupancy";

export interface SnapshotFacts {
  readonly site: string;
  readonly lane: string;
  readonly boot: string;
  readonly startedAt: UtcMs;
  readonly software: string;
  readonly configHash: string;
  readonly policyHash: string;
  readonly state: LaneState;
  readonly linkDetail: string;
  readonly devices: ReadonlyMap<string, { readonly class: DeviceClass; readonly health: DeviceHealth }>;
  readonly journal: LaneSnapshot["journal"];
  readonly clearances: {
    readonly version: number;
    readonly records: number;
    readonly receivedAt: UtcMs | null;
    readonly ladder?: NonNullable<LaneSnapshot["clearances"]["ladder"]>;
  };
  readonly rejected: number;
}

/** What the lane looks like now, for people. */
export function snapshotOf(facts: SnapshotFacts): LaneSnapshot {
  const { state } = facts;
  const { service, because } = state.mode;
  return {
    site: facts.site,
    lane: facts.lane,
    boot: facts.boot,
    startedAt: isoUtc(facts.startedAt),
    software: facts.software,
    configHash: facts.configHash,
    policyHash: facts.policyHash,
    mode: because === "" ? service : `${service}: ${because}`,
    link: { up: state.mode.link === "online", detail: facts.linkDetail },
    boom: state.boom,
    occupancy: occupiedZones(state.occupancy),
    passages: [state.passage, state.next].flatMap((one) =>
      one === null ? [] : [{ passage: one.id, phase: one.phase, openedAt: isoUtc(one.openedUtc) }],
    ),
    alarms: Object.entries(state.alarms).map(([code, { since, detail }]) => ({ code, since: isoUtc(since), detail })),
    sign: state.sign,
    uncertain: state.standing.uncertain,
    devices: [...facts.devices].map(([id, device]) => ({ id, class: device.class, ...device.health })),
    journal: facts.journal,
    clearances: {
      ...facts.clearances,
      receivedAt: facts.clearances.receivedAt === null ? null : isoUtc(facts.clearances.receivedAt),
    },
    rejected: facts.rejected,
  };
}
