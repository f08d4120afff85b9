import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { DaemonProcess } from "#bench/demo/daemon-process";
import { JournalFeed } from "#bench/demo/journal-feed";
import { CAMERA_USER, LANE, type LaneFiles, SITE, writeLaneFiles } from "#bench/demo/lane-files";
import { Hardware } from "#bench/hardware/hardware";
import type { VehiclePictures } from "#bench/hardware/pictures";
import { Broker } from "#bench/operations/broker";
import { generateKeys, type KeyPair } from "#bench/operations/keys";
import { Operations } from "#bench/operations/operations";
import type { TruckPhase } from "#bench/twin/truck";
import type { Clearance } from "#contract/clearance";
import type { JournalEntry } from "#contract/journal";
import type { LaneSnapshot } from "#contract/messages";
import type { LanePolicy } from "#lanes/decision/policy";
import type { JournalReader } from "#store/journal-reader";
import { CommandWitness } from "./commands.ts";
import { lineOf } from "./journal.ts";
import { gone, processesBelow } from "./processes.ts";
import { ask } from "./socket.ts";
import type { AnnouncedTruck } from "./trucks.ts";
import { emptyLane } from "./trucks.ts";
import { until } from "./until.ts";

/** How many times faster than in reality trucks and boom move. */
const SPEED = 14;
const CAMERA_PASSWORD = "e2e-camera";
/** Longest that a driver waits for one answer. */
const DEVICE_TIMEOUT_MS = 5000;

export interface BenchLaneOptions {
  /** Changes the policy that the lane gets. */
  readonly policy?: (policy: LanePolicy) => LanePolicy;
  /** Variables that `laned` is started with, beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * One lane with everything around it: simulated hardware on its wires, a broker and operations in this process, and
 * `laned` as processes of its own. Render pictures before `open`: while this process paints, the PLC stands still.
 */
export class BenchLane {
  readonly hardware: Hardware;
  readonly broker = new Broker();
  readonly keys: KeyPair = generateKeys("operations-1");
  readonly commands = new CommandWitness();
  /** What each truck is doing now. */
  readonly trucks = new Map<string, TruckPhase>();
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #operations: Operations | undefined;
  #files: LaneFiles | undefined;
  #daemon: DaemonProcess | undefined;
  #reader: JournalReader | undefined;
  #feed: JournalFeed | undefined;

  private constructor(
    folder: string,
    pictures: ConstructorParameters<typeof Hardware>[0]["emptyLane"],
    environment: Readonly<Record<string, string>>,
  ) {
    this.#folder = folder;
    this.#environment = environment;
    this.hardware = new Hardware({
      speed: SPEED,
      cameraUser: CAMERA_USER,
      cameraPassword: CAMERA_PASSWORD,
      emptyLane: pictures,
      onTruck: (truck, phase) => this.trucks.set(truck, phase),
    });
  }

  /** Everything but `laned`, with these clearances published. */
  static async open(clearances: readonly Clearance[], options: BenchLaneOptions = {}): Promise<BenchLane> {
    const folder = mkdtempSync(join(tmpdir(), "gatelane-e2e-"));
    const lane = new BenchLane(folder, await emptyLane(), options.environment ?? {});
    return await lane.#orClosed(() => lane.#surround(clearances, options));
  }

