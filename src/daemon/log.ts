import pino, { type Logger } from "pino";
import type { LaneConfig } from "#config/lane-config";

/** One JSON object a line on standard error; standard output stays free for answers. */
export function createLog(config: Pick<LaneConfig, "site" | "lane" | "logLevel">, part: string): Logger {
  const { site, lane, logLevel } = config;
  return pino({ level: logLevel, base: { site, lane, part } }, pino.destination({ fd: 2, sync: true }));
}
