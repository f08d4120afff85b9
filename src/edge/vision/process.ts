import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DeviceHealth, Recogniser } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { Recognition } from "#contract/reading";
import { type FromVision, isFromVision, type RecognitionRequest, type ToVision } from "#vision/protocol";
import { Backoff } from "./backoff.ts";
import { type PendingRead, ReadQueue } from "./queue.ts";

export interface VisionProcessOptions {
  /** Time from `read` to its answer, milliseconds; a child that overruns is killed. Default 20,000. */
  readonly deadlineMs?: number;
  /** Reads waiting or running; more are refused. Default 16. */
  readonly queueLimit?: number;
  /** Inference threads. Default 1. */
  readonly threads?: number;
  /** A child that holds more memory after an answer is replaced, bytes. Default 1.5 GiB. */
  readonly maxResidentBytes?: number;
  /** First and longest pause before a restart, milliseconds. Defaults 250 and 30,000. */
  readonly restartFirstMs?: number;
  readonly restartMaxMs?: number;
  /** Time a new child has to load its models, milliseconds. Default 60,000. */
  readonly startMs?: number;
  /** Called whenever the state changes. */
  readonly onHealth?: (health: DeviceHealth) => void;
  /** Program of the child; another one only in tests. */
  readonly program?: string;
}

const DEFAULTS = {
  deadlineMs: 20_000,
  queueLimit: 16,
  threads: 1,
  maxResidentBytes: 1.5 * 1024 ** 3,
  restartFirstMs: 250,
  restartMaxMs: 30_000,
  startMs: 60_000,
  program: fileURLToPath(new URL("../../vision/main.ts", import.meta.url)),
} as const;

type Fault = NonNullable<DeviceHealth["fault"]>;

/** Heap of the child; pixels and networks lie outside it. */
const MAX_HEAP_MIB = 512;
/** Room for new objects: little, so that pictures and outputs of networks are let go soon after their use. */
const MAX_SEMI_SPACE_MIB = 2;

/** From this many failures in a row on, reads are refused at once instead of waiting for the next attempt. */
const FAILURES_UNTIL_REFUSAL = 3;

/**
 * The recognition child and its supervision. A read that a crash interrupts fails with VISION_DOWN; reads that wait
 * behind it go to the next child.
 */
export class VisionProcess implements Recogniser {
  readonly #options: Required<Omit<VisionProcessOptions, "onHealth">>;
  readonly #onHealth: (health: DeviceHealth) => void;
  readonly #backoff: Backoff;
  readonly #queue: ReadQueue;
  #running = false;
  #child: ChildProcess | undefined;
  #ready = false;
  #restart: NodeJS.Timeout | undefined;
  #startDeadline: NodeJS.Timeout | undefined;
  /** Why we are ending the present child; undefined while it lives or when it went by itself. */
  #ending: Fault | "recycled" | undefined;
  #state: DeviceHealth["state"] = "down";
  /** Why the last child ended; undefined once another is ready. */
  #fault: Fault | undefined;

  constructor(options: VisionProcessOptions = {}) {
    const { onHealth, ...rest } = options;
    this.#options = { ...DEFAULTS, ...rest };
    this.#onHealth = onHealth ?? (() => {});
    this.#backoff = new Backoff({ firstMs: this.#options.restartFirstMs, maxMs: this.#options.restartMaxMs });
    this.#queue = new ReadQueue((pending) => this.#expired(pending));
  }

