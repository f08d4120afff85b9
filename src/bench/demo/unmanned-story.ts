import type { Clearance } from "#contract/clearance";
import { normaliseIdentifier } from "#contract/identifiers";
import { isoUtc } from "#contract/units";
import { createRandom, type Random } from "../scene/random.ts";
import { renderScene } from "../scene/scene.ts";
import { clearanceOf } from "./clearances.ts";
import { containerNumber, epcOf, vietnamesePlate } from "./numbers.ts";
import type { Direction } from "./story.ts";
import { type DemoTruck, once } from "./truck.ts";

const VEHICLE_TARE_KG = 11_000;
const CONTAINER_TARE_KG = 2_300;
const HOUR_MS = 3_600_000;

interface Cast {
  readonly id: string;
  readonly serial: string;
  /** Text in the vehicle's transponder: its electronic plate. */
  readonly electronicPlate: string;
  readonly container: string;
  readonly loadKg: number;
  readonly seed: number;
  readonly nowUtc: number;
  readonly direction: Direction;
}

type Act = (cast: Cast) => DemoTruck;

const ACTS: readonly Act[] = [cleanPass, otherContainer, slotOver, offlinePass];

/** `count` unmanned vehicles, the same for the same seed. */
export function unmannedStory(
  count: number,
  seed: number,
  nowUtc: number,
  { direction, serials }: { readonly direction: Direction; readonly serials: readonly string[] },
): DemoTruck[] {
  const random = createRandom(seed);
  const plates = new Map(serials.map((serial) => [serial, vietnamesePlate(random)]));
  return Array.from({ length: count }, (_, index) => {
    const act = ACTS[index % ACTS.length] ?? cleanPass;
    const serial = serials[index % serials.length] ?? "";
    const electronicPlate = plates.get(serial) ?? "";
    return act({ ...cargo(random, index), serial, electronicPlate, seed: seed * 1000 + index, nowUtc, direction });
  });
}

function cargo(random: Random, index: number): Pick<Cast, "id" | "container" | "loadKg"> {
  const id = `CL-${String(index + 1).padStart(4, "0")}`;
  return { id, container: containerNumber(random), loadKg: random.integer(12, 26) * 1000 };
}

/** Announced with cargo and time slot; its serial number stands where others have a plate. */
function clearance(cast: Cast, slotFromMs = -HOUR_MS): Clearance {
  const { id, container, serial, electronicPlate, loadKg, nowUtc, direction } = cast;
  const known = clearanceOf({
    id,
    plate: normaliseIdentifier(serial),
    container,
    declaredGrossKg: loadKg,
    tractorTareKg: VEHICLE_TARE_KG,
    containerTareKg: CONTAINER_TARE_KG,
    nowUtc,
    direction,
  });
  const vehicle = { ...known.vehicle, kind: "IGV" as const, serial: normaliseIdentifier(serial), electronicPlate };
  const slot = { from: isoUtc(nowUtc + slotFromMs), to: isoUtc(nowUtc + slotFromMs + 2 * HOUR_MS) };
  return { ...known, vehicle, slot };
}

function vehicle(cast: Cast, title: string, expected: string, change: Partial<DemoTruck> = {}): DemoTruck {
  const { serial, container, loadKg, seed, electronicPlate } = cast;
  return {
    title,
    plate: normaliseIdentifier(serial),
    container,
    grossKg: VEHICLE_TARE_KG + loadKg,
    pictures: { front: [], rear: [], side: [once(() => renderScene({ seed, view: "side", container }))] },
    truth: { containers: [container], plates: [normaliseIdentifier(serial)] },
    clearances: [clearance(cast)],
    wan: "up",
    carried: { held: { tag: [epcOf(electronicPlate)] }, serial },
    expected: [expected],
    ...change,
  };
}

function cleanPass(cast: Cast): DemoTruck {
  return vehicle(cast, "serial number, transponder and container agree", "PASS CLEARED");
}

/** It was loaded with a box that is announced for nobody. */
function otherContainer(cast: Cast): DemoTruck {
  const other = containerNumber(createRandom(cast.seed + 5));
  return vehicle({ ...cast, container: other }, "a container that nobody has announced", "HOLD *", {
    clearances: [clearance(cast)],
  });
}

function slotOver(cast: Cast): DemoTruck {
  return vehicle(cast, "its time slot is over", "HOLD SLOT", { clearances: [clearance(cast, -6 * HOUR_MS)] });
}

function offlinePass(cast: Cast): DemoTruck {
  return vehicle(cast, "the link to operations is cut: decided here, reported later", "PASS CLEARED", { wan: "down" });
}
