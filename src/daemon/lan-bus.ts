import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { LaneConfig } from "#config/lane-config";
import { readPublicKey } from "#config/secrets";
import type { ToControl } from "#contract/messages";
import type { Clock } from "#contract/units";
import { loadOrCreateLaneKey, parsePublicKey } from "#store/lane-key";
import { readNeighbourHeads } from "#store/neighbour-uses";
import { OwnUses } from "#store/own-uses";
import type { BusTls } from "#sync/lan-bus/bus-broker";
import { LanBus } from "#sync/lan-bus/lan-bus";
import { OwnLetters } from "#sync/lan-bus/own-letters";
import { SiteLetters } from "#sync/lan-bus/site-letters";
import { Rejections } from "#sync/rejections";

export interface LanBusParts {
  readonly config: LaneConfig;
  readonly databasePath: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMessage: (message: ToControl) => void;
}

/** How a lane and its neighbours hear of each other: on their own bus, and by way of operations' broker. */
export interface NeighbourWays {
  readonly bus: LanBus;
  readonly letters: SiteLetters;
}

/** Null when the lane has no neighbours. Throws LaneError CONFIG_INVALID for an unusable key. */
export function neighbourWaysOf({ config, databasePath, ...parts }: LanBusParts): NeighbourWays | null {
  const { site, lane, lanBus } = config;
  if (lanBus === null) return null;
  const key = loadOrCreateLaneKey(config.dataDir);
  const openUses = () => OwnUses.open(databasePath);
  const letters = new OwnLetters({ site, lane, key, openUses, log: parts.log });
  const neighbours = lanBus.neighbours.map(({ publicKeyFile, ...neighbour }) => ({
    ...neighbour,
    key: parsePublicKey(readPublicKey(publicKeyFile)),
  }));
  const common = { ...parts, site, lane, neighbours, letters, knownThrough: () => readNeighbourHeads(databasePath) };
  const { host, port, displays = [] } = lanBus;
  return {
    bus: new LanBus({ ...common, host, port, displays, tls: () => busTls(lanBus) }),
    letters: new SiteLetters({ ...common, rejections: new Rejections(parts.clock, parts.onMessage) }),
  };
}

function busTls({ certificateFile, keyFile, caFile }: NonNullable<LaneConfig["lanBus"]>): BusTls | undefined {
  if (certificateFile === undefined || keyFile === undefined || caFile === undefined) return undefined;
  const read = (file: string) => readFileSync(file, "utf8");
  return { cert: read(certificateFile), key: read(keyFile), ca: read(caFile) };
}
