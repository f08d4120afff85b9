import type { CachedClearance, Clearance, ContainerClearance } from "#contract/clearance";
import type { SealRead } from "#contract/decision";
import { listedValue, normaliseIdentifier } from "#contract/identifiers";

/**
 * Fields of a clearance record that official lists carry (domain guide, 7.1) and that the feed does not bring yet. Read
 * where they are present; a rule that needs one and does not find it holds.
 */
interface SealFields {
  readonly carrierSeal?: string | null;
  readonly customsSeal?: string | null;
  readonly electronicSeal?: string | null;
}
interface BulkFields {
  readonly bulk?: { readonly remainingKg: number };
}

/** The seals a record names for a container. `#####`, `NA` and blanks name none. */
export function sealsOf(container: ContainerClearance): readonly { kind: SealRead["kind"]; text: string }[] {
  const { carrierSeal, customsSeal, electronicSeal } = container as ContainerClearance & SealFields;
  const named = [
    ["carrier", carrierSeal],
    ["customs", customsSeal],
    ["electronic", electronicSeal],
  ] as const;
  return named.flatMap(([kind, raw]) => {
    const text = listedValue(raw);
    return text === null ? [] : [{ kind, text: normaliseIdentifier(text) }];
  });
}

/** What is still allowed to pass of loose goods, kilograms; null when the record says nothing about them. */
export function remainingBulkKg(clearance: Clearance): number | null {
  const { bulk } = clearance as Clearance & BulkFields;
  return bulk === undefined ? null : bulk.remainingKg;
}

/** Without goods: an empty return, or nothing but empty containers, or a tractor alone. */
export function isEmpty(clearance: Clearance): boolean {
  if (remainingBulkKg(clearance) !== null) return false;
  return clearance.moveType === "EMPTY_RETURN" || clearance.containers.every((one) => one.empty);
}

export const namesContainer = ({ clearance }: CachedClearance, number: string | undefined): boolean =>
  clearance.containers.some((one) => one.number === number);
