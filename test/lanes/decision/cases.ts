import type { RuleCase } from "./case.ts";
import { CLEARANCE_CASES } from "./cases-clearance.ts";
import { VEHICLE_CASES } from "./cases-vehicle.ts";

export type { RuleCase };

/** Every rule, in the order of the table. */
export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = { ...CLEARANCE_CASES, ...VEHICLE_CASES };
