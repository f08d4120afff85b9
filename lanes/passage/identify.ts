import type { CachedClearance } from "#contract/clearance";
import type { IdentityRead } from "#contract/decision";
import { classifyPlate, isContainerNumber, normaliseIdentifier } from "#contract/identifiers";
import { namesContainer } from "../decision/announced.ts";
import { neededConfidence } from "../decision/match-rules.ts";
import { namesPlate } from "../decision/matching.ts";
import { fuse } from "../fusion/fuse.ts";
import { withOwnLoads } from "./bulk.ts";
import type { CameraProgress, LaneCamera, LaneEvent, Phase } from "./model.ts";
import type { Turn } from "./turn.ts";

/** More reads than any vehicle gives; a flood of them must not grow the state. */
const READS_LIMIT = 64;

const NO_PICTURE_YET: CameraProgress = { taken: 0, pending: null };

type CaptureResult = Extract<LaneEvent, { type: "capture-result" }>;
type CaptureEnd = Extract<LaneEvent, { type: "capture-result" | "capture-failed" }>;
type PlateSeen = Extract<LaneEvent, { type: "plate-seen" }>;
type ClearancesFound = Extract<LaneEvent, { type: "clearances-found" }>;

/** Asks the cameras that can already see their subject for a picture. */
export function captureAll(turn: Turn, trigger: "arrival" | "scale"): void {
  for (const camera of turn.state.site.cameras) {
    if (trigger === "scale" || camera.trigger === "arrival") capture(turn, camera);
  }
}

/** One more picture of this vehicle, unless one is under way, enough were taken, or what it shows is known. */
export function capture(turn: Turn, camera: LaneCamera): void {
  const { passage, policy } = turn;
  const progress = passage.cameras[camera.id] ?? NO_PICTURE_YET;
  if (progress.pending !== null || progress.taken >= policy.identity.framesPerCamera) return;
  if (passage.identityClosed || !READING_PHASES.includes(passage.phase)) return;
  if (progress.taken > 0 && taskDone(turn, camera.task)) return;
  const captures = passage.captures + 1;
  const captureId = `${passage.id}-${captures}`;
  turn.update({
    captures,
    cameras: { ...passage.cameras, [camera.id]: { taken: progress.taken + 1, pending: captureId } },
  });
  turn.effect({ type: "capture", captureId, passage: passage.id, camera: camera.id, task: camera.task });
}

/**
 * A camera answered, with readings or with a fault: note it, and try again after a pause if that can help. An answer
 * that nobody waits for any more may show another vehicle and is left aside.
 */
export function captureEnded(turn: Turn, event: CaptureEnd, readings: readonly IdentityRead[]): void {
  const { camera: cameraId, captureId } = event;
  const progress = turn.passage.cameras[cameraId];
  if (progress === undefined || progress.pending !== captureId) return;
  turn.update({ cameras: { ...turn.passage.cameras, [cameraId]: { ...progress, pending: null } } });
  addReads(turn, readings);
  const camera = turn.state.site.cameras.find((one) => one.id === cameraId);
  if (camera === undefined || taskDone(turn, camera.task)) return;
  if (progress.taken >= turn.policy.identity.framesPerCamera || turn.passage.identityClosed) return;
  turn.startTimer(`recapture:${cameraId}`, turn.policy.identity.recaptureMs);
}

/** Reads out of one picture. A text that no grammar accepts is not an identity and is left in the journal only. */
export function readsOf(event: CaptureResult): IdentityRead[] {
  return event.readings.flatMap((reading): IdentityRead[] => {
    const text = normaliseIdentifier(reading.text);
    const common = { raw: reading.text, text, confidence: bounded(reading.confidence), source: event.camera };
    if (reading.kind === "container") {
      if (!isContainerNumber(text)) return [];
      return [{ kind: "container", ...common, check: reading.check, evidence: event.evidence }];
    }
    return classifyPlate(text) === undefined ? [] : [{ kind: "plate", ...common, evidence: event.evidence }];
  });
}

/** A camera's own recognition. Without a likelihood it counts as an even chance (domain guide, section 4). */
export function readOfPlateSeen(event: PlateSeen): IdentityRead[] {
  const text = normaliseIdentifier(event.plate);
  if (classifyPlate(text) === undefined) return [];
  const confidence = bounded(event.confidence ?? 0.5);
  return [{ kind: "plate", raw: event.plate, text, confidence, source: `${event.device}:onboard` }];
}

