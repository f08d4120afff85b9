import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./broker-child.ts", import.meta.url));

/** A broker in a process of its own, so that it can be killed with everything it has in memory. */
export class KillableBroker {
  #child: ChildProcess | undefined;
  #port = 0;

  /** The same after a kill. */
  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = fork(CHILD, [String(this.#port)]);
    this.#child = child;
    const [message] = (await Promise.race([once(child, "message"), ended(child)])) as [{ readonly port: number }];
    this.#port = message.port;
  }

  /** SIGKILL. Safe to call twice. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`the broker ended with ${String(code)} before it listened`);
}
