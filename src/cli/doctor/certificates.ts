import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { devicesOf, type LaneConfig } from "#config/lane-config";
import { messageOf } from "#contract/errors";
import { type Finding, good, warning, wrong } from "./finding.ts";

const DAY_MS = 86_400_000;
/** So many days before its end a certificate is reported. */
const EARLY_DAYS = 30;

/** Every certificate that the lane file names, and the lane's own towards OPC UA servers: when they end. */
export function certificateFindings(config: LaneConfig, now = Date.now()): readonly Finding[] {
  const blocks = [config.upstream, ...devicesOf(config).map(({ options }) => options)];
  const named = blocks.flatMap((block) =>
    Object.entries(block).flatMap(([key, value]) =>
      (key === "certificateFile" || key === "caFile") && typeof value === "string" ? [value] : [],
    ),
  );
  const own = join(config.dataDir, "opcua", "own", "certs", "lane.pem");
  const files = [...new Set([...named, ...(existsSync(own) ? [own] : [])])];
  if (files.length === 0) return [good("certificates", "none are named")];
  return files.map((file) => finding(file, now));
}

function finding(file: string, now: number): Finding {
  const area = "certificates";
  const renew = `have ${file} renewed`;
  try {
    const { validFrom, validTo, subject } = new X509Certificate(readFileSync(file));
    const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
    const whose = `${file} (${subject.replaceAll("\n", ", ")})`;
    if (now < Date.parse(validFrom))
      return wrong(area, `${whose} begins on ${validFrom}`, "look at the clock, and at the file");
    if (days < 0) return wrong(area, `${whose} ended on ${validTo}`, renew);
    return days < EARLY_DAYS
      ? warning(area, `${whose} ends in ${days} days`, renew)
      : good(area, `${whose}: ${days} days left`);
  } catch (error) {
    return wrong(area, `${file}: ${messageOf(error)}`, "put the right file there, PEM");
  }
}
