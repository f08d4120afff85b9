import type { CachedClearance } from "#contract/clearance";
import { declarationIdentity } from "#contract/identifiers";
import type { Passage } from "./model.ts";
import type { Turn } from "./turn.ts";

/**
 * Loose goods go in several loads under one declaration (form 30). The list says how much has passed when it was made;
 * what this lane has let pass since then is added here, so that the loads together are never more than declared.
 */

/** Declarations whose loads are remembered; the oldest is in the list by then. */
const DECLARATIONS_LIMIT = 256;

/** The records as the lane has to see them: with its own loads in what has passed. */
export function withOwnLoads(turn: Turn, candidates: readonly CachedClearance[]): readonly CachedClearance[] {
  if (candidates.every(({ clearance }) => clearance.bulk === undefined)) return candidates;
  return candidates.map((one) => {
    const { bulk, declarationNo } = one.clearance;
    const own = turn.state.bulkPassedKg[declarationIdentity(declarationNo)];
    if (bulk === undefined || own === undefined || own <= bulk.passedKg) return one;
    return { ...one, clearance: { ...one.clearance, bulk: { ...bulk, passedKg: own } } };
  });
}

/**
 * A vehicle has passed with loose goods. One that an officer passed without a weight may have carried all the rest. The
 * form of its report: 21 for a container, 22 for loose goods (Circular 39/2018, annex X).
 */
export function loadPassed(turn: Turn, passage: Passage): 21 | 22 {
  const record = (passage.candidates ?? []).find(({ clearance }) => clearance.id === passage.decision?.clearance);
  if (record?.clearance.bulk === undefined) return 21;
  const { bulk, declarationNo, vehicle } = record.clearance;
  const netKg = passage.weight === null ? null : Math.max(0, passage.weight.grossKg - vehicle.tareKg);
  const passedKg = netKg === null ? bulk.declaredKg : bulk.passedKg + netKg;
  const key = declarationIdentity(declarationNo);
  const { [key]: _, ...others } = turn.state.bulkPassedKg;
  const kept = Object.entries(others).slice(-(DECLARATIONS_LIMIT - 1));
  turn.set({
    bulkPassedKg: { ...Object.fromEntries(kept), [key]: Math.max(passedKg, turn.state.bulkPassedKg[key] ?? 0) },
  });
  return 22;
}
