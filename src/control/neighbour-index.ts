import { editDistance } from "#lanes/fusion/edit-distance";

export interface Neighbour {
  readonly key: string;
  readonly distance: 1 | 2;
}

/** Characters that identifiers are written with, for the texts one edit away from a question. */
const ALPHABET = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const EMPTY = -1;

/** Entries that one key needs: itself and itself without each of its characters; plates and containers have 7 to 11. */
const ENTRIES_PER_KEY = 12;
const LEAST_ENTRIES = 4096;

/**
 * Finds keys that are nearly a given text, by deletion neighbourhoods: two texts one edit apart have a text in common
 * that each gives after taking out at most one character. Kept as numbers in flat arrays, about 12 entries a key; what
 * is taken out makes room for what comes in.
 */
export class NeighbourIndex {
  readonly #keys: string[] = [];
  readonly #freeSlots: number[] = [];
  readonly #slots = new Map<string, number>();
  #heads: Int32Array;
  #next: Int32Array;
  #slotOf: Int32Array;
  #hashOf: Int32Array;
  #entries = 0;
  /** First of the entries that are free again, linked like those in use. */
  #free = EMPTY;

  /** `expected`: keys for which there is room from the start. To grow later costs a copy of everything. */
  constructor(expected = 0) {
    const entries = powerOfTwo(Math.max(LEAST_ENTRIES, expected * ENTRIES_PER_KEY));
    this.#heads = new Int32Array(entries / 2).fill(EMPTY);
    this.#next = new Int32Array(entries);
    this.#slotOf = new Int32Array(entries);
    this.#hashOf = new Int32Array(entries);
  }

  add(key: string): void {
    if (this.#slots.has(key)) return;
    const slot = this.#freeSlots.pop() ?? this.#keys.length;
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    for (const hash of neighbourhood(key)) this.#insert(hash, slot);
  }

  remove(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    for (const hash of neighbourhood(key)) this.#unlink(hash, slot);
    this.#keys[slot] = "";
    this.#freeSlots.push(slot);
  }

  /**
   * Keys one edit away from `text`, at most `limit`. When there is just one, a key two edits away follows if there is
   * any: it speaks against the one. More than that nobody needs to know, and a crowded list has many.
   */
  near(text: string, limit: number): Neighbour[] {
    const found = new Map<string, 1 | 2>();
    this.#collect(text, text, found, limit);
    const one = [...found].flatMap(([key, distance]) => (distance === 1 ? [{ key, distance }] : []));
    if (one.length !== 1) return one;
    for (const other of oneEditAway(text)) {
      if (found.size > 1) break;
      this.#collect(other, text, found, limit);
    }
    const two = [...found].flatMap(([key, distance]) => (distance === 2 ? [{ key, distance }] : []));
    return [...one, ...two.slice(0, 1)];
  }

  /** Adds the keys near `text` that share a neighbour with `probe`, until `limit` of them are one edit away. */
  #collect(probe: string, text: string, found: Map<string, 1 | 2>, limit: number): void {
    let nearest = 0;
    for (const hash of neighbourhood(probe)) {
      for (let at = this.#heads[hash & (this.#heads.length - 1)] ?? EMPTY; at !== EMPTY; at = this.#next[at] ?? EMPTY) {
        if (this.#hashOf[at] !== hash) continue;
        const key = this.#keys[this.#slotOf[at] ?? 0] ?? "";
        if (key === "" || key === text || found.has(key)) continue;
        const distance = editDistance(key, text, 2);
        if (distance !== 1 && distance !== 2) continue;
        found.set(key, distance);
        if (distance === 1) nearest++;
        if (nearest === limit) return;
      }
    }
  }

  #insert(hash: number, slot: number): void {
    const at = this.#room();
    const bucket = hash & (this.#heads.length - 1);
    this.#hashOf[at] = hash;
    this.#slotOf[at] = slot;
    this.#next[at] = this.#heads[bucket] ?? EMPTY;
    this.#heads[bucket] = at;
  }

  #room(): number {
    const free = this.#free;
    if (free !== EMPTY) {
      this.#free = this.#next[free] ?? EMPTY;
      return free;
    }
    if (this.#entries === this.#next.length) this.#grow();
    return this.#entries++;
  }

  /** Takes one entry of a key out of its chain. */
  #unlink(hash: number, slot: number): void {
    const bucket = hash & (this.#heads.length - 1);
    let before = EMPTY;
    for (let at = this.#heads[bucket] ?? EMPTY; at !== EMPTY; at = this.#next[at] ?? EMPTY) {
      if (this.#hashOf[at] !== hash || this.#slotOf[at] !== slot) {
        before = at;
        continue;
      }
      const after = this.#next[at] ?? EMPTY;
      if (before === EMPTY) this.#heads[bucket] = after;
      else this.#next[before] = after;
      this.#next[at] = this.#free;
      this.#free = at;
      return;
    }
  }

  #grow(): void {
    const larger = (array: Int32Array) => {
      const copy = new Int32Array(array.length * 2);
      copy.set(array);
      return copy;
    };
    this.#next = larger(this.#next);
    this.#slotOf = larger(this.#slotOf);
    this.#hashOf = larger(this.#hashOf);
    this.#heads = new Int32Array(this.#next.length / 2).fill(EMPTY);
    // It only grows when no entry is free, so every one belongs to a chain.
    for (let at = 0; at < this.#entries; at++) {
      const bucket = (this.#hashOf[at] ?? 0) & (this.#heads.length - 1);
      this.#next[at] = this.#heads[bucket] ?? EMPTY;
      this.#heads[bucket] = at;
    }
  }
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}

/** Hashes of a text and of every text it gives after one character is taken out. */
function neighbourhood(text: string): number[] {
  const hashes = [hashWithout(text, EMPTY)];
  for (let at = 0; at < text.length; at++) hashes.push(hashWithout(text, at));
  return hashes;
}

/** FNV-1a over the UTF-16 units of a text, one of them left out, with a last mix for the low bits. */
function hashWithout(text: string, left: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    if (at !== left) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function* oneEditAway(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at++) {
    const before = text.slice(0, at);
    for (const character of ALPHABET) yield before + character + text.slice(at);
    if (at === text.length) return;
    yield before + text.slice(at + 1);
    for (const character of ALPHABET) if (character !== text[at]) yield before + character + text.slice(at + 1);
  }
}
