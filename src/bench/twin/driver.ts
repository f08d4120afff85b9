import type { LightColour } from "#contract/device";
import { LANE } from "./geometry.ts";
import { type MovingTruck, tailOf } from "./truck.ts";

/** What a driver can see of the gate. */
export interface ObservedGate {
  readonly boomOpen: boolean;
  readonly entryLight: LightColour;
  readonly exitLight: LightColour;
}

/** Nearest neighbours in the lane; null where there is none. */
export interface Neighbours {
  readonly ahead: MovingTruck | null;
  readonly behind: MovingTruck | null;
}

/** 6.5 km/h forwards, 3 km/h backwards, metres per second. */
const FORWARD_MPS = 1.8;
const REVERSE_MPS = 0.83;
/** Loaded trucks pull away and brake gently, metres per second squared. */
const ACCELERATION = 0.6;
const BRAKING = 0.9;
/** Distance kept to the vehicle ahead or behind, metres: an ordinary driver, and one who sneaks through. */
const GAP_M = 2.5;
const TAILGATE_GAP_M = 1;
/** From the boom standing open and the light turning green to the truck moving, milliseconds. */
const REACTION_MS = 800;

/** One vehicle a little later. `ms` is a small step, at most some tens of milliseconds. */
export function driven(moving: MovingTruck, ms: number, gate: ObservedGate, neighbours: Neighbours): MovingTruck {
  const decided = decide(moving, ms, gate);
  return decided.phase === "reversing" ? movedBack(decided, ms, neighbours) : movedOn(decided, ms, gate, neighbours);
}

/** Phase changes that need no movement. */
function decide(moving: MovingTruck, ms: number, gate: ObservedGate): MovingTruck {
  const free = moving.phase === "standing" && gate.boomOpen && gate.exitLight === "green";
  const freeForMs = free ? moving.freeForMs + ms : 0;
  if (freeForMs >= REACTION_MS) return { ...moving, phase: "leaving", freeForMs };
  const followsOut = moving.following && moving.phase === "approaching";
  return { ...moving, phase: followsOut ? "leaving" : moving.phase, freeForMs };
}

function movedOn(moving: MovingTruck, ms: number, gate: ObservedGate, neighbours: Neighbours): MovingTruck {
  const limit = Math.max(moving.noseM, forwardLimit(moving, gate, neighbours.ahead));
  const room = limit - moving.noseM;
  const wanted = Math.min(FORWARD_MPS, Math.sqrt(2 * BRAKING * room));
  const step = ms / 1000;
  const speed = Math.min(wanted, moving.speedMps + ACCELERATION * step);
  const arrived = speed * step >= room;
  const noseM = arrived ? limit : moving.noseM + speed * step;
  const stalls = stallPoint(moving) === noseM;
  return {
    ...moving,
    noseM,
    speedMps: arrived ? 0 : speed,
    phase: moving.phase === "approaching" && noseM >= LANE.stopLine ? "standing" : moving.phase,
    stalledForMs: stalls ? moving.stalledForMs + ms : moving.stalledForMs,
  };
}

/** The farthest point the nose may reach now. */
function forwardLimit(moving: MovingTruck, gate: ObservedGate, ahead: MovingTruck | null): number {
  const limits = [stallPoint(moving) ?? Number.POSITIVE_INFINITY];
  if (ahead !== null) limits.push(tailOf(ahead) - (moving.following ? TAILGATE_GAP_M : GAP_M));
  if (moving.phase !== "leaving") limits.push(LANE.stopLine);
  const mayPass = gate.boomOpen && (moving.following || gate.exitLight === "green");
  if (!mayPass && moving.noseM <= LANE.boomStopLine) limits.push(LANE.boomStopLine);
  return Math.min(LANE.end * 2, ...limits);
}

/** Where the vehicle stalls, unless that is behind it or over. */
function stallPoint(moving: MovingTruck): number | undefined {
  const { stallAtM, stallForMs } = moving.truck;
  if (stallAtM === undefined || moving.noseM > stallAtM) return undefined;
  return moving.stalledForMs >= (stallForMs ?? Number.POSITIVE_INFINITY) ? undefined : stallAtM;
}

function movedBack(moving: MovingTruck, ms: number, neighbours: Neighbours): MovingTruck {
  const step = ms / 1000;
  if (moving.speedMps > 0) {
    const ahead = neighbours.ahead === null ? Number.POSITIVE_INFINITY : tailOf(neighbours.ahead);
    const speedMps = Math.max(0, moving.speedMps - BRAKING * step);
    return {
      ...moving,
      speedMps,
      noseM: Math.max(moving.noseM, Math.min(moving.noseM + speedMps * step, ahead - 0.5)),
    };
  }
  const behind = neighbours.behind === null ? Number.NEGATIVE_INFINITY : neighbours.behind.noseM + TAILGATE_GAP_M;
  const room = Math.max(0, tailOf(moving) - behind);
  const speed = Math.min(REVERSE_MPS, -moving.speedMps + ACCELERATION * step, Math.sqrt(2 * BRAKING * room));
  const distance = Math.min(room, speed * step);
  return { ...moving, noseM: moving.noseM - distance, speedMps: distance === 0 ? 0 : -speed };
}
