import type { CachedClearance, Hold } from "#contract/clearance";
import { declarationAmendment, declarationIdentity } from "#contract/identifiers";
import { namesContainer, namesContainers } from "./announced.ts";

/**
 * Among several records for one identity the one to judge by. One with a hold comes first, a suspended one before all:
 * it must not hide behind a good one with the same container (all declarations that share a container must be eligible:
 * Circular 39/2018, article 52a). Then the one this passage has reserved, so that judging again gives the same. A consumed one comes last: it
 * belongs to an earlier trip of the same container or tractor.
 */
export function prefer(records: readonly CachedClearance[], passage: string): CachedClearance | null {
  const rank = (record: CachedClearance): number => {
    if (suspensionOf(record) !== undefined) return 0;
    if (record.clearance.holds.length > 0) return 1;
    if (record.passage === passage) return 2;
    return record.consumption === "consumed" ? 4 : 3;
  };
  const live = inForce(records, passage).sort(
    (a, b) => rank(a) - rank(b) || (a.clearance.id < b.clearance.id ? -1 : 1),
  );
  return live[0] ?? null;
}

export const suspensionOf = ({ clearance }: CachedClearance): Hold | undefined =>
  clearance.holds.find(({ kind }) => kind === "SUSPENDED");

/**
 * The other records of one load: those that share one of its containers, and those that one names as the sibling of the
 * other, whatever container they are written for. A record that a trip has used up is of another load.
 */
export function restOfLoad(record: CachedClearance, records: readonly CachedClearance[]): CachedClearance[] {
  const { id, containers } = record.clearance;
  return records.filter(
    (other) =>
      other.clearance.id !== id &&
      other.consumption !== "consumed" &&
      (containers.some(({ number }) => namesContainer(other, number)) ||
        namesSibling(record, other) ||
        namesSibling(other, record)),
  );
}

const namesSibling = ({ clearance: { siblings = [] } }: CachedClearance, { clearance }: CachedClearance): boolean =>
  siblings.some((number) => declarationIdentity(number) === declarationIdentity(clearance.declarationNo));

/** Records without those that an amendment of the same declaration, for the same load, has replaced. */
export function inForce(records: readonly CachedClearance[], passage: string): CachedClearance[] {
  return records.filter((record) => {
    if (record.clearance.holds.length > 0 || record.passage === passage) return true;
    return !records.some((other) => replaces(other, record));
  });
}

/** The use of this record, or of one that it has replaced: an amendment is no second trip of the same load. */
export function usedLoad(record: CachedClearance, records: readonly CachedClearance[]): CachedClearance {
  if (record.consumption !== "none") return record;
  // Loose goods go in parts under one declaration.
  const isUsedUp = ({ consumption, clearance }: CachedClearance) =>
    consumption !== "none" && namesContainers(clearance);
  const used = records.find((one) => isUsedUp(one) && replaces(record, one));
  return used ?? record;
}

function replaces(other: CachedClearance, record: CachedClearance): boolean {
  const { declarationNo, containers } = record.clearance;
  const amended = other.clearance;
  return (
    declarationIdentity(amended.declarationNo) === declarationIdentity(declarationNo) &&
    declarationAmendment(amended.declarationNo) > declarationAmendment(declarationNo) &&
    containers.every(({ number }) => amended.containers.some((one) => one.number === number))
  );
}
