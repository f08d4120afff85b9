import { CONTAINER, cached, identity, OTHER_CONTAINER } from "../builders.ts";
import { box, hold, noCandidates, type RuleCase, sibling, siblingOf, slot, vehicle } from "./case.ts";

/** Vetoes and the record: when each rule holds, how it fails, when it does not apply. */
export const CLEARANCE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  V1: [
    { when: "boom closed and healthy, sensors agree", says: "pass" },
    { when: "the boom is not healthy", input: { boomHealthy: false }, says: ["HOLD", "LANE_FAULT"] },
    { when: "the sensors contradict", input: { occupancyConsistent: false }, says: ["HOLD", "LANE_FAULT"] },
  ],
  V2: [
    { when: "no hold", says: "pass" },
    { when: "a hold of another kind", clearance: hold("WATCH"), says: "pass" },
    { when: "suspended", clearance: hold("SUSPENDED"), says: ["BLOCK", "SUSPENDED"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
    {
      when: "a suspended record hides behind a good one for the same container",
      candidates: [cached(), cached({ id: "CL-9", ...hold("SUSPENDED") })],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "a suspended record hides behind one with another hold",
      candidates: [cached(hold("DOCUMENTS")), cached({ id: "CL-9", ...hold("SUSPENDED") })],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "another declaration of the second container is suspended",
      candidates: [
        cached({ containers: [box(CONTAINER), box(OTHER_CONTAINER)] }),
        sibling({ containers: [box(OTHER_CONTAINER)], ...hold("SUSPENDED") }),
      ],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "a declaration that is named as a sibling is suspended, written for another container",
      candidates: [
        cached({ siblings: ["308883922820"] }),
        sibling({ containers: [box(OTHER_CONTAINER)], ...hold("SUSPENDED") }),
      ],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "a suspended declaration names this one as its sibling",
      candidates: [
        cached({ declarationNo: "308044805740" }),
        sibling({ containers: [box(OTHER_CONTAINER)], siblings: ["308044805741"], ...hold("SUSPENDED") }),
      ],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "a suspended one that shares the container is of tomorrow",
      candidates: [cached(), sibling({ validFrom: "2026-10-11T00:00:00Z", ...hold("SUSPENDED") })],
      says: ["BLOCK", "SUSPENDED"],
    },
    {
      when: "a suspended one is of the same tractor and another load",
      candidates: [cached(), sibling({ containers: [box(OTHER_CONTAINER)], ...hold("SUSPENDED") })],
      says: "pass",
    },
  ],
  V3: [
    { when: "no hold", says: "pass" },
    { when: "on the watch list", clearance: hold("WATCH"), says: ["HOLD", "WATCH"] },
    {
      when: "a watched record hides behind a good one for the same container",
      candidates: [cached(), cached({ id: "CL-9", ...hold("WATCH") })],
      says: ["HOLD", "WATCH"],
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  V4: [
    { when: "not used", says: "pass" },
    {
      when: "reserved by this very passage",
      candidates: [cached({}, { consumption: "reserved", passage: "P000001" })],
      says: "pass",
    },
    {
      when: "reserved by another passage",
      candidates: [cached({}, { consumption: "reserved", passage: "P000000" })],
      says: ["BLOCK", "DUPLICATE"],
    },
    {
      when: "consumed before",
      candidates: [cached({}, { consumption: "consumed", passage: "P000000" })],
      says: ["BLOCK", "DUPLICATE"],
    },
    {
      when: "an earlier trip of the same container used its own clearance",
      candidates: [cached({ id: "CL-0" }, { consumption: "consumed", passage: "P000000" }), cached()],
      says: "pass",
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P1: [
    { when: "the container has a record", says: "pass" },
    { when: "neither has a record", ...noCandidates, says: ["HOLD", "NO_CLEARANCE"] },
    {
      when: "only the plate has a record, and another container was read",
      input: { container: identity(OTHER_CONTAINER, { sources: ["side"] }) },
      says: ["HOLD", "NO_CLEARANCE"],
    },
    { when: "only the plate was read, and it has a record", input: { container: null }, says: "pass" },
    { when: "nothing was read", ...noCandidates, input: { container: null, plate: null }, says: "not-applicable" },
  ],
  P2: [
    { when: "no other declaration", says: "not-applicable" },
    { when: "another one shares the container and is cleared", candidates: [cached(), sibling()], says: "pass" },
    {
      when: "another one shares the container and is not cleared",
      candidates: [cached(), sibling({ status: "PENDING" })],
      says: ["HOLD", "DECLARATIONS"],
    },
    {
      when: "another one lacks an authority",
      candidates: [cached(), sibling({ authorities: { customs: true } })],
      says: ["HOLD", "DECLARATIONS"],
    },
    {
      when: "another one is being used by another passage",
      candidates: [cached(), cached(siblingOf(), { consumption: "reserved", passage: "P000000" })],
      says: ["HOLD", "DECLARATIONS"],
    },
    {
      when: "another one is of an earlier trip",
      candidates: [cached(), cached(siblingOf({ status: "PENDING" }), { consumption: "consumed", passage: "P000000" })],
      says: "not-applicable",
    },
    {
      when: "another one is of tomorrow",
      candidates: [cached(), sibling({ status: "PENDING", validFrom: "2026-10-11T00:00:00Z" })],
      says: "not-applicable",
    },
    {
      when: "the record names another declaration, and it is there and cleared",
      candidates: [cached({ siblings: ["308883922821"] }), sibling()],
      says: "pass",
    },
    {
      when: "the record names another declaration, and nobody has presented it",
      clearance: { siblings: ["308883922820"] },
      says: ["HOLD", "DECLARATIONS"],
    },
    {
      when: "an amendment has replaced the other one",
      candidates: [
        cached({ id: "CL-5", declarationNo: "308044805741" }),
        cached({ id: "CL-4", declarationNo: "308044805740", status: "PENDING" }),
      ],
      says: "not-applicable",
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P3: [
    { when: "cleared", says: "pass" },
    { when: "released", clearance: { status: "RELEASED" }, says: "pass" },
    { when: "transport approved", clearance: { status: "TRANSPORT_APPROVED" }, says: "pass" },
    { when: "pending", clearance: { status: "PENDING" }, says: ["HOLD", "NOT_CLEARED"] },
    { when: "revoked", clearance: { status: "REVOKED" }, says: ["HOLD", "NOT_CLEARED"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P4: [
    { when: "all required have released", says: "pass" },
    { when: "border guard has not", clearance: { authorities: { customs: true } }, says: ["HOLD", "AUTHORITY"] },
    {
      when: "customs says no",
      clearance: { authorities: { customs: false, border_guard: true } },
      says: ["HOLD", "AUTHORITY"],
    },
    {
      when: "none is required",
      clearance: { authorities: {} },
      policy: { clearance: { requiredAuthorities: [] } },
      says: "pass",
    },
    {
      when: "the policy requires quarantine too",
      policy: { clearance: { requiredAuthorities: ["customs", "quarantine"] } },
      says: ["HOLD", "AUTHORITY"],
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P5: [
    { when: "in time, right direction", says: "pass" },
    { when: "in its last millisecond", clearance: { validTo: "2026-10-10T08:00:00Z" }, says: "pass" },
    { when: "one millisecond late", clearance: { validTo: "2026-10-10T07:59:59.999Z" }, says: ["HOLD", "EXPIRED"] },
    { when: "in its first millisecond", clearance: { validFrom: "2026-10-10T08:00:00Z" }, says: "pass" },
    {
      when: "one millisecond early",
      clearance: { validFrom: "2026-10-10T08:00:00.001Z" },
      says: ["HOLD", "NOT_YET_VALID"],
    },
    { when: "its end is no date", clearance: { validTo: "2026-99-99T00:00:00Z" }, says: ["HOLD", "EXPIRED"] },
    { when: "its begin is no date", clearance: { validFrom: "0000-00-00T00:00:00Z" }, says: ["HOLD", "NOT_YET_VALID"] },
    { when: "for the other direction", clearance: { direction: "IMPORT" }, says: ["HOLD", "WRONG_LANE"] },
    {
      when: "transit goes both ways",
      clearance: { direction: "TRANSIT" },
      site: { direction: "IMPORT" },
      says: "pass",
    },
    { when: "for this lane among others", clearance: { lanes: ["lane-2", "lane-1"] }, says: "pass" },
    { when: "for another lane", clearance: { lanes: ["lane-2"] }, says: ["HOLD", "WRONG_LANE"] },
    { when: "in its slot", clearance: { slot: slot("08:00:00", "08:30:00") }, says: "pass" },
    { when: "before its slot", clearance: { slot: slot("08:00:01", "08:30:00") }, says: ["HOLD", "SLOT"] },
    { when: "after its slot", clearance: { slot: slot("07:00:00", "07:59:59") }, says: ["HOLD", "SLOT"] },
    {
      when: "unmanned and without a slot",
      clearance: { vehicle: { ...vehicle, serial: "IGV-07" } },
      says: ["HOLD", "SLOT"],
    },
    {
      when: "unmanned and in its slot",
      clearance: { vehicle: { ...vehicle, kind: "IGV" }, slot: slot("07:30:00", "08:30:00") },
      says: "pass",
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P6: [
    { when: "green", says: "pass" },
    { when: "green, transport approved", clearance: { status: "TRANSPORT_APPROVED" }, says: "pass" },
    { when: "yellow and cleared", clearance: { channel: 2 }, says: "pass" },
    { when: "red and released after inspection", clearance: { channel: 3, status: "RELEASED" }, says: "pass" },
    { when: "yellow, not cleared", clearance: { channel: 2, status: "PENDING" }, says: ["HOLD", "DOCUMENTS"] },
    {
      when: "yellow, only transport approved",
      clearance: { channel: 2, status: "TRANSPORT_APPROVED" },
      says: ["HOLD", "DOCUMENTS"],
    },
    {
      when: "red, on its way to the yard with the transport approved",
      clearance: { channel: 3, status: "TRANSPORT_APPROVED", moveType: "TO_YARD" },
      site: { inward: true },
      says: "pass",
    },
    {
      when: "red, for the yard, at a lane that leads out of the area",
      clearance: { channel: 3, status: "TRANSPORT_APPROVED", moveType: "TO_YARD" },
      says: ["DIVERT", "INSPECTION"],
    },
    {
      when: "red, out of the area with only the transport approved",
      clearance: { channel: 3, status: "TRANSPORT_APPROVED", moveType: "OUT_OF_AREA" },
      says: ["DIVERT", "INSPECTION"],
    },
    {
      when: "on its way to the yard, and nothing is approved",
      clearance: { channel: 3, status: "PENDING", moveType: "TO_YARD" },
      site: { inward: true },
      says: ["DIVERT", "INSPECTION"],
    },
    { when: "red, not cleared", clearance: { channel: 3, status: "PENDING" }, says: ["DIVERT", "INSPECTION"] },
    { when: "documents open", clearance: hold("DOCUMENTS"), says: ["HOLD", "DOCUMENTS"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P7: [
    { when: "no scan is asked for", says: "pass" },
    { when: "a hold of another kind", clearance: hold("DOCUMENTS"), says: "pass" },
    { when: "to be scanned", clearance: hold("SCAN"), says: ["DIVERT", "SCAN"] },
    {
      when: "on the list, no result yet",
      clearance: { containers: [box(CONTAINER, { scanRequired: true })] },
      says: ["DIVERT", "SCAN"],
    },
    {
      when: "on its way to the scanner",
      clearance: { moveType: "TO_SCAN", containers: [box(CONTAINER, { scanRequired: true })] },
      site: { inward: true },
      says: "pass",
    },
    {
      when: "for the scanner, at a lane that leads out of the area",
      clearance: { moveType: "TO_SCAN", containers: [box(CONTAINER, { scanRequired: true })] },
      says: ["DIVERT", "SCAN"],
    },
    {
      when: "something was found, on its way to the yard",
      clearance: { moveType: "TO_YARD", containers: [box(CONTAINER, { scanResult: "SUSPECT" })] },
      site: { inward: true },
      says: ["DIVERT", "INSPECTION"],
    },
    {
      when: "on the list, nothing found",
      clearance: { containers: [box(CONTAINER, { scanRequired: true, scanResult: "OK" })] },
      says: "pass",
    },
    {
      when: "something was found, on the list or not",
      clearance: { containers: [box(CONTAINER, { scanResult: "SUSPECT" })] },
      says: ["DIVERT", "INSPECTION"],
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
};
