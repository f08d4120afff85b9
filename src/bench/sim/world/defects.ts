import type { Clearance, Hold } from "#contract/clearance";
import { isoUtc } from "#contract/units";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The ways in which a clearance is not good. */
export const DEFECTS = [
  "absent",
  "pending",
  "revoked",
  "yellow",
  "red",
  "expired",
  "early",
  "direction",
  "lane",
  "authority",
  "watch",
  "suspended",
  "documents",
  "scan",
  "two containers",
  "no container",
  "tractor only",
  "other declaration",
  "unpresented declaration",
  "slot",
  "unscanned",
  "suspect scan",
] as const;
export type Defect = (typeof DEFECTS)[number];

/** What is wrong with the record of a vehicle that arrives at this time. */
export function defectOf(
  clearance: Clearance,
  defect: Exclude<Defect, "absent" | "tractor only" | "other declaration">,
  utc: number,
  newContainer: () => string,
): Partial<Clearance> {
  const hold = (kind: Hold["kind"]): Partial<Clearance> => ({
    holds: [{ kind, since: isoUtc(utc - HOUR_MS), by: "customs" }],
  });
  switch (defect) {
    case "pending":
      return { status: "PENDING" };
    case "revoked":
      return { status: "REVOKED" };
    case "yellow":
      return { status: "TRANSPORT_APPROVED", channel: 2 };
    case "red":
      return { status: "TRANSPORT_APPROVED", channel: 3 };
    case "expired":
      return { validFrom: isoUtc(utc - 3 * DAY_MS), validTo: isoUtc(utc - 4 * HOUR_MS) };
    case "early":
      return { validFrom: isoUtc(utc + 12 * HOUR_MS), validTo: isoUtc(utc + 3 * DAY_MS) };
    case "direction":
      return { direction: "IMPORT" };
    case "lane":
      return { lanes: ["lane-9"] };
    case "authority":
      return { authorities: { customs: true } };
    case "watch":
      return hold("WATCH");
    case "suspended":
      return hold("SUSPENDED");
    case "documents":
      return hold("DOCUMENTS");
    case "scan":
      return hold("SCAN");
    case "no container":
      return { containers: [] };
    case "unpresented declaration":
      return { siblings: ["399999999990"] };
    case "slot":
      return { slot: { from: isoUtc(utc - 5 * HOUR_MS), to: isoUtc(utc - 3 * HOUR_MS) } };
    case "unscanned":
      return { containers: clearance.containers.map((one) => ({ ...one, scanRequired: true })) };
    case "suspect scan":
      return { containers: clearance.containers.map((one) => ({ ...one, scanResult: "SUSPECT" as const })) };
    case "two containers": {
      const second = { number: newContainer(), empty: false };
      return { containers: [...clearance.containers, { ...second, tareKg: 2300, declaredGrossKg: 5000 }] };
    }
  }
}
