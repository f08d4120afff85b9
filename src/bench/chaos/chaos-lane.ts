import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { parse, stringify } from "yaml";
import type { JournalEntry } from "#contract/journal";
import type { LaneSnapshot } from "#contract/messages";
import type { LanePolicy } from "#lanes/decision/policy";
import { JournalReader } from "#store/journal-reader";
import { DaemonProcess } from "../demo/daemon-process.ts";
import { CAMERA_USER, type LaneFiles, SITE, writeLaneFiles } from "../demo/lane-files.ts";
import { DiskAndClockShim } from "../faults/shim.ts";
import { Hardware } from "../hardware/hardware.ts";
import { generateKeys } from "../operations/keys.ts";
import { Operations } from "../operations/operations.ts";
import { isRunning, type LaneProcesses, processesBelow } from "../processes.ts";
import { renderEmptyLane } from "../scene/scene.ts";
import { KillableBroker } from "./killable-broker.ts";
import { ChaosLink } from "./link.ts";
import { SmallDisk } from "./small-disk.ts";
import { GateWitness } from "./witness.ts";

/** How many times faster than in reality trucks and boom move. */
export const SPEED = 14;
const CAMERA_PASSWORD = "chaos-camera";
/** A loaded machine is no fault of a device, milliseconds. */
const DEVICE_TIMEOUT_MS = 5_000;
/** The journal of a run of many hundred kills takes some 30 MB. */
const DISK_MEGABYTES = 256;
const RESTART_PAUSE_MS = 500;

/**
 * One lane with everything around it, each part such that it can fail: `laned` as processes that can be killed, a broker
 * that loses its memory, a wire that can be cut, a disk that can be full, a wall clock that can be wrong.
 */
export class ChaosLane {
  readonly hardware: Hardware;
  readonly broker = new KillableBroker();
  readonly disk: SmallDisk;
  readonly witness = new GateWitness();
  readonly #folder: string;
  #link: ChaosLink | undefined;
  #operations: Operations | undefined;
  #files: LaneFiles | undefined;
  #daemon: DaemonProcess | undefined;
  #shim: DiskAndClockShim | undefined;
  #guard: Promise<void> | undefined;
  #stopping = false;
  #starts = 0;

  private constructor(folder: string, hardware: Hardware) {
    this.#folder = folder;
    this.hardware = hardware;
    this.disk = new SmallDisk(join(folder, "data"));
  }

  /** A folder of its own for everything that is written. `onTruck` hears how trucks get on. */
  static async create(folder: string, onTruck: (truck: string, phase: string) => void): Promise<ChaosLane> {
    const [front, side] = [await renderEmptyLane("front", 1), await renderEmptyLane("side", 3)];
    const emptyLane = { front, rear: front, side };
    const camera = { cameraUser: CAMERA_USER, cameraPassword: CAMERA_PASSWORD };
    return new ChaosLane(folder, new Hardware({ speed: SPEED, ...camera, emptyLane, onTruck }));
  }

