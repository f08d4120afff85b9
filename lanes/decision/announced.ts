import type { CachedClearance, Clearance, ContainerClearance } from "#contract/clearance";
import type { SealRead } from "#contract/decision";
import { listedValue, normaliseIdentifier } from "#contract/identifiers";

/** The seals a record names for a container. `#####`, `NA` and blanks name none. */
export function sealsOf(container: ContainerClearance): readonly { kind: SealRead["kind"]; text: string }[] {
  const { carrierSeals = [], customsSeals = [], electronicSeal } = container;
  const named: readonly (readonly [kind: SealRead["kind"], raw: string | undefined])[] = [
    ...carrierSeals.map((raw) => ["carrier", raw] as const),
    ...customsSeals.map((raw) => ["customs", raw] as const),
    ["electronic", electronicSeal],
  ];
  return named.flatMap(([kind, raw]) => {
    const text = listedValue(raw);
    return text === null ? [] : [{ kind, text: normaliseIdentifier(text) }];
  });
}

/** What is still allowed to pass of loose goods, kilograms; null when the record says nothing about them. */
export function remainingBulkKg({ bulk }: Clearance): number | null {
  return bulk === undefined ? null : Math.max(0, bulk.declaredKg - bulk.passedKg);
}

/** An unmanned vehicle, by what is announced. */
export const isUnmanned = ({ vehicle }: Clearance): boolean => vehicle.kind === "IGV" || vehicle.serial !== undefined;

/** Without goods: an empty return, or nothing but empty containers, or a tractor alone. */
export function isEmpty(clearance: Clearance): boolean {
  if (remainingBulkKg(clearance) !== null) return false;
  return clearance.moveType === "EMPTY_RETURN" || clearance.containers.every((one) => one.empty);
}

/** Not so a tractor alone, and loose goods. */
export const namesContainers = ({ containers }: Clearance): boolean => containers.length > 0;

export const namesContainer = ({ clearance }: CachedClearance, number: string | undefined): boolean =>
  clearance.containers.some((one) => one.number === number);
