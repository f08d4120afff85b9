import assert from "node:assert/strict";
import type { Clearance } from "#contract/clearance";
import type { GateInputs } from "#contract/device";
import type { Wish } from "#contract/order";
import type { LaneEvent, ScaleLoad } from "#lanes/passage/model";
import {
  CONTAINER,
  cached,
  clearance,
  containerReading,
  DECLARED_KG,
  GROSS_KG,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  plateReading,
  policyWith,
  TARE_KG,
  TRACTOR,
  TRAILER,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import { EVENTS } from "./events.ts";

/** Vehicles as they truly are: two with a clearance, one with none, one whose plate and container belong to two. */
export const TRUCKS = {
  cleared: { plate: TRACTOR, container: CONTAINER },
  second: { plate: OTHER_TRACTOR, container: OTHER_CONTAINER },
  stranger: { plate: "98C54321", container: "HLXU2008419" },
  swapped: { plate: TRACTOR, container: OTHER_CONTAINER },
  otherTractor: { plate: "98C54321", container: CONTAINER },
} as const;
export type Truck = keyof typeof TRUCKS;

/** Where a vehicle can stand, one after the other through the lane. */
const WAY: readonly (readonly [Partial<GateInputs>, ScaleLoad])[] = [
  [{}, "empty"],
  [{ loopArrival: true }, "empty"],
  [{ loopArrival: true, eyeScaleFront: true }, "loaded"],
  [{}, "loaded"],
  [{ eyeScaleRear: true, loopUnder: true }, "loaded"],
  [{ loopUnder: true, loopExit: true }, "empty"],
  [{ loopExit: true }, "empty"],
];
const DECK = 3;
const NOWHERE = { loopArrival: false, eyeScaleFront: false, eyeScaleRear: false, loopUnder: false, loopExit: false };

/** What can be wrong or right with the clearance of the first vehicle. */
export const PAPERS: readonly Partial<Clearance>[] = [
  {},
  { holds: [{ kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" }] },
  { holds: [{ kind: "WATCH", since: "2026-10-10T07:00:00Z", by: "border_guard" }] },
  { holds: [{ kind: "SCAN", since: "2026-10-10T07:00:00Z", by: "customs" }] },
  { holds: [{ kind: "DOCUMENTS", since: "2026-10-10T07:00:00Z", by: "customs" }] },
  { status: "PENDING" },
  { channel: 3, status: "TRANSPORT_APPROVED" },
  { authorities: {} },
  { validTo: "2026-10-10T07:00:00Z" },
  { validFrom: "2026-10-11T07:00:00Z" },
  { lanes: ["lane-2"] },
  { vehicle: { tractorPlate: TRACTOR, trailerPlate: TRAILER, tareKg: TARE_KG } },
  { containers: [] },
];
const SIGHTS = ["both", "plate only", "container only", "nothing", "one camera", "trailer too"] as const;
/** What the wall clock is set to, against the right time, milliseconds. */
const CLOCKS = [0, 0, 0, -3_600_000, 86_400_000] as const;
const WAITS = [1, 100, 600, 3100, 7000, 12_000, 41_000, 61_000] as const;
const TOUCHES: readonly Partial<GateInputs>[] = [
  { modeAuto: false },
  { estopOk: false },
  { fireOpen: true },
  { motorFault: true },
  { cabinetClosed: false },
  { mainsOk: false, upsLow: true },
  { curtain: true },
];
const HEALED: Partial<GateInputs> = {
  modeAuto: true,
  estopOk: true,
  fireOpen: false,
  motorFault: false,
  cabinetClosed: true,
  mainsOk: true,
  upsLow: false,
  curtain: false,
};

/** What people ask for, about the passage that is open and the clearance of the first vehicle. */
const WISHES: readonly ((passage: string) => Wish)[] = [
  (passage) => ({ name: "pass", passage }),
  (passage) => ({ name: "pass", passage }),
  (passage) => ({ name: "hold", passage }),
  (passage) => ({ name: "release", passage }),
  (passage) => ({ name: "refuse", passage }),
  (passage) => ({ name: "correct", passage, field: "container", value: CONTAINER }),
  (passage) => ({ name: "correct", passage, field: "plate", value: TRACTOR }),
  (passage) => ({ name: "resolve", passage, clearance: "CL-1", crossed: true }),
  (passage) => ({ name: "resolve", passage, clearance: "CL-1", crossed: false }),
  () => ({ name: "open" }),
  () => ({ name: "close" }),
  () => ({ name: "mode", mode: "manual" }),
  () => ({ name: "mode", mode: "auto" }),
  () => ({ name: "clear-fault" }),
];
const SUPERVISOR = { subject: "S-4", role: "supervisor" } as const;
const SECOND = { subject: "S-5", role: "supervisor" } as const;

/** One thing that happens, as plain data, so that a failing run prints as a list to read. */
export type Action =
  | {
      readonly do:
        | "forward"
        | "back"
        | "leave"
        | "boom"
        | "heal"
        | "lose gate"
        | "lose scale"
        | "read again"
        | "restart"
        | "answers";
    }
  | { readonly do: "wait"; readonly pick: number }
  | { readonly do: "next"; readonly truck: Truck }
  | { readonly do: "touch" | "papers" | "sight" | "raw" | "age" | "weight" | "order" | "clock"; readonly pick: number }
  | { readonly do: "disk" | "cache" | "link"; readonly on: boolean };

/** How many choices an action with a `pick` has. */
export const PICKS = {
  wait: WAITS.length,
  touch: TOUCHES.length,
  papers: PAPERS.length + 1,
  sight: SIGHTS.length,
  raw: EVENTS.length,
  age: 3,
  weight: 4,
  order: WISHES.length,
  clock: CLOCKS.length,
} as const;

/** A lane with traffic that is honest: cameras see the vehicle that is there, or nothing. */
export class Traffic {
  readonly lane: Lane;
  truck: Truck = "cleared";
  #place = 0;
  #target: "up" | "down" | null = null;
  #boomCommands = 0;
  #gateIsRead = true;
  #scaleIsRead = true;

  constructor(pipelined = false) {
    this.lane = new Lane({ clearances: [] }, policyWith({ clearance: { trailerMustMatch: true }, pipelined }));
    this.lane.checksTheDisk = false;
    this.#papers(0);
    this.lane.ready();
    this.#sight("both");
  }

  perform(action: Action): void {
    const { lane } = this;
    switch (action.do) {
      case "forward":
        return this.#forward();
      case "back":
        if (this.#place > 0 && this.#place <= 4) this.#stand(this.#place - 1);
        return;
      case "leave":
        return this.#leave();
      case "boom":
        return this.#moveBoom();
      case "clock":
        lane.setClock(CLOCKS[action.pick] ?? 0);
        return this.#gate({});
      case "heal":
        return this.#gate(HEALED);
      case "lose gate":
        this.#gateIsRead = false;
        lane.lose("gate");
        return;
      case "lose scale":
        this.#scaleIsRead = false;
        lane.lose("weighbridge");
        return;
      case "read again":
        return this.#readAgain();
      case "restart":
        return this.#restart();
      case "answers":
        lane.answers();
        return;
      case "wait":
        lane.wait(WAITS[action.pick] ?? 1);
        return;
      case "next":
        return this.#next(action.truck);
      case "touch":
        return this.#gate(TOUCHES[action.pick] ?? {});
      case "papers":
        this.#papers(action.pick);
        lane.post({ type: "clearances-changed", version: 8 });
        return;
      case "sight":
        return this.#sight(SIGHTS[action.pick] ?? "both");
      case "raw":
        return this.#raw(EVENTS[action.pick]);
      case "age":
        lane.world.listAgeMs = [0, 3_600_000, 86_400_001][action.pick] ?? 0;
        return;
      case "order":
        return this.#order(action.pick);
      case "weight":
        lane.world.grossKg = [GROSS_KG, GROSS_KG + 5000, null, GROSS_KG][action.pick] ?? null;
        lane.world.zeroSeen = action.pick !== 3;
        return;
      case "disk":
        lane.world.diskIsFast = action.on;
        return;
      case "cache":
        lane.world.cacheAnswers = action.on;
        return;
      case "link":
        lane.link(action.on);
        return;
    }
  }

  /** Every fault is over, everybody answers, vehicles go their way and people theirs: the lane must come free again. */
  calmDown(): void {
    const { lane } = this;
    Object.assign(lane.world, { cacheAnswers: true, diskIsFast: true, listAgeMs: 0 });
    this.#readAgain();
    this.#gate(HEALED);
    lane.link(true).answers();
    for (let rounds = 0; rounds < 6; rounds++) {
      for (let stages = 0; stages < 2; stages++) this.#moveBoom();
      this.#leave();
      if (lane.phase === "hold" || lane.phase === null) this.#closeByHand();
      lane.wait(10_000);
      this.#lookAfter();
    }
  }

  /** People end what only people can end. */
  #lookAfter(): void {
    for (const wish of [
      { name: "reset-emergency" },
      { name: "mode", mode: "auto" },
      { name: "clear-fault" },
      { name: "close" },
    ] as const) {
      this.lane.order(wish, { by: SUPERVISOR, secondBy: SECOND });
    }
  }

  /** A person asks for it; what an officer types in is what stands on the vehicle that is there. */
  #order(pick: number): void {
    const wish = WISHES[pick]?.(this.lane.state.passage?.id ?? "P000001");
    assert.ok(wish);
    const seen = TRUCKS[this.truck];
    const typed = wish.name === "correct" ? { value: wish.field === "plate" ? seen.plate : seen.container } : {};
    this.lane.order({ ...wish, ...typed } as Wish, { by: SUPERVISOR, secondBy: SECOND });
  }

  /** A boom that opened after its command was given up stays open until an officer closes it. */
  #closeByHand(): void {
    this.#target = "down";
    this.#gate({ boomOpen: false, boomClosed: true });
  }

  /** Out of the lane on the side it is on, and time to see that it is gone. */
  #leave(): void {
    for (let place = this.#place; place > DECK && place < WAY.length - 1; place++) this.#stand(place + 1);
    this.#stand(0);
    this.lane.wait(4000);
  }

  #stand(place: number): void {
    this.#place = place;
    const [inputs, load] = WAY[place] ?? [{}, "empty"];
    if (this.#scaleIsRead) this.lane.scale(load);
    this.#gate({ ...NOWHERE, ...inputs });
  }

  #gate(change: Partial<GateInputs>): void {
    if (this.#gateIsRead) this.lane.gate(change);
    else this.lane.unseen(change);
  }

  #readAgain(): void {
    this.#gateIsRead = true;
    this.#scaleIsRead = true;
    this.#stand(this.#place);
  }

  #restart(): void {
    this.#gateIsRead = false;
    this.#scaleIsRead = false;
    this.lane.restart();
  }

  /** Under a boom that is down nobody drives. */
  #forward(): void {
    if (this.#place === DECK && this.lane.inputs.boomClosed) return;
    this.#stand((this.#place + 1) % WAY.length);
  }

  /** The arm goes where it was told, one stage at a time; told nothing, nowhere. */
  #moveBoom(): void {
    const { lane } = this;
    const commands = lane.booms.length;
    if (commands > this.#boomCommands) this.#target = lane.booms.at(-1) === "raise-boom" ? "up" : "down";
    this.#boomCommands = commands;
    const { boomOpen, boomClosed } = lane.inputs;
    if (this.#target === null || (this.#target === "up" ? boomOpen : boomClosed)) return;
    const between = !boomOpen && !boomClosed;
    this.#gate({ boomOpen: between && this.#target === "up", boomClosed: between && this.#target === "down" });
  }

  /** Another vehicle: seen to come after the first has left, or changed for it while nobody can see. */
  #next(truck: Truck): void {
    if (this.#gateIsRead) {
      if (this.#place > 4) this.#stand(0);
      if (this.#place !== 0) return;
      this.lane.wait(10_000);
    }
    this.truck = truck;
    this.#sight("both");
  }

  /** Papers of both cleared vehicles; the last pick: operations withdraw those of the first. */
  #papers(pick: number): void {
    const uses = new Map(this.lane.world.clearances.map((one) => [one.clearance.id, one]));
    const change = PAPERS[pick];
    const list = change === undefined ? [second()] : [clearance(change), second()];
    this.lane.world.clearances = list.map((one) => ({ ...(uses.get(one.id) ?? cached()), clearance: one }));
  }

  #sight(sight: (typeof SIGHTS)[number]): void {
    const { plate, container } = TRUCKS[this.truck];
    const front =
      sight === "container only" || sight === "nothing" || sight === "one camera" ? [] : [plateReading(plate)];
    const side = sight === "plate only" || sight === "nothing" ? [] : [containerReading(container)];
    if (sight === "one camera") side.push(plateReading(plate) as never);
    if (sight === "trailer too") front.push(plateReading("12R99999"));
    this.lane.world.pictures = { front: [front], side: [side] };
  }

  #raw(event: LaneEvent | undefined): void {
    assert.ok(event);
    if (event.type === "started") return this.#restart();
    if (event.type === "timer-expired") {
      this.lane.fire(event.timer);
      return;
    }
    this.lane.post(event);
  }
}

function second(): Clearance {
  return clearance({
    id: "CL-2",
    containers: [{ number: OTHER_CONTAINER, empty: false, tareKg: 2200, declaredGrossKg: DECLARED_KG }],
    vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: TARE_KG },
  });
}
