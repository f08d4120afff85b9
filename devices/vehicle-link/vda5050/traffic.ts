import { LaneError } from "#contract/errors";
import type { MonotonicMs, UtcMs } from "#contract/units";
import type { ConnectionState, GrantType, VehicleState, ZoneRequest } from "./messages.ts";

/** A vehicle says something at least every 30 s (VDA 5050, state topic); after this it counts as lost, milliseconds. */
export const SILENT_MS = 35_000;
/** A request in a message older or newer than this is none, milliseconds; the same for an arrival that is over. */
export const OUTDATED_MS = 30_000;
/** Vehicles kept in mind at once. */
const MOST_VEHICLES = 64;

/** What the traffic rules want done: answers to vehicles and events for the lane, in this order. */
export interface TrafficListener {
  answer(vehicle: string, answer: { request: string; grantType: GrantType; leaseUtc?: UtcMs }): void;
  requested(vehicle: string, request: string, etaUtc: UtcMs | undefined): void;
  entered(vehicle: string, request: string): void;
  left(vehicle: string, request: string, entered: boolean): void;
  lost(vehicle: string, request: string, entered: boolean, detail: string): void;
}

export interface TrafficOptions {
  readonly zoneSet: string;
  readonly zone: string;
  readonly otherLanes: readonly string[];
  /** Vehicles of the fleet, `<manufacturer>/<serial>`. */
  readonly fleet: ReadonlySet<string>;
}

/** `waiting`: outside and queued; `granted`: may come in; `inside`: has taken its permission. */
type Phase = "waiting" | "granted" | "inside";

interface Visit {
  readonly vehicle: string;
  readonly request: string;
  phase: Phase;
  heardAt: MonotonicMs;
  leaseEnds: MonotonicMs | undefined;
  /** Told as lost; kept because nobody has said that it is out. */
  lost: boolean;
}

/**
 * Who may be in the lane. One visit a vehicle, one vehicle at a time; whoever has taken its permission counts as inside
 * until its own state says that it is out, whatever becomes of its link or its lease. No clock and no network of its own.
 */
export class LaneTraffic {
  readonly #options: TrafficOptions;
  readonly #listener: TrafficListener;
  readonly #visits = new Map<string, Visit>();

