import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { JournalReader } from "#store/journal-reader";

const LANED = fileURLToPath(new URL("../../daemon/main.ts", import.meta.url));

/** `laned` as a process of its own, started as anybody would start it. */
export class DaemonProcess {
  readonly #config: string;
  readonly #logFile: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #more: readonly string[];
  #child: ChildProcess | undefined;

  /** `environment`: variables beside those of this process; `more`: arguments beside the lane file. */
  constructor(
    config: string,
    logFile: string,
    environment: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ) {
    this.#config = config;
    this.#logFile = logFile;
    this.#environment = environment;
    this.#more = more;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const log = openSync(this.#logFile, "a");
    const env = { ...process.env, ...this.#environment };
    const args = [LANED, "--config", this.#config, ...this.#more];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", log], env });
    closeSync(log);
    this.#child = child;
  }

  /** Starts it and resolves when it has ended, for whatever reason. */
  async run(): Promise<void> {
    this.start();
    if (this.#child !== undefined) await once(this.#child, "exit");
  }

  /** The journal, as soon as the daemon has made it. Throws when the daemon ends first or takes longer than a minute. */
  async journal(database: string): Promise<JournalReader> {
    for (let tries = 0; tries < 600; tries++) {
      if (this.#child?.exitCode !== null) throw new Error(`laned ended; its log is ${this.#logFile}`);
      try {
        return JournalReader.open(database);
      } catch {
        await wait(100);
      }
    }
    throw new Error(`laned did not open its journal within a minute; its log is ${this.#logFile}`);
  }

  /** SIGTERM; resolves with the exit code, null for one that a signal has ended. */
  async stop(): Promise<number | null> {
    return await this.#end("SIGTERM");
  }

  /** SIGKILL to the supervisor, if it still runs; resolves when it has ended. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  }
}
