import type { Logger } from "pino";
import { v7 as uuidv7 } from "uuid";
import { messageOf } from "#contract/errors";
import type { Envelope } from "#contract/messages";
import { Child, type Role } from "./child.ts";
import { DownNotice } from "./down-notice.ts";
import { OpenCaptures } from "./open-captures.ts";
import { RestartPace } from "./restart-pace.ts";

export interface SupervisorOptions {
  /** For who looks at the list of processes; what it says is in `lane`. */
  readonly configPath: string;
  /** What every process of this run works by, however often it is started again; JSON of an AgreedLane. */
  readonly lane: string;
  /** Where lanectl asks the lane. */
  readonly socketPath: string;
  readonly log: Logger;
}

const EDGE_DOWN = "the edge process is down";

/**
 * Starts the two processes of a lane, passes their messages on, and brings them back when they die. The edge process may
 * come and go alone; the control process takes the edge with it, because a start of control is a start of the daemon
 * with a new boot id.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #notice: DownNotice;
  #control: Child | undefined;
  #edge: Child | undefined;
  #captures = new OpenCaptures();
  #stopping = false;
  readonly #paces = { control: new RestartPace(), edge: new RestartPace() };
  /** Control has ended, and a start of the whole lane is planned. */
  #laneIsDown = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { socketPath, log } = options;
    const onFailed = (error: unknown) => log.error({ error: messageOf(error) }, "nobody answers at the lane's socket");
    this.#notice = new DownNotice({ socketPath, onFailed });
  }

  /**
   * Resolves with true when both processes are up, with false when the lane's records cannot be used: whoever asks at the
   * socket hears it, and it is tried again. Rejects when the first start fails otherwise: then nothing is left running.
   */
  async start(): Promise<boolean> {
    try {
      await this.#startAll();
      return true;
    } catch (error) {
      // That it is tried again was planned when the process ended.
      if (this.#control?.lastCode?.startsWith("STORE_") === true && !this.#stopping) return false;
      await this.stop();
      throw error;
    }
  }

  /** In order: control first, so that nothing is commanded any more and the journal is closed, then edge. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retry);
    await this.#control?.stop();
    await this.#edge?.stop();
    await this.#notice.hide();
  }

  async #startAll(): Promise<void> {
    const { configPath, log } = this.#options;
    const boot = uuidv7();
    this.#captures = new OpenCaptures();
    const args = ["--config", configPath, "--boot", boot];
    this.#control = new Child({
      role: "control",
      args,
      lane: this.#options.lane,
      log,
      onEnvelope: (envelope) => this.#relay(envelope),
      onExit: (asked, how) => this.#controlEnded(asked, how),
    });
    await this.#control.start();
    this.#laneIsDown = false;
    this.#paces.control.ready(performance.now());
    await this.#notice.hide();
    await this.#startEdge(args);
    log.info({ boot, control: this.#control.pid, edge: this.#edge?.pid }, "lane is running");
  }

  async #startEdge(args: readonly string[]): Promise<void> {
    this.#edge = new Child({
      role: "edge",
      args,
      lane: this.#options.lane,
      log: this.#options.log,
      onEnvelope: (envelope) => this.#relay(envelope),
      onExit: (asked, how) => this.#edgeEnded(asked, how, args),
    });
    await this.#edge.start();
    this.#paces.edge.ready(performance.now());
  }

  #relay(envelope: Envelope): void {
    if (envelope.to === "edge") {
      this.#captures.asked(envelope.message);
      if (this.#edge?.send(envelope) !== true) this.#failCaptures();
    } else if (envelope.to === "control") {
      this.#captures.answered(envelope.message);
      this.#control?.send(envelope);
    }
  }

  /** No edge process, no pictures: control hears it at once and asks again later. */
  #failCaptures(): void {
    for (const message of this.#captures.fail(EDGE_DOWN)) this.#control?.send({ to: "control", message });
  }

  #controlEnded(asked: boolean, how: string): void {
    if (asked || this.#stopping) return;
    this.#options.log.error({ how }, "control process ended, starting the lane again");
    this.#laneIsDown = true;
    void this.#sayWhy(how);
    this.#again("control", async () => {
      await this.#edge?.stop();
      await this.#startAll();
    });
  }

  /** What edge last heard of the lane is not true any more; whoever asks hears why the lane does not run. */
  async #sayWhy(how: string): Promise<void> {
    const why = this.#control?.lastWords ?? `the control process ended with ${how}`;
    await this.#edge?.stop();
    if (this.#laneIsDown && !this.#stopping) await this.#notice.show(why);
  }

  #edgeEnded(asked: boolean, how: string, args: readonly string[]): void {
    // With the lane down, the start that is planned brings edge with it and must not be put off for edge alone.
    if (asked || this.#stopping || this.#laneIsDown) return;
    this.#options.log.warn({ how }, "edge process ended, starting it again");
    this.#control?.send({ to: "control", message: { type: "link", up: false, detail: EDGE_DOWN } });
    this.#failCaptures();
    this.#again("edge", () => this.#startEdge(args));
  }

  #again(role: Role, start: () => Promise<void>): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      start().catch((error: unknown) => this.#options.log.error({ error: messageOf(error) }, "start failed"));
    }, this.#paces[role].ended(performance.now()));
  }
}