  /** Process id of the child, undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the child and returns; reads wait until it is ready. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#spawn();
  }

  /** Ends the child and fails every read with VISION_DOWN. Safe to call twice. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#state = "down";
    clearTimeout(this.#restart);
    clearTimeout(this.#startDeadline);
    this.#queue.failAll(new LaneError("VISION_DOWN", "stopped"));
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  /** See Recogniser. VISION_DOWN also when too many reads wait. */
  read(request: RecognitionRequest): Promise<Recognition> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    const result = this.#queue.add(request, this.#options.deadlineMs);
    this.#dispatch();
    return result;
  }

  #refusal(): LaneError | undefined {
    if (!this.#running) return new LaneError("VISION_DOWN", "not started");
    if (this.#queue.size >= this.#options.queueLimit) return new LaneError("VISION_DOWN", "too many reads wait");
    return this.#ready ? undefined : this.#hopeless();
  }

  /** The error for reads that cannot expect an answer soon; undefined when waiting for the child is worth while. */
  #hopeless(): LaneError | undefined {
    const { code, detail } = this.#fault ?? { code: "VISION_DOWN", detail: "restarting" };
    if (code === "MODEL_INVALID") return new LaneError(code, detail);
    return this.#backoff.failures < FAILURES_UNTIL_REFUSAL ? undefined : new LaneError("VISION_DOWN", detail);
  }

  #spawn(): void {
    this.#ending = undefined;
    const child = fork(this.#options.program, [String(this.#options.threads)], {
      execPath: process.execPath,
      execArgv: [`--max-old-space-size=${MAX_HEAP_MIB}`, `--max-semi-space-size=${MAX_SEMI_SPACE_MIB}`],
      // Only what the runtime needs: the child opens pictures from outside and has no business with our secrets.
      // One heap for all its threads: they never allocate at the same time, and each heap of its own would keep memory.
      env: { PATH: process.env["PATH"], TZ: "UTC", MALLOC_ARENA_MAX: "1" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", (message) => {
      if (child === this.#child && isFromVision(message)) this.#received(message);
    });
    child.on("error", (error) => {
      // Without a process id it was never started, and no exit will be reported.
      if (child.pid === undefined) this.#exited(child, error.message);
      else this.#kill({ code: "VISION_DOWN", detail: error.message });
    });
    child.once("exit", (code, signal) => this.#exited(child, `the process ended with ${signal ?? `code ${code}`}`));
    this.#startDeadline = setTimeout(() => {
      this.#kill({
        code: "VISION_TIMEOUT",
        detail: `the models were not loaded within ${this.#options.startMs} ms`,
      });
    }, this.#options.startMs);
  }

  #received(message: FromVision): void {
    switch (message.type) {
      case "ready":
        clearTimeout(this.#startDeadline);
        this.#ready = true;
        this.#fault = undefined;
        this.#report({ state: "up" });
        this.#dispatch();
        return;
      case "fatal":
        this.#kill({
          code: message.error.code === "MODEL_INVALID" ? "MODEL_INVALID" : "VISION_DOWN",
          detail: message.error.detail,
        });
        return;
      case "read":
        this.#queue.finish(message.id, (pending) => pending.resolve(message.recognition));
        this.#answered(message.residentBytes);
        return;
      case "failed":
        this.#queue.finish(message.id, (pending) =>
          pending.reject(new LaneError(message.error.code, message.error.detail)),
        );
        this.#answered(message.residentBytes);
    }
  }

  #answered(residentBytes: number): void {
    this.#backoff.succeeded();
    if (residentBytes > this.#options.maxResidentBytes) this.#kill("recycled");
    else this.#dispatch();
  }

  /** Hands the next read over when the child is free. */
  #dispatch(): void {
    if (!this.#ready || this.#queue.running !== undefined) return;
    const pending = this.#queue.takeNext();
    if (pending === undefined) return;
    const message: ToVision = { id: pending.id, request: pending.request };
    // A failed send means that the child is going; its exit handler does the rest.
    this.#child?.send(message, () => {});
  }

  /** A deadline passed. Only the read that the child works on costs the child its life. */
  #expired(pending: PendingRead): void {
    const running = this.#queue.running === pending;
    const detail = running ? "recognition did not end" : "it waited behind other pictures";
    const error = new LaneError("VISION_TIMEOUT", `${detail} within ${this.#options.deadlineMs} ms`);
    this.#queue.finish(pending.id, ({ reject }) => reject(error));
    if (running) this.#kill({ code: "VISION_TIMEOUT", detail: error.detail });
  }

  #kill(why: Fault | "recycled"): void {
    this.#ending ??= why;
    this.#ready = false;
    this.#child?.kill("SIGKILL");
  }

  #exited(child: ChildProcess, detail: string): void {
    if (child !== this.#child) return;
    clearTimeout(this.#startDeadline);
    this.#child = undefined;
    this.#ready = false;
    if (this.#ending === "recycled" && this.#running) {
      this.#spawn();
      return;
    }
    const known = this.#ending === "recycled" ? undefined : this.#ending;
    this.#failed(known ?? { code: "VISION_DOWN", detail });
  }

  /** Fails the interrupted read, reports, and tries again after a pause. */
  #failed(fault: Fault): void {
    this.#fault = fault;
    const running = this.#queue.running;
    if (running) this.#queue.finish(running.id, ({ reject }) => reject(new LaneError("VISION_DOWN", fault.detail)));
    if (!this.#running) return;
    const pause = this.#backoff.failed();
    this.#report({ state: "down", fault });
    const hopeless = this.#hopeless();
    if (hopeless !== undefined) this.#queue.failAll(hopeless);
    this.#restart = setTimeout(() => this.#spawn(), pause);
  }

  /** A child that is up again without ever having been reported down is no news. */
  #report(health: DeviceHealth): void {
    if (health.state === "up" && this.#state === "up") return;
    this.#state = health.state;
    this.#onHealth(health);
  }
}
