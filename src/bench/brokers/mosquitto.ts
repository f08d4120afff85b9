import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchBroker, freePort, ServerProcess } from "./broker-process.ts";

export interface MosquittoOptions {
  /** Writes its memory to the disk, at its own pace (Mosquitto's default: every half hour and at an orderly end). */
  readonly persistence: boolean;
  /** More lines of its configuration file. */
  readonly extra?: readonly string[];
}

/** Eclipse Mosquitto with its own configuration on a free port, everything else as it comes. */
export class Mosquitto implements BenchBroker {
  readonly name: string;
  readonly #options: MosquittoOptions;
  #extra: readonly string[];
  #folder: string | undefined;
  #port = 0;
  #process: ServerProcess | undefined;

  constructor(options: MosquittoOptions) {
    this.#options = options;
    this.#extra = options.extra ?? [];
    this.name = `mosquitto, persistence ${options.persistence ? "on" : "off"}`;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /** `extra` replaces the additional lines of the configuration from now on. */
  async start(extra?: readonly string[]): Promise<void> {
    if (extra !== undefined) this.#extra = extra;
    this.#folder ??= mkdtempSync(join(tmpdir(), "gatelane-mosquitto-"));
    if (this.#port === 0) this.#port = await freePort();
    const file = join(this.#folder, "mosquitto.conf");
    writeFileSync(file, this.#configuration(this.#folder));
    this.#process = new ServerProcess("mosquitto", ["-c", file], this.#port);
    await this.#process.start();
  }

  async kill(): Promise<void> {
    await this.#process?.end("SIGKILL");
  }

  freeze(frozen: boolean): void {
    this.#process?.signal(frozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Ends in order, which writes its memory to the disk when it has persistence; `start` goes on from there. */
  async pause(): Promise<void> {
    await this.#process?.end("SIGTERM");
  }

  async stop(): Promise<void> {
    await this.#process?.end("SIGTERM");
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #configuration(folder: string): string {
    const { persistence } = this.#options;
    const lines = [`listener ${this.#port} 127.0.0.1`, "allow_anonymous true", "log_dest stderr", "log_type error"];
    // Started by root it would change its user, and could not write to our folder.
    if (process.getuid?.() === 0) lines.push("user root");
    lines.push(`persistence ${persistence}`, `persistence_location ${folder}/`, ...this.#extra);
    return `${lines.join("\n")}\n`;
  }
}
