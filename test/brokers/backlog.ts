import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { commit, draft, openStore } from "../store/support.ts";

/** Entries of a lane that was alone for 72 hours: 437 vehicles a day, 29 entries each. */
export const BACKLOG_72_HOURS = 38_063;

/** Waits for a condition; the limit is only there to end a test that has failed. */
export async function eventually(condition: () => boolean, what: string, limitMs = 120_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`this never happened: ${what}`);
    await wait(10);
  }
}

/** A journal of many entries, made once and copied for every case. */
export class BacklogTemplate {
  readonly #folder = mkdtempSync(join(tmpdir(), "gatelane-backlog-"));
  readonly #file = join(this.#folder, "template.db");

  constructor(entries: number) {
    const { store } = openStore(this.#file);
    const data = { event: { type: "scale-load", text: "x".repeat(300), camera: "front", readings: [1, 2, 3] } };
    for (let made = 0; made < entries; made += 1_000) {
      const count = Math.min(1_000, entries - made);
      commit(store, { drafts: Array.from({ length: count }, (_, index) => draft({ ...data, index: made + index })) });
    }
    store.close();
  }

  /** Where a fresh copy lies. */
  copy(name: string): string {
    const path = join(this.#folder, `${name}.db`);
    copyFileSync(this.#file, path);
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
