import type { Clearance } from "#contract/clearance";
import { isoUtc } from "#contract/units";
import { createRandom, type Random } from "../scene/random.ts";
import { renderScene, type SceneDescription } from "../scene/scene.ts";
import { clearanceOf } from "./clearances.ts";
import { containerNumber, epcOf, guangxiPlate, trailerPlate, vietnamesePlate } from "./numbers.ts";
import { type DemoTruck, once, type Picture } from "./truck.ts";

const TRACTOR_TARE_KG = 14_500;
const CONTAINER_TARE_KG = 2_300;

interface Cast {
  readonly id: string;
  readonly plate: string;
  readonly trailer: string;
  readonly container: string;
  /** Container with its goods. */
  readonly loadKg: number;
  readonly seed: number;
  readonly nowUtc: number;
  readonly direction: Direction;
}

/** Which way the vehicles of a lane go. */
export type Direction = "EXPORT" | "IMPORT";

type Act = (cast: Cast) => DemoTruck;

/** The acts in order; a longer demo plays them again with other trucks. */
const ACTS: readonly Act[] = [
  cleanPass,
  notInTheList,
  swappedTractor,
  tooHeavy,
  secondFrame,
  suspended,
  offlinePass,
  offlineUnknown,
  emptyReturn,
  chineseAtNight,
];

/** `count` trucks, the same for the same seed. */
export function story(count: number, seed: number, nowUtc: number, direction: Direction = "EXPORT"): DemoTruck[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const act = ACTS[index % ACTS.length] ?? cleanPass;
    return act({ ...cast(random, index, seed, nowUtc), direction });
  });
}

function cast(random: Random, index: number, seed: number, nowUtc: number): Omit<Cast, "direction"> {
  return {
    id: `CL-${String(index + 1).padStart(4, "0")}`,
    plate: vietnamesePlate(random),
    trailer: trailerPlate(random),
    container: containerNumber(random),
    loadKg: random.integer(12, 26) * 1000 + random.integer(0, 9) * 100,
    seed: seed * 1000 + index,
    nowUtc,
  };
}

function picture(description: SceneDescription): Picture {
  return once(() => renderScene(description));
}

/** The three views of one truck. A little dirt and a little turn: no two trucks stand alike. */
function views(cast: Cast, change: Partial<SceneDescription> = {}): DemoTruck["pictures"] {
  const random = createRandom(cast.seed);
  const common = { seed: cast.seed, dirt: random.between(0, 0.25), yawDegrees: random.between(-8, 8), ...change };
  const { plate, trailer, container } = cast;
  return {
    front: [picture({ ...common, view: "front", plate, container })],
    rear: [picture({ ...common, view: "rear", plate: trailer, container, plateLines: 2 })],
    side: [picture({ ...common, view: "side", container })],
  };
}

function clearance(cast: Cast, change: Partial<Parameters<typeof clearanceOf>[0]> = {}): Clearance {
  return clearanceOf({
    id: cast.id,
    plate: cast.plate,
    trailer: cast.trailer,
    container: cast.container,
    declaredGrossKg: cast.loadKg,
    tractorTareKg: TRACTOR_TARE_KG,
    containerTareKg: CONTAINER_TARE_KG,
    nowUtc: cast.nowUtc,
    direction: cast.direction,
    ...change,
  });
}

function truck(cast: Cast, title: string, expected: string, change: Partial<DemoTruck> = {}): DemoTruck {
  return {
    title,
    plate: cast.plate,
    container: cast.container,
    grossKg: TRACTOR_TARE_KG + cast.loadKg,
    pictures: views(cast),
    truth: { containers: [cast.container], plates: [cast.plate] },
    clearances: [clearance(cast)],
    wan: "up",
    // Vietnamese tractors carry a transponder with their plate; a lane without a reader of tags does not see it.
    carried: { held: /^[\x20-\x7e]+$/.test(cast.plate) ? { tag: [epcOf(cast.plate)] } : {}, serial: null },
    expected: [expected],
    ...change,
  };
}

function cleanPass(cast: Cast): DemoTruck {
  return truck(cast, "everything is in order", "PASS CLEARED");
}

function notInTheList(cast: Cast): DemoTruck {
  return truck(cast, "a container nobody has announced", "HOLD NO_CLEARANCE", { clearances: [] });
}

/** The tractor belongs to one declaration, the box on it to another. */
function swappedTractor(cast: Cast): DemoTruck {
  const random = createRandom(cast.seed + 7);
  const otherPlate = vietnamesePlate(random);
  const otherBox = containerNumber(random);
  const clearances = [
    clearance(cast, { plate: otherPlate }),
    clearance(cast, { id: `${cast.id}-2`, container: otherBox }),
  ];
  return truck(cast, "a box on the wrong tractor", "BLOCK SWAPPED", { clearances });
}

function tooHeavy(cast: Cast): DemoTruck {
  const grossKg = TRACTOR_TARE_KG + cast.loadKg + 3_400;
  return truck(cast, "3.4 tonnes more than declared", "HOLD WEIGHT", { grossKg });
}

/** The first front picture is blinded; nothing can be read before the second. */
function secondFrame(cast: Cast): DemoTruck {
  const clean = views(cast);
  const blinded = picture({
    view: "front",
    plate: cast.plate,
    container: cast.container,
    seed: cast.seed,
    glare: 1,
    blur: 1,
  });
  const pictures = { ...clean, front: [blinded, ...clean.front] };
  return truck(cast, "a plate that only the second picture shows", "PASS CLEARED", { pictures });
}

function suspended(cast: Cast): DemoTruck {
  const since = isoUtc(cast.nowUtc - 3_600_000);
  const holds = [{ kind: "SUSPENDED" as const, since, by: "customs", reference: "11/TBTDGS/GSQL" }];
  return truck(cast, "a declaration that customs has suspended", "BLOCK SUSPENDED", {
    clearances: [clearance(cast, { holds })],
  });
}

function emptyReturn(cast: Cast): DemoTruck {
  const grossKg = TRACTOR_TARE_KG + CONTAINER_TARE_KG + 120;
  const clearances = [clearance(cast, { emptyReturn: true })];
  return truck(cast, "an empty box on its way back", "PASS CLEARED", { grossKg, clearances });
}

function chineseAtNight(cast: Cast): DemoTruck {
  const chinese = { ...cast, plate: guangxiPlate(createRandom(cast.seed + 3)) };
  return truck(chinese, "a Chinese tractor at night", "PASS CLEARED", {
    pictures: views(chinese, { night: true }),
    clearances: [clearance(chinese, { transit: true })],
  });
}

function offlinePass(cast: Cast): DemoTruck {
  return truck(cast, "the link to operations is cut: decided here, reported later", "PASS CLEARED", { wan: "down" });
}

function offlineUnknown(cast: Cast): DemoTruck {
  return truck(cast, "still cut off, and nobody has announced this one", "HOLD NO_CLEARANCE", {
    clearances: [],
    wan: "down",
  });
}
