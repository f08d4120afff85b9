import { editDistance } from "#lanes/fusion/edit-distance";

export interface Neighbour {
  readonly key: string;
  readonly distance: 1 | 2;
}

/** Characters that identifiers are written with, for the texts one edit away from a question. */
const ALPHABET = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const EMPTY = -1;

/**
 * Finds keys that are nearly a given text, by deletion neighbourhoods: two texts one edit apart have a text in common
 * that each gives after taking out at most one character. Kept as numbers in flat arrays, about 12 entries a key.
 */
export class NeighbourIndex {
  #keys: string[] = [];
  readonly #slots = new Map<string, number>();
  #heads = new Int32Array(1024).fill(EMPTY);
  #next = new Int32Array(4096);
  #slotOf = new Int32Array(4096);
  #hashOf = new Int32Array(4096);
  #entries = 0;

  add(key: string): void {
    if (this.#slots.has(key)) return;
    const slot = this.#keys.push(key) - 1;
    this.#slots.set(key, slot);
    for (const hash of neighbourhood(key)) this.#insert(hash, slot);
  }

  remove(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    // Its entries stay and lead nowhere; many of them are worth a clean table.
    this.#keys[slot] = "";
    if (this.#keys.length > 1000 && this.#slots.size < this.#keys.length / 2) this.#rebuild();
  }

  clear(): void {
    this.#keys = [];
    this.#slots.clear();
    this.#heads = new Int32Array(1024).fill(EMPTY);
    this.#entries = 0;
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
    if (this.#entries === this.#next.length) this.#grow();
    const at = this.#entries++;
    const bucket = hash & (this.#heads.length - 1);
    this.#hashOf[at] = hash;
    this.#slotOf[at] = slot;
    this.#next[at] = this.#heads[bucket] ?? EMPTY;
    this.#heads[bucket] = at;
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
    for (let at = 0; at < this.#entries; at++) {
      const bucket = (this.#hashOf[at] ?? 0) & (this.#heads.length - 1);
      this.#next[at] = this.#heads[bucket] ?? EMPTY;
      this.#heads[bucket] = at;
    }
  }

  #rebuild(): void {
    const keys = [...this.#slots.keys()];
    this.clear();
    for (const key of keys) this.add(key);
  }
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
