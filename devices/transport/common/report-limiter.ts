import type { MonotonicMs } from "#contract/units";

/** Findings that are remembered; the oldest go first. A lane sees a handful of tags at a time. */
const REMEMBERED = 256;
const SECOND_MS = 1000;

/**
 * Tells each thing once, again when it has changed, and again after a while; and never more than so many a second.
 * Urgent findings have a count of their own, so that ordinary ones cannot crowd them out.
 */
export class ReportLimiter {
  readonly #repeatMs: number;
  readonly #mostPerSecond: number;
  readonly #told = new Map<string, { readonly value: string; readonly at: MonotonicMs }>();
  readonly #recent = { ordinary: [] as MonotonicMs[], urgent: [] as MonotonicMs[] };
  #droppedAt = Number.NEGATIVE_INFINITY;

  /** @param repeatMs shortest time between two reports of one thing that has not changed, milliseconds. */
  constructor(repeatMs: number, mostPerSecond: number) {
    this.#repeatMs = repeatMs;
    this.#mostPerSecond = mostPerSecond;
  }

  /**
   * Whether this finding is to be told now; if so it counts as told.
   * @param subject what is found. @param value how it was found: another value than the one told last is news.
   */
  admit(subject: string, value: string, urgent: boolean, at: MonotonicMs): boolean {
    const before = this.#told.get(subject);
    if (before !== undefined && before.value === value && at - before.at < this.#repeatMs) return false;
    const kind = urgent ? "urgent" : "ordinary";
    const recent = this.#recent[kind].filter((one) => at - one < SECOND_MS);
    this.#recent[kind] = recent;
    if (recent.length >= this.#mostPerSecond) {
      this.#droppedAt = at;
      return false;
    }
    recent.push(at);
    // Deleted first, so that the order of the map is the order of telling.
    this.#told.delete(subject);
    this.#told.set(subject, { value, at });
    const oldest = this.#told.keys().next();
    if (this.#told.size > REMEMBERED && oldest.done !== true) this.#told.delete(oldest.value);
    return true;
  }

  /** Whether something was dropped within the last second. */
  overflowing(at: MonotonicMs): boolean {
    return at - this.#droppedAt < SECOND_MS;
  }
}
