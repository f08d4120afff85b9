import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "#bench/contract/eventually";

/** Why tests on serial ports are skipped, or false. `npm run test:serial` runs them. */
export const SKIP = process.env["GATELANE_SERIAL"] === "1" ? false : "needs socat: npm run test:serial";

/** Two serial ports joined by a cable, which can be pulled. */
export class Cable {
  readonly #folder = join(tmpdir(), `gatelane-serial-${randomUUID()}`);
  #socat: ChildProcess | undefined;

  /** The lane's port. */
  get near(): string {
    return join(this.#folder, "near");
  }

  /** The device's port. */
  get far(): string {
    return join(this.#folder, "far");
  }

  async plug(): Promise<void> {
    if (this.#socat !== undefined) return;
    mkdirSync(this.#folder, { mode: 0o700 });
    const end = (link: string) => `pty,raw,echo=0,link=${link}`;
    this.#socat = spawn("socat", [end(this.near), end(this.far)], { stdio: "ignore" });
    await eventually("two pseudo-terminals", () => existsSync(this.near) && existsSync(this.far));
  }

  /** Both ports vanish, as USB adapters do. */
  async pull(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat === undefined) return;
    socat.kill();
    await once(socat, "close");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
