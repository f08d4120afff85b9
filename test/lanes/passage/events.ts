import type { DeviceClass, DeviceHealth } from "#contract/device";
import type { Wish } from "#contract/order";
import type { LaneEvent } from "#lanes/passage/model";
import {
  CONTAINER,
  cached,
  containerReading,
  EPOCH,
  GROSS_KG,
  OTHER_TRACTOR,
  plateReading,
  QUIET,
  SITE,
  TRACTOR,
} from "../builders.ts";
import { BAD, BOOMS, GOOD, NOW, OWN, PLACES } from "./states.ts";

type Input<E = LaneEvent> = E extends LaneEvent ? Omit<E, "at" | "utc"> : never;

const LOST: DeviceHealth = { state: "down", fault: { code: "OFFLINE", detail: "" } };
const health = (deviceClass: DeviceClass, state: DeviceHealth): Input => ({
  type: "device-health",
  device: deviceClass,
  class: deviceClass,
  health: state,
});
const evidence = { sha256: "e".repeat(64), bytes: 1, takenAt: EPOCH };
const picture = (captureId: string, passage: string): Input => ({
  type: "capture-result",
  captureId,
  passage,
  camera: "side",
  evidence,
  readings: [containerReading(CONTAINER), plateReading(TRACTOR)],
  modelHash: "a".repeat(64),
  elapsedMs: 1,
});
const found = (passage: string, candidates: typeof GOOD): Input => ({
  type: "clearances-found",
  passage,
  question: 5,
  candidates,
  version: 7,
  ageMs: 0,
});

const vehicle = (type: "vehicle-requested" | "vehicle-entered" | "vehicle-left" | "vehicle-lost"): Input => ({
  type,
  device: "igv",
  vehicle: `acme/${TRACTOR}`,
  request: "r-1",
  detail: "",
});

const order = (wish: Wish): Input => ({
  type: "order",
  order: {
    id: "0192f0a0-0000-7000-8000-000000000001",
    by: { subject: "S-4", role: "supervisor" },
    secondBy: { subject: "O-17", role: "officer" },
    reason: "seen",
    wish,
  },
});

/** Everything that can happen, each kind in the variants that matter. */
const INPUTS: readonly Input[] = [
  { type: "started", boot: "boot-1", site: SITE },
  ...PLACES.flatMap(([place]) =>
    BOOMS.slice(0, 2).map((boom): Input => ({ type: "gate-inputs", inputs: { ...QUIET, ...place, ...boom } })),
  ),
  ...BOOMS.slice(2).map((boom): Input => ({ type: "gate-inputs", inputs: { ...QUIET, ...boom } })),
  { type: "gate-inputs", inputs: { ...QUIET, boomClosed: false, boomOpen: true, fireOpen: true } },
  { type: "gate-inputs", inputs: { ...QUIET, boomOpen: true } },
  { type: "scale-load", load: "empty" },
  { type: "scale-load", load: "loaded" },
  { type: "scale-load", load: "unknown" },
  { type: "weight-settled", passage: OWN, grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true },
  { type: "weight-settled", passage: "P000000", grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true },
  { type: "weight-refused", passage: OWN, reason: "out of range" },
  picture("P000001-2", OWN),
  picture("P000001-1", OWN),
  picture("P000000-2", "P000000"),
  { type: "capture-failed", captureId: "P000001-2", passage: OWN, camera: "side", code: "TIMEOUT", detail: "" },
  { type: "plate-seen", device: "front", plate: TRACTOR, confidence: 0.99 },
  { type: "plate-seen", device: "front", plate: OTHER_TRACTOR, confidence: undefined },
  { type: "id-seen", device: "tags", kind: "tag", id: "313243313233343500000000" },
  { type: "id-seen", device: "codes", kind: "code", id: "30804480574" },
  { type: "seal-read", device: "seals", seal: "ES12345678", state: "sealed", battery: "ok" },
  { type: "seal-read", device: "seals", seal: "ES12345678", state: "opened", battery: "low" },
  vehicle("vehicle-requested"),
  vehicle("vehicle-entered"),
  vehicle("vehicle-left"),
  vehicle("vehicle-lost"),
  found(OWN, GOOD),
  found(OWN, BAD),
  found(OWN, []),
  found(OWN, [cached({}, { consumption: "reserved", passage: "P000000" })]),
  found("P000000", GOOD),
  { type: "clearances-changed", version: 8 },
  health("gate", LOST),
  health("gate", { state: "up" }),
  health("weighbridge", LOST),
  health("camera", LOST),
  { type: "link", up: false, detail: "" },
  { type: "decision-durable", passage: OWN, question: 5 },
  { type: "decision-durable", passage: "P000000", question: 5 },
  { type: "command-outcome", commandId: "C9", ok: true, detail: "" },
  { type: "command-outcome", commandId: "C9", ok: false, detail: "timeout" },
  { type: "command-outcome", commandId: "C1", ok: false, detail: "timeout" },
  order({ name: "pass", passage: OWN }),
  order({ name: "pass", passage: "P000000" }),
  order({ name: "refuse", passage: OWN }),
  order({ name: "hold", passage: OWN }),
  order({ name: "release", passage: OWN }),
  order({ name: "correct", passage: OWN, field: "plate", value: TRACTOR }),
  order({ name: "open" }),
  order({ name: "close" }),
  order({ name: "mode", mode: "maintenance" }),
  order({ name: "mode", mode: "auto" }),
  order({ name: "clear-fault" }),
  order({ name: "reset-emergency" }),
  order({ name: "resolve", passage: OWN, clearance: "CL-1", crossed: true }),
  order({ name: "resolve", passage: OWN, clearance: "CL-1", crossed: false }),
  ...["phase", "identity", "vacated", "under-clear", "lane:arrival", "recapture:front", "recapture:none", "none"].map(
    (timer): Input => ({ type: "timer-expired", timer }),
  ),
];

export const EVENTS: readonly LaneEvent[] = INPUTS.map((input) => ({ ...input, at: NOW, utc: EPOCH }) as LaneEvent);

/** Fails to compile when a kind of event is added that nobody tries here. */
export const KINDS: Readonly<Record<LaneEvent["type"], true>> = {
  started: true,
  "gate-inputs": true,
  "scale-load": true,
  "weight-settled": true,
  "weight-refused": true,
  "capture-result": true,
  "capture-failed": true,
  "plate-seen": true,
  "id-seen": true,
  "seal-read": true,
  "vehicle-requested": true,
  "vehicle-entered": true,
  "vehicle-left": true,
  "vehicle-lost": true,
  "clearances-found": true,
  "clearances-changed": true,
  "device-health": true,
  link: true,
  "decision-durable": true,
  "command-outcome": true,
  "timer-expired": true,
  order: true,
};
