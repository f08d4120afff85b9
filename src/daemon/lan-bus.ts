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

export interface LanBusParts {
  readonly config: LaneConfig;
  readonly databasePath: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMessage: (message: ToControl) => void;
}

/** The bus to the neighbours of a lane, or null when it has none. Throws LaneError CONFIG_INVALID for an unusable key. */
export function lanBusOf({ config, databasePath, ...parts }: LanBusParts): LanBus | null {
  const { site, lane, lanBus } = config;
  if (lanBus === null) return null;
  return new LanBus({
    ...parts,
    site,
    lane,
    host: lanBus.host,
    port: lanBus.port,
    neighbours: lanBus.neighbours.map(({ publicKeyFile, ...neighbour }) => ({
      ...neighbour,
      key: parsePublicKey(readPublicKey(publicKeyFile)),
    })),
    displays: lanBus.displays ?? [],
    tls: () => busTls(lanBus),
    key: loadOrCreateLaneKey(config.dataDir),
    openUses: () => OwnUses.open(databasePath),
    knownThrough: () => readNeighbourHeads(databasePath),
  });
}

function busTls({ certificateFile, keyFile, caFile }: NonNullable<LaneConfig["lanBus"]>): BusTls | undefined {
  if (certificateFile === undefined || keyFile === undefined || caFile === undefined) return undefined;
  const read = (file: string) => readFileSync(file, "utf8");
  return { cert: read(certificateFile), key: read(keyFile), ca: read(caFile) };
}
