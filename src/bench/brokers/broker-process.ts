import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A broker as a bench drives it. */
export interface BenchBroker {
  readonly name: string;
  readonly url: string;
  start(): Promise<void>;
  /** Dies without a word: what it had not written is lost. */
  kill(): Promise<void>;
  /** Goes on running and answers nothing any more, or again. */
  freeze(frozen: boolean): void;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;
const OUTPUT_LIMIT = 20_000;

/** A TCP port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server program that listens on one port of the loopback interface. */
export class ServerProcess {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #port: number;
  #child: ChildProcess | undefined;
  #output = "";

  constructor(command: string, args: readonly string[], port: number) {
    this.#command = command;
    this.#args = args;
    this.#port = port;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it listens. Rejects with what it printed when it ends before. */
  async start(): Promise<void> {
    const child = spawn(this.#command, this.#args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_LIMIT);
      });
    }
    let failure = "";
    child.once("error", (error) => {
      failure = error.message;
    });
    const deadline = performance.now() + START_LIMIT_MS;
    while (!(await listens(this.#port))) {
      const ended = failure !== "" || child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() > deadline) {
        await this.end("SIGKILL");
        throw new Error(`${this.#command} does not listen: ${failure}\n${this.#output}`);
      }
      await wait(20);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Resolves when the process is gone. Safe to call twice. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    // A stopped process takes no other signal.
    child.kill("SIGCONT");
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(timer);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
