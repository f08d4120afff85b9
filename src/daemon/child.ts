import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { ErrorCode } from "#contract/errors";
import type { Envelope, Supervision } from "#contract/messages";
import { HEARTBEAT_LIMIT_MS } from "./channel.ts";
import type { HandedLane } from "./handed-lane.ts";

export type Role = "control" | "edge";

export interface ChildOptions {
  readonly role: Role;
  readonly args: readonly string[];
  /** What the process works by; JSON of an AgreedLane. */
  readonly lane: string;
  readonly log: Logger;
  readonly onEnvelope: (envelope: Envelope) => void;
  /** The process has ended, for whatever reason. `asked` when it was told to stop. */
  readonly onExit: (asked: boolean, how: string) => void;
}

/** How long a child may take to stop when it is asked, milliseconds. */
const STOP_LIMIT_MS = 8000;
/** Loading native libraries and opening a large journal takes longer than a beat, milliseconds. */
const START_LIMIT_MS = 30_000;

/**
 * A small nursery for short-lived objects: it is emptied more often and for a shorter time each, and the process is a
 * third smaller (measured by npm run bench -- devices).
 */
const LEAN_HEAP: readonly string[] = ["--max-semi-space-size=1"];

/** Two arenas keep native memory from scattering; what was only needed to start is given back to the system. */
const LEAN_MEMORY = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" };

const MODULES: Record<Role, string> = {
  control: fileURLToPath(new URL("./control-process.ts", import.meta.url)),
  edge: fileURLToPath(new URL("./edge-process.ts", import.meta.url)),
};

/** One child of the supervisor: started, watched by its heartbeat, stopped or killed. */
export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #watch: NodeJS.Timeout | undefined;
  #asked = false;
  #lastWords: string | undefined;
  #lastCode: ErrorCode | undefined;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Why it could not start or go on, in its own words; undefined when it did not say. */
  get lastWords(): string | undefined {
    return this.#lastWords;
  }

  /** The code of the same, when it has one. */
  get lastCode(): ErrorCode | undefined {
    return this.#lastCode;
  }

  /** Resolves when the child says that it is ready; rejects with its own words when it cannot start. */
  start(): Promise<void> {
    const { role, args, lane, onEnvelope, onExit } = this.#options;
    const child = fork(MODULES[role], [...args], {
      serialization: "advanced",
      execArgv: [...process.execArgv, ...LEAN_HEAP],
      env: { ...process.env, ...LEAN_MEMORY },
    });
    this.#process = child;
    const handed: HandedLane = { lane };
    // One that ends before it has heard this is noticed by its exit.
    child.send(handed, () => undefined);
    this.#expect(START_LIMIT_MS);
    return new Promise((resolve, reject) => {
      child.on("message", (envelope: Envelope) => {
        if (envelope.to !== "supervisor") return onEnvelope(envelope);
        if (envelope.message.type === "ready") resolve();
        if (envelope.message.type === "fatal") reject(new Error(envelope.message.detail));
        this.#supervision(envelope.message);
      });
      child.on("exit", (code, signal) => {
        clearTimeout(this.#watch);
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        reject(new Error(`the ${role} process ended with ${how}`));
        onExit(this.#asked, how);
      });
    });
  }

  /** False when there is nobody to send it to. */
  send(envelope: Envelope): boolean {
    if (this.#process?.connected !== true) return false;
    this.#process.send(envelope);
    return true;
  }

  /** Asks the child to stop and waits until it is gone; one that does not go is killed. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.#asked = true;
    clearTimeout(this.#watch);
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const { role } = this.#options;
    this.send(
      role === "control" ? { to: "control", message: { type: "stop" } } : { to: "edge", message: { type: "stop" } },
    );
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await gone;
    clearTimeout(killer);
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  #supervision(message: Supervision): void {
    if (message.type === "fatal") {
      this.#lastWords = message.detail;
      this.#lastCode = message.code;
      this.#options.log.error({ role: this.#options.role, detail: message.detail }, "child failed");
    }
    if (!this.#asked) this.#expect(message.type === "fatal" ? STOP_LIMIT_MS : HEARTBEAT_LIMIT_MS);
  }

  /** The next beat must come within this time, or the child counts as stuck and is killed. */
  #expect(limitMs: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#options.log.error({ role: this.#options.role, limitMs }, "no sign of life, killing the process");
      this.#process?.kill("SIGKILL");
    }, limitMs);
  }
}