  constructor(options: TrafficOptions, listener: TrafficListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Vehicles that are in the lane or may come in at any moment. */
  get occupants(): readonly string[] {
    return [...this.#visits.values()].filter(({ phase }) => phase !== "waiting").map(({ vehicle }) => vehicle);
  }

  /** Takes what a vehicle says about itself. */
  state(vehicle: string, { requests, sentUtc, etaUtc }: VehicleState, now: MonotonicMs, utc: UtcMs): void {
    const { zone, zoneSet } = this.#options;
    const ours = requests.filter((request) => request.zoneId === zone && request.zoneSetId === zoneSet);
    const visit = this.#visits.get(vehicle);
    if (visit !== undefined) this.#follow(visit, ours, now);
    for (const request of ours) {
      if (this.#visits.get(vehicle)?.request === request.requestId) continue;
      const outdated = Math.abs(utc - sentUtc) > OUTDATED_MS || (etaUtc !== undefined && utc - etaUtc > OUTDATED_MS);
      this.#begin(vehicle, request, { now, etaUtc, refused: outdated || this.#refuses(vehicle, requests) });
    }
  }

  /** Takes what the broker says about a vehicle's link. */
  connection(vehicle: string, connection: ConnectionState): void {
    if (connection === "ONLINE") return;
    const visit = this.#visits.get(vehicle);
    // A grant that was on its way may have arrived: only one that waits outside is surely not inside.
    if (visit !== undefined) this.#lose(visit, visit.phase !== "waiting", `its link is ${connection}`);
  }

  /** Lets time pass: leases run out, silent vehicles are lost. */
  tick(now: MonotonicMs): void {
    for (const visit of [...this.#visits.values()]) {
      if (visit.leaseEnds !== undefined && now > visit.leaseEnds) {
        visit.leaseEnds = undefined;
        this.#lose(visit, visit.phase === "inside", "its lease has run out");
      } else if (now - visit.heardAt > SILENT_MS) {
        this.#lose(visit, visit.phase !== "waiting", `nothing heard of it for ${SILENT_MS / 1000} s`);
      }
    }
  }

  /** Grants or renews. Throws LaneError MESSAGE_REFUSED. */
  grant(vehicle: string, request: string, leaseMs: number, now: MonotonicMs, utc: UtcMs): UtcMs {
    this.tick(now);
    const visit = this.#visit(vehicle, request);
    if (visit.lost) throw refused(vehicle, "its link or its lease was lost; what is over is not renewed");
    const other = this.occupants.find((occupant) => occupant !== vehicle);
    if (other !== undefined) throw refused(vehicle, `${other} has the lane`);
    if (visit.phase === "waiting") visit.phase = "granted";
    visit.leaseEnds = now + leaseMs;
    const leaseUtc = utc + leaseMs;
    this.#listener.answer(vehicle, { request, grantType: "GRANTED", leaseUtc });
    return leaseUtc;
  }

  /**
   * Sends away or takes back. One that may be inside stays an occupant until it says that it is out; of one that was lost
   * this says that the lane has been seen clear of it. Throws LaneError MESSAGE_REFUSED.
   */
  refuse(vehicle: string, request: string): void {
    const visit = this.#visit(vehicle, request);
    this.#listener.answer(vehicle, { request, grantType: visit.phase === "waiting" ? "REJECTED" : "REVOKED" });
    visit.leaseEnds = undefined;
    if (visit.phase === "waiting" || visit.lost) this.#visits.delete(vehicle);
    // A vehicle may have taken its permission a moment ago; it is out when it says so.
    else visit.phase = "inside";
  }

  #visit(vehicle: string, request: string): Visit {
    const visit = this.#visits.get(vehicle);
    if (visit?.request !== request) throw refused(vehicle, `it has not asked with ${request}`);
    return visit;
  }

  /** A vehicle that asks for two lanes, twice for this one, or is not of the fleet. */
  #refuses(vehicle: string, requests: readonly ZoneRequest[]): boolean {
    const { fleet, otherLanes } = this.#options;
    const elsewhere = requests.some(({ zoneId }) => otherLanes.includes(zoneId));
    return !fleet.has(vehicle) || elsewhere || this.#visits.has(vehicle) || this.#visits.size >= MOST_VEHICLES;
  }

  #begin(
    vehicle: string,
    { requestId: request, requestStatus }: ZoneRequest,
    { now, etaUtc, refused }: { now: MonotonicMs; etaUtc: UtcMs | undefined; refused: boolean },
  ): void {
    // What it reports as granted was granted before this process began: it may be inside, and is no new request.
    const inside = requestStatus !== "REQUESTED" && !this.#visits.has(vehicle) && this.#options.fleet.has(vehicle);
    if (refused && !inside) {
      if (requestStatus === "REQUESTED") this.#listener.answer(vehicle, { request, grantType: "REJECTED" });
      return;
    }
    const phase: Phase = inside ? "inside" : "waiting";
    this.#visits.set(vehicle, { vehicle, request, phase, heardAt: now, leaseEnds: undefined, lost: false });
    if (inside) return this.#listener.entered(vehicle, request);
    this.#listener.answer(vehicle, { request, grantType: "QUEUED" });
    this.#listener.requested(vehicle, request, etaUtc);
  }

  /** What its next state says about a visit that is known. */
  #follow(visit: Visit, requests: readonly ZoneRequest[], now: MonotonicMs): void {
    const { vehicle, request } = visit;
    visit.heardAt = now;
    // Back before its lease ran out; one whose lease is over stays lost until it says that it is out.
    if (visit.leaseEnds !== undefined && now <= visit.leaseEnds) visit.lost = false;
    const found = requests.find(({ requestId }) => requestId === request);
    if (found === undefined) {
      this.#visits.delete(vehicle);
      return this.#listener.left(vehicle, request, visit.phase === "inside");
    }
    if (visit.phase === "granted" && found.requestStatus !== "REQUESTED") {
      visit.phase = "inside";
      this.#listener.entered(vehicle, request);
    }
  }

  #lose(visit: Visit, entered: boolean, detail: string): void {
    if (visit.lost) return;
    const { vehicle, request } = visit;
    if (visit.phase === "waiting") this.#visits.delete(vehicle);
    else visit.lost = true;
    this.#listener.lost(vehicle, request, entered, detail);
  }
}

const refused = (vehicle: string, why: string) => new LaneError("MESSAGE_REFUSED", `${vehicle} is not let in: ${why}`);