  get link(): ChaosLink {
    return started(this.#link);
  }

  get operations(): Operations {
    return started(this.#operations);
  }

  /** Undefined without a C compiler: then the clock stays right. */
  get shim(): DiskAndClockShim | undefined {
    return this.#shim;
  }

  get database(): string {
    return started(this.#files).database;
  }

  get logFile(): string {
    return join(this.#folder, "laned.log");
  }

  /** Starts of `laned` so far. */
  get starts(): number {
    return this.#starts;
  }

  /** Process ids of what runs now. */
  get running(): LaneProcesses & { readonly supervisor?: number } {
    const pid = this.#daemon?.pid;
    if (pid === undefined || !isRunning(pid)) return {};
    return { supervisor: pid, ...processesBelow(pid) };
  }

  /** Everything but `laned`. */
  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    this.disk.mount(DISK_MEGABYTES);
    this.#shim = DiskAndClockShim.build({ folder: this.#folder, target: join(this.#folder, "data") });
    const ports = await this.hardware.start();
    await this.broker.start();
    this.#link = new ChaosLink(this.broker.port);
    await this.#link.start();
    const keys = generateKeys("operations-1");
    const file = join(this.#folder, "operations.ndjson");
    this.#operations = new Operations({ url: this.broker.url, site: SITE, keys, file, keepEntries: false });
    await this.#operations.start();
    const simple = { onboard: false, rear: false, cameraPassword: CAMERA_PASSWORD, speed: SPEED };
    const brokerUrl = `mqtt://127.0.0.1:${this.#link.port}`;
    this.#files = writeLaneFiles({ folder: this.#folder, ports, brokerUrl, keys, ...simple });
    relax(this.#files.config, join(this.#folder, "policy.yaml"));
    this.witness.watch(this.hardware, (count) => this.reading((journal) => journal.tail(count)));
  }

  /** Runs `laned` from now on, as a service manager does: whenever it has ended it is started again. */
  runDaemon(): void {
    this.#guard ??= this.#keepRunning();
  }

  /** SIGTERM; resolves with the exit code. */
  async stopDaemon(): Promise<number | null> {
    this.#stopping = true;
    const code = (await this.#daemon?.stop()) ?? null;
    await this.#guard;
    return code;
  }

  /** What a reader of the journal sees now; a connection of its own each time, so that nobody keeps the file open. */
  reading<T>(look: (journal: JournalReader) => T): T | undefined {
    let journal: JournalReader | undefined;
    try {
      journal = JournalReader.open(this.database);
      return look(journal);
    } catch {
      // There is none yet, or it cannot be read while the disk is full.
      return undefined;
    } finally {
      journal?.close();
    }
  }

  /** The whole chain, from the first entry to the last. False also when it cannot be read. */
  async verified(): Promise<boolean> {
    const journal = JournalReader.open(this.database);
    try {
      return (await journal.verify()).ok;
    } catch {
      return false;
    } finally {
      journal.close();
    }
  }

  /** What the lane says of itself; undefined while it cannot. */
  async status(): Promise<LaneSnapshot | undefined> {
    return await ask(started(this.#files).socket, "/status").catch(() => undefined);
  }

  /** Ends every part. Safe to call at any time and twice. */
  async stop(): Promise<void> {
    await this.stopDaemon();
    this.#shim?.close();
    await this.#operations?.stop();
    await this.#link?.stop();
    await this.broker.kill();
    await this.hardware.stop();
  }

  /** Entries after `seq`, as the disk has them now. */
  entriesAfter(seq: number, limit: number): readonly JournalEntry[] {
    return this.reading((journal) => journal.range(seq + 1, limit)) ?? [];
  }

  async #keepRunning(): Promise<void> {
    while (!this.#stopping) {
      const daemon = new DaemonProcess(started(this.#files).config, this.logFile, this.#shim?.environment);
      this.#daemon = daemon;
      this.#starts += 1;
      await daemon.run();
      if (!this.#stopping) await wait(RESTART_PAUSE_MS);
    }
  }
}

interface LaneFile {
  readonly devices: Record<string, Record<string, unknown>>;
}

/** Where the product asks for haste of devices that this process plays, it gives them more time. */
function relax(config: string, policy: string): void {
  change(config, (lane: LaneFile) => {
    for (const device of Object.values(lane.devices)) device["timeoutMs"] = DEVICE_TIMEOUT_MS;
    return lane;
  });
  change(policy, (lane: LanePolicy) => {
    const interlock = { commandAgeMs: DEVICE_TIMEOUT_MS, imageAgeMs: DEVICE_TIMEOUT_MS };
    return { ...lane, interlock, timers: { ...lane.timers, crossingMs: 3_000 } };
  });
}

function change<Content>(file: string, edit: (content: Content) => Content): void {
  writeFileSync(file, stringify(edit(parse(readFileSync(file, "utf8")) as Content)));
}

async function ask(socketPath: string, path: string): Promise<LaneSnapshot> {
  const call = request({ socketPath, path, agent: false, timeout: 2_000 });
  call.once("timeout", () => call.destroy(new Error("no answer")));
  call.end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  const body = await text(response);
  // A lane that cannot run says why at the same place.
  if (response.statusCode !== 200) throw new Error(body);
  return JSON.parse(body) as LaneSnapshot;
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("this part of the bench was not started");
  return part;
}
