import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, FusedIdentity } from "#contract/decision";
import {
  classifyPlate,
  declarationIdentity,
  declarationInCode,
  isContainerNumber,
  normaliseIdentifier,
} from "#contract/identifiers";
import { type ConfusionTable, confusable } from "../fusion/confusion.ts";
import { editDistance } from "../fusion/edit-distance.ts";
import { roomFor } from "../fusion/fuse.ts";
import { deviceOf } from "../fusion/witness.ts";
import { namesContainer } from "./announced.ts";
import { type LanePolicy, minRepairShare } from "./policy.ts";

/** What an identity stands for among the announced vehicles. */
export interface Match {
  /** The value in the record. */
  readonly value: string;
  readonly how: "exact" | "repaired";
}

export interface Matches {
  readonly container: Match | null;
  readonly plate: Match | null;
  /** The announced value that is one likely misreading away, whether or not it may be taken. */
  readonly nearContainer: Near | null;
  readonly nearPlate: Near | null;
}

export interface Near {
  readonly value: string;
  /** Share of the vote at the differing place that the reads themselves leave for this value, 0..1. */
  readonly room: number;
}

/** No value but the meant one may be this near to what was read. */
const LONELY_WITHIN = 2;

/**
 * Looks up what was read among the announced values: exactly, or one edit away. One edit is taken only when it is a
 * likely misreading at that place, when no other announced value is within two edits, when a second identity, read by
 * another device, points to the same record exactly (domain guide, sections 3 and 6), and when what was read leaves room
 * for it: cameras that agree on another well-formed plate have seen another vehicle, however much the two look alike.
 * For a plate a transponder or certificate that names the vehicle does instead of that room; a container or a QR code
 * does not, because a tractor that is not in the record can have both.
 */
export function matchIdentities(
  input: DecisionInput,
  candidates: readonly CachedClearance[],
  policy: LanePolicy,
): Matches {
  const containers = candidates.flatMap(({ clearance }) => clearance.containers.map((one) => one.number));
  const plates = candidates.map(({ clearance }) => clearance.vehicle.tractorPlate);
  const container = exactly(input.container, containers);
  const plate = exactly(input.plate, plates);
  const near = (kind: "container" | "plate", values: readonly string[], fits: (text: string) => boolean) => {
    const value = nearly(input[kind], values, fits, policy.confusion);
    return value === null ? null : { value, room: roomOf(value, kind, input, policy) };
  };
  const nearContainer = container === null ? near("container", containers, isContainerNumber) : null;
  const isPlate = (text: string) => classifyPlate(text) !== undefined;
  const nearPlate = plate === null ? near("plate", plates, isPlate) : null;
  const sure = withoutUnsure(input, policy);
  const repaired = (found: Near | null, read: FusedIdentity | null, names: typeof namesPlate): Match | null => {
    if (found === null) return null;
    const meant = candidates.filter((one) => names(one, found.value));
    const vouched = meant.some((one) => vouchers(sure, one, read).length > 0);
    const known = names === namesPlate && meant.some((one) => tagNames(sure, one) || clientNames(sure, one));
    const taken = vouched && (known || found.room >= minRepairShare(policy));
    return taken ? { value: found.value, how: "repaired" } : null;
  };
  return {
    container: container ?? repaired(nearContainer, input.container, namesContainer),
    plate: plate ?? repaired(nearPlate, input.plate, namesPlate),
    nearContainer,
    nearPlate,
  };
}

/** Of two transponders or codes in view neither counts: which of them is of this vehicle is not known. */
function withoutUnsure(input: DecisionInput, policy: LanePolicy): DecisionInput {
  const sure = <T extends FusedIdentity | null | undefined>(one: T) =>
    (one?.confidence ?? 0) >= policy.identity.minFusedConfidence ? one : null;
  return { ...input, tag: sure(input.tag) ?? null, qr: sure(input.qr) ?? null, client: sure(input.client) ?? null };
}

function roomOf(meant: string, kind: "container" | "plate", input: DecisionInput, policy: LanePolicy): number {
  const text = input[kind]?.text ?? "";
  return roomFor(meant, { text, kind }, input.reads, policy.identity.minReadConfidence, policy.confusion);
}

export const namesPlate = ({ clearance }: CachedClearance, plate: string | undefined): boolean =>
  clearance.vehicle.tractorPlate === plate;

/** A transponder carries the vehicle's plate, or a number of its own that the record names. */
export function tagNames(input: DecisionInput, { clearance: { vehicle } }: CachedClearance): boolean {
  const { tractorPlate, electronicPlate } = vehicle;
  const text = input.tag?.text;
  if (text === undefined) return false;
  return text === tractorPlate || (electronicPlate !== undefined && text === normaliseIdentifier(electronicPlate));
}

/** An unmanned vehicle proves its serial number. */
export function clientNames(input: DecisionInput, { clearance: { vehicle } }: CachedClearance): boolean {
  return input.client?.text === (vehicle.serial ?? vehicle.tractorPlate);
}

/** A QR code carries the declaration's number. */
export function codeNames(input: DecisionInput, { clearance }: CachedClearance): boolean {
  const declared = declarationInCode(input.qr?.text ?? "");
  return declared !== null && declared === declarationIdentity(clearance.declarationNo);
}

/** Identities, other than the one in question, that point to a record exactly and were read by another device. */
function vouchers(input: DecisionInput, record: CachedClearance, question: FusedIdentity | null): FusedIdentity[] {
  const pointing = [
    namesContainer(record, input.container?.text) ? input.container : null,
    namesPlate(record, input.plate?.text) ? input.plate : null,
    tagNames(input, record) ? input.tag : null,
    codeNames(input, record) ? input.qr : null,
    clientNames(input, record) ? input.client : null,
  ];
  const own = new Set(question?.sources.map(deviceOf));
  return pointing.flatMap((one) => {
    if (one === null || one === undefined || one === question) return [];
    return one.sources.some((source) => !own.has(deviceOf(source))) ? [one] : [];
  });
}

function exactly(read: FusedIdentity | null, values: readonly string[]): Match | null {
  return read !== null && values.includes(read.text) ? { value: read.text, how: "exact" } : null;
}

function nearly(
  read: FusedIdentity | null,
  values: readonly string[],
  isWellFormed: (text: string) => boolean,
  table: ConfusionTable | undefined,
): string | null {
  if (read === null) return null;
  const near = [...new Set(values)].filter((value) => editDistance(read.text, value, LONELY_WITHIN) <= LONELY_WITHIN);
  const [only] = near;
  if (only === undefined || near.length > 1 || !isWellFormed(only)) return null;
  return isLikelyMisreading(read.text, only, table) ? only : null;
}

/** One character replaced by one it is taken for. Both texts fit the grammar, so both fit the place: letter or digit. */
function isLikelyMisreading(read: string, value: string, table: ConfusionTable | undefined): boolean {
  const [seen, truth] = [[...read], [...value]];
  if (seen.length !== truth.length) return false;
  const places = seen.flatMap((character, at) => (character === truth[at] ? [] : [at]));
  const [at] = places;
  if (at === undefined || places.length !== 1) return false;
  return confusable(seen[at] ?? "", truth[at] ?? "", table);
}
