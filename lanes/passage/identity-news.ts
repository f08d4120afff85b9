import type { IdentityRead, SealRead } from "#contract/decision";
import { classifyPlate, declarationInCode, normaliseIdentifier } from "#contract/identifiers";
import type { MonotonicMs } from "#contract/units";
import { sealsOf } from "../decision/announced.ts";
import { conductOf } from "../decision/conduct-policy.ts";
import { addReads } from "./identify.ts";
import type { HeardSeal, LaneEvent, LaneState, Passage } from "./model.ts";
import type { Turn } from "./turn.ts";

/** Transponders, printed codes and seals: what readers tell beside the cameras. */

type IdSeen = Extract<LaneEvent, { type: "id-seen" }>;
type SealSeen = Extract<LaneEvent, { type: "seal-read" }>;

/** A code with its own check, or a tag that answered: as sure as a machine is. */
const READER_CONFIDENCE = 0.98;

/** What a reader saw, as an identity; none when it names neither a vehicle nor a declaration. */
export function readOfIdSeen({ kind, id, device }: IdSeen): IdentityRead[] {
  const common = { raw: id, confidence: READER_CONFIDENCE, source: device };
  if (kind === "code") {
    return declarationInCode(id) === null ? [] : [{ kind: "qr", text: normaliseIdentifier(id), ...common }];
  }
  return [{ kind: "tag", text: textInTag(id) ?? normaliseIdentifier(id), ...common }];
}

/** A tag that spells a plate names a vehicle by itself; of any other only the clearance can say whose it is. */
const namesVehicle = ({ kind, text }: IdentityRead): boolean => kind !== "tag" || classifyPlate(text) !== undefined;

/** What a reader saw of the vehicle that is being read. Tags that name none are kept until a clearance does. */
export function idSeen(turn: Turn, event: IdSeen): void {
  const reads = readOfIdSeen(event);
  const strange = reads.filter((read) => !namesVehicle(read));
  if (strange.length > 0) turn.update({ strangeTags: [...turn.passage.strangeTags, ...strange].slice(-TAGS_LIMIT) });
  addReads(turn, reads.filter(namesVehicle));
  introduce(turn);
}

/** So long before the arrival a tag may have been heard, milliseconds: the way from the reach of the antenna to the loop. */
const EARLY_MS = 10_000;

/**
 * A tag is heard and the lane is empty: the loop may feel the vehicle in a moment. Somebody who only came near it is no
 * part of the next passage, so the tag counts only where a clearance that something else has led to names it.
 */
export function tagBeforeArrival(turn: Turn, event: IdSeen): void {
  const { tagsHeard } = turn.state;
  const heard = readOfIdSeen(event).flatMap((read) => (read.kind === "tag" ? [{ read, at: event.at }] : []));
  turn.set({ tagsHeard: [...tagsHeard, ...heard].slice(-TAGS_LIMIT) });
}

/** The tags that may be of a vehicle which arrives now. */
export function tagsOfArrival({ tagsHeard }: LaneState, now: MonotonicMs): readonly IdentityRead[] {
  return tagsHeard.flatMap(({ read, at }) => (now - at <= EARLY_MS ? [read] : []));
}

/** Tags that are remembered: a vehicle carries a few, its load may carry more. */
const TAGS_LIMIT = 16;

/** The text that an EPC spells in ASCII, padded with zeros. */
function textInTag(epc: string): string | null {
  const codes = (epc.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const end = codes.indexOf(0);
  const letters = end < 0 ? codes : codes.slice(0, end);
  if (letters.length === 0 || letters.some((code) => !(code >= 0x20 && code < 0x7f))) return null;
  return normaliseIdentifier(String.fromCharCode(...letters));
}

/** Seals that are remembered: more than stand in reach of a reader at one time. */
const SEALS_LIMIT = 32;
/** After this time a seal that was heard says nothing about the vehicle in the lane any more. */
const SEAL_FRESH_MS = 120_000;

/** A seal in reach, on whatever vehicle: it counts for the one whose clearance names it. */
export function sealHeard(turn: Turn, { seal, state, battery, device, at }: SealSeen): void {
  const number = normaliseIdentifier(seal);
  const { [number]: _, ...others } = turn.state.sealsHeard;
  const kept = Object.entries(others).slice(-(SEALS_LIMIT - 1));
  const heard: HeardSeal = { state: sealState(state, battery), device, at };
  turn.set({ sealsHeard: { ...Object.fromEntries(kept), [number]: heard } });
}

/** One whose battery is low may fall silent any moment: it has to be looked at (domain guide, 5.2). */
function sealState(state: SealSeen["state"], battery: SealSeen["battery"]): SealRead["state"] {
  if (state === "opened") return "broken";
  if (state === "tampered") return "alarm";
  return battery === "low" ? "silent" : "intact";
}

/** Seals of the vehicle: what officers entered, and what was heard of those that its clearances name. */
export function sealsOfVehicle({ state, event }: Turn, passage: Passage): readonly SealRead[] {
  const named = namedSeals(passage);
  const heard = Object.entries(state.sealsHeard).flatMap(([text, { state: found, device, at }]): SealRead[] => {
    if (!named.includes(text) || !(event.at - at <= SEAL_FRESH_MS)) return [];
    return [{ kind: "electronic", text, state: found, source: device }];
  });
  return [...passage.seals, ...heard];
}

function namedSeals({ candidates }: Passage): readonly string[] {
  return (candidates ?? []).flatMap(({ clearance }) =>
    clearance.containers.flatMap((one) =>
      sealsOf(one).flatMap(({ kind, text }) => (kind === "electronic" ? [text] : [])),
    ),
  );
}

/** The clearance names an electronic seal that nobody has heard yet, and there is a reader that may still hear it. */
export function awaitsSeal(turn: Turn): boolean {
  const { passage, state } = turn;
  if (state.site.seals !== true || passage.sealClosed || conductOf(turn.policy).sealMs === 0) return false;
  const found = sealsOfVehicle(turn, passage).map(({ text }) => text);
  return namedSeals(passage).some((seal) => !found.includes(seal));
}

/** What only a clearance can tie to a vehicle: a tag by its own number or heard early, an unmanned vehicle by its certificate. */
export function introduce(turn: Turn): void {
  const vehicles = (turn.passage.candidates ?? []).map(({ clearance }) => clearance.vehicle);
  const named = vehicles.flatMap(({ electronicPlate, tractorPlate }) => [electronicPlate ?? "", tractorPlate]);
  const plates = named.map(normaliseIdentifier);
  const tags = turn.passage.strangeTags.filter(({ text }) => plates.includes(text));
  const clients = turn.state.vehicles.flatMap(({ vehicle, serial, device }): IdentityRead[] => {
    const serials = vehicles.map((one) => one.serial ?? one.tractorPlate);
    const text = serials.find((one) => normaliseIdentifier(one) === serial);
    return text === undefined ? [] : [{ kind: "client", raw: vehicle, text, confidence: 0.999, source: device }];
  });
  addReads(turn, [...tags, ...clients]);
}
