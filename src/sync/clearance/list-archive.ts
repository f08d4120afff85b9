import { appendFile, open, rename } from "node:fs/promises";
import type { Inbound } from "../inbound.ts";

/** Changes that the archive holds at most before it waits for the next whole list. */
const CHANGES_LIMIT = 1_000;

/**
 * The newest clearance list as operations signed it, with the changes since, in a file beside the journal: what
 * `lanectl clearance export` hands to another lane. It is a convenience and never read by this lane.
 */
export class ListArchive {
  readonly #path: string;
  #version = 0;
  #changes = 0;
  #whole = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** A message that was verified, with its bytes. A disk that does not take it costs the export, nothing else. */
  keep(inbound: Inbound, payload: Uint8Array): void {
    if (inbound.kind === "clearance-snapshot") {
      const { version } = inbound.message;
      if (this.#whole && version <= this.#version) return;
      this.#version = version;
      this.#changes = 0;
      this.#whole = true;
      this.#queue(() => this.#replace(payload));
    }
    if (inbound.kind === "clearance-delta" && this.#whole && inbound.message.version === this.#version + 1) {
      this.#version += 1;
      this.#changes += 1;
      this.#whole = this.#changes < CHANGES_LIMIT;
      this.#queue(() => appendFile(this.#path, Buffer.concat([payload, Buffer.from("\n")])));
    }
  }

  /** Resolves when everything kept so far is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #replace(payload: Uint8Array): Promise<void> {
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o640);
    await file.writeFile(payload);
    await file.writeFile("\n");
    await file.sync();
    await file.close();
    await rename(temporary, this.#path);
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch(() => {
      this.#whole = false;
    });
  }
}
