import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Longest wait for the two ports to appear, milliseconds. */
const APPEAR_MS = 10_000;

/** What is said when the program that makes serial ports is not installed. */
export const SOCAT_MISSING =
  "serial ports are simulated by socat, which is not installed; as root: apt-get install socat";

/** Two serial ports of this machine joined by a cable: pseudo-terminals made by socat. */
export class Cable {
  readonly #folder = mkdtempSync(join(tmpdir(), "gatelane-line-"));
  #socat: ChildProcess | undefined;

  /** The lane's port. */
  get near(): string {
    return join(this.#folder, "near");
  }

  /** The device's port. */
  get far(): string {
    return join(this.#folder, "far");
  }

  /** Rejects with an Error that says what to install when there is no socat. */
  async plug(): Promise<void> {
    const end = (link: string) => `pty,raw,echo=0,link=${link}`;
    const socat = spawn("socat", [end(this.near), end(this.far)], { stdio: "ignore" });
    this.#socat = socat;
    const failed = new Promise<never>((_, reject) => {
      socat.once("error", (error: NodeJS.ErrnoException) => {
        this.#socat = undefined;
        reject(error.code === "ENOENT" ? new Error(SOCAT_MISSING) : error);
      });
    });
    await Promise.race([this.#appeared(), failed]);
  }

  /** Takes both ports away. Safe to call twice. */
  async pull(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat !== undefined && socat.exitCode === null) {
      const closed = once(socat, "close");
      socat.kill();
      await closed;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #appeared(): Promise<void> {
    const deadline = performance.now() + APPEAR_MS;
    while (performance.now() < deadline) {
      if (existsSync(this.near) && existsSync(this.far)) return;
      await wait(20);
    }
    throw new Error(`socat made no serial ports within ${APPEAR_MS / 1000} s`);
  }
}
