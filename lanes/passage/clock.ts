import type { MonotonicMs, UtcMs } from "#contract/units";
import { judgeAgain } from "./phases.ts";
import type { Turn } from "./turn.ts";

/** Wall clock against monotonic clock, as last seen. `at` is null until this start has seen an event. */
export interface LaneClock {
  readonly at: MonotonicMs | null;
  readonly utc: UtcMs | null;
  /** Run of the machine whose monotonic clock `at` is of; absent when it was not told. */
  readonly machine?: string;
  /** By how much the wall clock was set altogether since a person last confirmed it, milliseconds. */
  readonly steppedMs: number;
}

/** More than this is no drift: somebody or something has set the clock (domain guide, 5.2), milliseconds. */
export const CLOCK_STEP_MS = 2000;
/** How far a quartz may go wrong, share of the time since it was last compared. */
const DRIFT = 0.0005;
/** The two are compared anew after this time at the latest, milliseconds. */
const REFRESH_MS = 60_000;

/** Whether what the clock says can be held against a date. */
export const clockIsTrusted = ({ steppedMs }: LaneClock): boolean => Math.abs(steppedMs) <= CLOCK_STEP_MS;

/** Called before every event: a wall clock that jumps against the monotonic one was set. */
export function watchClock(turn: Turn): void {
  const { event, state } = turn;
  const { at, utc, steppedMs, machine: before } = state.clock;
  const machine = event.type === "started" ? event.machine : before;
  const now = { at: event.at, utc: event.utc, ...(machine === undefined ? {} : { machine }) };
  const isOtherRun = event.type === "started" && (machine === undefined || machine !== before);
  if (utc === null || at === null || isOtherRun) {
    return clockMoved(turn, { ...now, steppedMs: utc === null ? steppedMs : overStart(event.utc, utc, steppedMs) });
  }
  const elapsed = event.at - at;
  const jump = event.utc - utc - elapsed;
  const isStep = Math.abs(jump) > CLOCK_STEP_MS + DRIFT * elapsed;
  if (isStep || elapsed > REFRESH_MS || event.type === "started")
    clockMoved(turn, { ...now, steppedMs: isStep ? steppedMs + jump : steppedMs });
}

/**
 * Over a start of the machine. How long the daemon was away nobody knows, only that time has not gone backwards: the
 * right time is now at least what it was. A clock that was ahead and has gone back, but not beyond that, was put right.
 */
function overStart(utc: UtcMs, before: UtcMs, steppedMs: number): number {
  const least = before - Math.max(0, steppedMs);
  if (utc < least - CLOCK_STEP_MS) return utc - least;
  return steppedMs > 0 && utc < before ? 0 : steppedMs;
}

function clockMoved(turn: Turn, clock: LaneClock): void {
  turn.set({ clock });
  if (!clockIsTrusted(clock))
    return turn.alarm("CLOCK", `the clock was set by ${Math.round(clock.steppedMs / 1000)} s`);
  turn.endAlarm("CLOCK", "the clock is back where it was");
}

/** A person has compared the clock with another one: from here on it counts again. */
export function confirmClock(turn: Turn): void {
  if (clockIsTrusted(turn.state.clock)) return;
  turn.set({ clock: { ...turn.state.clock, steppedMs: 0 } });
  if (turn.state.passage?.phase === "hold") judgeAgain(turn);
}
