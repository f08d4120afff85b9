import { InvariantError } from "#contract/errors";

/** Something that will happen at a moment of virtual time, unless it is cancelled. */
export interface Appointment {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** More appointments for one moment than any lane makes. */
const STEPS_LIMIT = 10_000;

/**
 * Virtual time, milliseconds since the day began. Nothing happens between two appointments, so a day costs what happens
 * in it and not how long it is. Appointments for the same moment are kept in the order in which they were made.
 */
export class Clockwork {
  #now = 0;
  #orders = 0;
  /** Appointments since time last moved. */
  #steps = 0;
  readonly #heap: Appointment[] = [];

  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Appointment {
    this.#orders += 1;
    const appointment: Appointment = { at: this.#now + (ms > 0 ? ms : 0), order: this.#orders, run };
    this.#push(appointment);
    return appointment;
  }

  cancel(appointment: Appointment | undefined): void {
    if (appointment !== undefined) appointment.run = null;
  }

  /** Lets everything happen up to and including `until`, or until `stop` says so. */
  runUntil(until: number, stop: () => boolean = () => false): void {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.#pop();
      const { run } = next;
      if (run === null) continue;
      this.#steps = next.at > this.#now ? 0 : this.#steps + 1;
      if (this.#steps > STEPS_LIMIT) throw new InvariantError("time stands still: something calls for itself for ever");
      this.#now = next.at;
      next.run = null;
      run();
      if (stop()) return;
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(appointment);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || earlier(above, appointment)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = appointment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    const size = heap.length;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const first = heap[left];
      if (left >= size || first === undefined) break;
      const second = heap[left + 1];
      const child = second !== undefined && earlier(second, first) ? second : first;
      if (earlier(last, child)) break;
      heap[index] = child;
      index = child === first ? left : left + 1;
    }
    heap[index] = last;
  }
}

function earlier(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