const bounded = (confidence: number): number => (confidence >= 0 && confidence <= 1 ? confidence : 0);

/** Reads count until the vehicle is judged; what a camera sees afterwards may be the vehicle behind. */
const READING_PHASES: readonly Phase[] = ["identify", "position", "weigh", "seal", "decide", "hold", "watched"];

export function addReads(turn: Turn, reads: readonly IdentityRead[]): void {
  if (reads.length === 0 || !READING_PHASES.includes(turn.passage.phase)) return;
  turn.update({ reads: reads.reduce(withRead, turn.passage.reads).slice(-READS_LIMIT) });
  lookUp(turn);
}

/** The best read of each text by each source: a camera that repeats itself must not push out what the others saw. */
function withRead(known: readonly IdentityRead[], read: IdentityRead): readonly IdentityRead[] {
  const same = known.find(
    ({ kind, text, source, check }) =>
      kind === read.kind && text === read.text && source === read.source && check === read.check,
  );
  if (same === undefined) return [...known, read];
  return same.confidence >= read.confidence ? known : known.map((one) => (one === same ? read : one));
}

/** Asks the cache for the present identities, once for each new pair of them. */
export function lookUp(turn: Turn, again = false): void {
  const { container, plate, tag, client } = identities(turn);
  // A transponder carries the number of the plate, and a certificate the number that stands in its place.
  const vehicle = plate ?? tag ?? client;
  const key = `${container?.text ?? ""}|${vehicle?.text ?? ""}`;
  if (key === "|" || (!again && key === turn.passage.candidatesFor)) return;
  const question = turn.ask();
  turn.update({ candidatesFor: key, candidates: null, lookup: question });
  turn.effect({
    type: "find-clearances",
    passage: turn.passage.id,
    question,
    container: container?.text ?? null,
    plate: vehicle?.text ?? null,
  });
}

/** Takes an answer of the cache; false when it is not the one to the last question. */
export function clearancesFound(turn: Turn, event: ClearancesFound): boolean {
  if (turn.passage.lookup !== event.question) return false;
  const { version, ageMs, at } = event;
  const candidates = withOwnLoads(turn, event.candidates);
  turn.update({ lookup: null, candidates, cacheVersion: version, cacheAgeMs: ageMs, cacheAt: at });
  return true;
}

export function identities(turn: Turn): ReturnType<typeof fuse> {
  return fuse(turn.passage.reads, turn.policy.identity.minReadConfidence, turn.policy.confusion);
}

/** Both identities are sure and one clearance names them, and the trailer if it counts: more pictures add nothing. */
export function identityComplete(turn: Turn): boolean {
  const { container, plate, trailer } = identities(turn);
  const sure = neededConfidence(true, turn.policy);
  if (container === null || plate === null || container.confidence < sure || plate.confidence < sure) return false;
  return (turn.passage.candidates ?? []).some(
    (one) =>
      namesContainer(one, container.text) && namesPlate(one, plate.text) && !trailerIsWanting(turn, one, trailer?.text),
  );
}

/** The trailer counts, and the one that the record names was not seen yet. */
function trailerIsWanting({ policy }: Turn, { clearance }: CachedClearance, trailer: string | undefined): boolean {
  const { trailerMustMatch, trailerMayBeUnread } = policy.clearance;
  const expected = clearance.vehicle.trailerPlate;
  return trailerMustMatch && trailerMayBeUnread !== true && expected !== undefined && expected !== trailer;
}

/** No picture is under way and every camera has used up its frames. */
export function camerasExhausted(turn: Turn): boolean {
  const limit = turn.policy.identity.framesPerCamera;
  return turn.state.site.cameras.every((camera) => {
    const progress = turn.passage.cameras[camera.id] ?? NO_PICTURE_YET;
    return progress.pending === null && (progress.taken >= limit || taskDone(turn, camera.task));
  });
}

/** What the camera is for is read with certainty and known to the clearance list. */
function taskDone(turn: Turn, task: LaneCamera["task"]): boolean {
  const { container, plate, trailer } = identities(turn);
  const identity = task === "container" ? container : plate;
  if (identity === null || identity.confidence < turn.policy.identity.minFusedConfidence) return false;
  return (turn.passage.candidates ?? []).some((one) =>
    task === "container"
      ? namesContainer(one, identity.text)
      : namesPlate(one, identity.text) && !trailerIsWanting(turn, one, trailer?.text),
  );
}