  /** The same with `laned` started and the lane ready for its first truck. */
  static async running(clearances: readonly Clearance[], options: BenchLaneOptions = {}): Promise<BenchLane> {
    const lane = await BenchLane.open(clearances, options);
    return await lane.#orClosed(async () => {
      await lane.startDaemon();
      await lane.ready();
    });
  }

  get files(): LaneFiles {
    return present(this.#files);
  }

  get operations(): Operations {
    return present(this.#operations);
  }

  get reader(): JournalReader {
    return present(this.#reader);
  }

  /** Where the lane keeps its pictures. */
  get evidenceDir(): string {
    return join(this.#folder, "data", "evidence");
  }

  /** Process id of the supervisor. */
  get pid(): number {
    return present(this.#daemon?.pid);
  }

  get entries(): readonly JournalEntry[] {
    return this.#feed?.entries ?? [];
  }

  /** Starts `laned` and follows its journal from the first entry. */
  async startDaemon(...more: readonly string[]): Promise<void> {
    await this.#closeJournal();
    this.#daemon = new DaemonProcess(this.files.config, join(this.#folder, "laned.log"), this.#environment, more);
    this.#daemon.start();
    this.#reader = await this.#daemon.journal(this.files.database);
    this.#feed = new JournalFeed(this.#reader, () => undefined);
    this.#feed.start();
  }

  /** SIGTERM; resolves with the exit code once none of the processes is left. */
  async stopDaemon(): Promise<number | null> {
    const { control, edge, vision } = processesBelow(this.pid);
    const code = await present(this.#daemon).stop();
    await gone([control, edge, vision]);
    return code;
  }

  /** SIGKILL to the supervisor alone; resolves when the journal is free for another start. The rest may still be ending. */
  async killDaemon(): Promise<void> {
    await present(this.#daemon).kill();
    await this.#closeJournal();
  }

  /** What the socket says about the lane. */
  async status(): Promise<LaneSnapshot> {
    return (await ask(this.files.socket, "/status")) as LaneSnapshot;
  }

  /** Waits until the lane says that it is fit and has the newest clearances. */
  async ready(): Promise<LaneSnapshot> {
    return await this.statusWhen("the lane is ready", (lane) => {
      const { version } = lane.clearances;
      const whole = lane.devices.every(({ state }) => state === "up");
      return lane.mode === "auto" && lane.link.up && whole && version === this.operations.clearanceVersion;
    });
  }

  async statusWhen(what: string, fits: (lane: LaneSnapshot) => boolean): Promise<LaneSnapshot> {
    let last: LaneSnapshot | undefined;
    const look = async () => {
      last = await this.status().catch(() => undefined);
      return last !== undefined && fits(last) ? last : undefined;
    };
    return await until(what, look, () => `\nlast status: ${JSON.stringify(last)}${this.#traces()}`);
  }

  /** The first entry after the entry `after` that fits; waits for it. */
  async entry(what: string, fits: (entry: JournalEntry) => boolean, after = 0): Promise<JournalEntry> {
    const look = () => this.entries.find((entry) => entry.seq > after && fits(entry));
    return await until(what, look, () => this.#traces());
  }

  async when(what: string, holds: () => boolean): Promise<void> {
    await until(what, holds, () => this.#traces());
  }

  admit({ truck }: AnnouncedTruck, pictures: VehiclePictures): void {
    this.hardware.admit(truck, pictures);
  }

  /** Operations hold every entry of the journal up to its end, each once, unaltered; and the chain is whole. */
  async expectUpstreamComplete(): Promise<void> {
    const level = () => {
      const held = this.operations.report(LANE).head?.seq;
      return held !== undefined && held === this.reader.head().seq && held === this.reader.acked().seq;
    };
    await this.when("operations hold the whole journal and the lane knows it", level);
    const { gaps, duplicates, chainOk } = this.operations.report(LANE);
    assert.deepEqual({ gaps, duplicates, chainOk }, { gaps: [], duplicates: 0, chainOk: true });
    for (const { seq, hash } of this.operations.entries(LANE)) assert.equal(hash, this.reader.entry(seq)?.hash);
    const verification = await this.reader.verify();
    assert.equal(verification.ok, true, verification.firstBad?.why);
  }

  /** Ends every part, also after a failure. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#daemon !== undefined) await this.stopDaemon();
    await this.#closeJournal();
    await this.hardware.stop();
    await this.#operations?.stop();
    await this.broker.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A lane that cannot be set up leaves nothing behind. */
  async #orClosed(setUp: () => Promise<void>): Promise<this> {
    try {
      await setUp();
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #surround(clearances: readonly Clearance[], { policy }: BenchLaneOptions): Promise<void> {
    const ports = await this.hardware.start();
    await this.broker.start();
    const { keys } = this;
    const brokerUrl = this.broker.url;
    this.#operations = new Operations({ url: brokerUrl, site: SITE, keys });
    await this.#operations.start();
    await this.#operations.publishSnapshot(clearances);
    const simple = { onboard: false, rear: false, cameraPassword: CAMERA_PASSWORD, speed: SPEED };
    this.#files = writeLaneFiles({ folder: this.#folder, ports, brokerUrl, keys, ...simple });
    this.#relax(policy);
    this.commands.watch(this.hardware, (count) => this.#reader?.tail(count) ?? []);
  }

  /** A loaded machine is no fault: where the product asks for haste of devices that this process plays, it gets more time. */
  #relax(change: BenchLaneOptions["policy"]): void {
    changeYaml(this.files.config, (lane: LaneFile) => {
      for (const device of Object.values(lane.devices)) device["timeoutMs"] = DEVICE_TIMEOUT_MS;
      return lane;
    });
    changeYaml(join(this.#folder, "policy.yaml"), (policy: LanePolicy) => {
      const relaxed = { ...policy, interlock: { commandAgeMs: DEVICE_TIMEOUT_MS, imageAgeMs: DEVICE_TIMEOUT_MS } };
      return change?.(relaxed) ?? relaxed;
    });
  }

  async #closeJournal(): Promise<void> {
    await this.#feed?.stop();
    this.#reader?.close();
    this.#reader = undefined;
  }

  /** What helps to find the cause of a failure: the end of the journal and of the log. */
  #traces(): string {
    const log = readFileSync(join(this.#folder, "laned.log"), "utf8").split("\n").slice(-15).join("\n");
    const entries = this.entries.slice(-25).map(lineOf).join("\n");
    return `\njournal:\n${entries}\nlog:\n${log}`;
  }
}

interface LaneFile {
  readonly devices: Record<string, Record<string, unknown>>;
}

function changeYaml<Content>(file: string, change: (content: Content) => Content): void {
  writeFileSync(file, stringify(change(parse(readFileSync(file, "utf8")) as Content)));
}

function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined, "this part of the bench was not started");
  return value;
}
