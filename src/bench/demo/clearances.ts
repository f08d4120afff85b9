import type { Clearance, Hold } from "#contract/clearance";
import { isoUtc } from "#contract/units";

export interface ClearanceFacts {
  readonly id: string;
  readonly plate: string;
  readonly trailer?: string;
  readonly container: string;
  readonly declaredGrossKg: number;
  readonly tractorTareKg: number;
  readonly containerTareKg: number;
  readonly nowUtc: number;
  /** Which way it goes; EXPORT when absent. */
  readonly direction?: "EXPORT" | "IMPORT";
  readonly emptyReturn?: boolean;
  readonly transit?: boolean;
  readonly holds?: readonly Hold[];
}

const DAY_MS = 86_400_000;

/** A clearance as operations would send it: green channel, released by everybody, valid for three days. */
export function clearanceOf(facts: ClearanceFacts): Clearance {
  const serial = facts.id.replace(/\D/g, "").padStart(10, "0").slice(-10);
  return {
    id: facts.id,
    version: 1,
    issuedAt: isoUtc(facts.nowUtc - DAY_MS / 24),
    source: "operations",
    declarationNo: `3${serial}0`,
    direction: facts.transit === true ? "TRANSIT" : (facts.direction ?? "EXPORT"),
    moveType: facts.emptyReturn === true ? "EMPTY_RETURN" : "BORDER_CROSS",
    status: "CLEARED",
    channel: 1,
    validFrom: isoUtc(facts.nowUtc - DAY_MS),
    validTo: isoUtc(facts.nowUtc + 3 * DAY_MS),
    containers: [
      {
        number: facts.container,
        sizeType: "22G1",
        empty: facts.emptyReturn === true,
        tareKg: facts.containerTareKg,
        declaredGrossKg: facts.emptyReturn === true ? facts.containerTareKg : facts.declaredGrossKg,
      },
    ],
    vehicle: {
      tractorPlate: facts.plate,
      ...(facts.trailer === undefined ? {} : { trailerPlate: facts.trailer }),
      tareKg: facts.tractorTareKg,
    },
    authorities: { customs: true, border_guard: true, quarantine: true, gate_board: true },
    holds: [...(facts.holds ?? [])],
  };
}
