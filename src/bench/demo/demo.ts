import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { loadLaneConfig } from "#config/load-lane-config";
import type { JournalEntry } from "#contract/journal";
import type { JournalReader } from "#store/journal-reader";
import type { Wiring } from "../fittings/fitting.ts";
import { HardwareProcess } from "../hardware/client.ts";
import type { VehiclePictures } from "../hardware/pictures.ts";
import { Broker } from "../operations/broker.ts";
import { generateKeys } from "../operations/keys.ts";
import { Operations } from "../operations/operations.ts";
import { renderEmptyLane } from "../scene/scene.ts";
import { DaemonProcess } from "./daemon-process.ts";
import { decisionTimes, percentile } from "./figures.ts";
import { JournalFeed } from "./journal-feed.ts";
import type { LaneDescription } from "./lane-description.ts";
import { type LaneFiles, writeLane } from "./lane-files.ts";
import { outcomeOf, type TruckOutcome } from "./outcome.ts";
import type { DemoTruck, Picture } from "./truck.ts";
import { trustServers } from "./trust.ts";
import { Wan } from "./wan.ts";

export interface DemoOptions {
  readonly trucks: readonly DemoTruck[];
  readonly speed: number;
  readonly lane: LaneDescription;
  /** Everything that is written goes here: configuration, journal, evidence, log. */
  readonly folder: string;
  /** The front camera recognises plates by itself. */
  readonly onboard: boolean;
  readonly stage: Stage;
}

/** Where the demo shows what happens. */
export interface Stage {
  say(text: string): void;
  truck(index: number, truck: DemoTruck): void;
  entry(entry: JournalEntry): void;
  outcome(outcome: TruckOutcome): void;
}

export interface DemoReport {
  readonly passages: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly journal: { readonly entries: number; readonly verified: boolean };
  readonly upstream: { readonly received: number; readonly gaps: number; readonly duplicates: number };
  readonly decisionMs: { readonly p50: number | null; readonly p99: number | null };
  readonly outcomes: readonly TruckOutcome[];
  readonly ok: boolean;
}

/** A truck takes this long at most, milliseconds, whatever the speed: recognition does not get faster. */
const TRUCK_LIMIT_MS = 180_000;
const DRAIN_LIMIT_MS = 60_000;
/** OPC UA servers and recognition take their time, milliseconds. */
const READY_LIMIT_MS = 90_000;

/** One lane with everything around it, each part a process or a server of its own, and trucks that drive through. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #broker = new Broker();
  readonly #hardware = new HardwareProcess(() => undefined);
  #operations: Operations | undefined;
  #daemon: DaemonProcess | undefined;
  #reader: JournalReader | undefined;
  #feed: JournalFeed | undefined;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  async run(): Promise<DemoReport> {
    const { trucks, stage } = this.#options;
    const reader = await this.#start();
    const feed = new JournalFeed(reader, (entry) => stage.entry(entry));
    this.#feed = feed;
    feed.start();
    await this.#laneReady(feed);
    const wan = new Wan(this.#broker, (text) => stage.say(text));
    const outcomes: TruckOutcome[] = [];
    for (const [index, truck] of trucks.entries()) {
      await wan.be(truck.wan);
      if (truck.wan === "down") await feed.find(0, () => latest(feed, "link.down", "link.up"), 30_000);
      stage.truck(index, truck);
      const outcome = await this.#drive(feed, index, truck);
      stage.outcome(outcome);
      outcomes.push(outcome);
    }
    await wan.be("up");
    return this.#report(reader, feed, outcomes);
  }

  /** Ends every part, the daemon first. Safe to call at any time and twice. Resolves with the daemon's exit code. */
  async stop(): Promise<number | null> {
    await this.#feed?.stop();
    this.#reader?.close();
    const code = (await this.#daemon?.stop()) ?? null;
    await this.#hardware.stop();
    await this.#operations?.stop();
    await this.#broker.stop();
    return code;
  }

  async #start(): Promise<JournalReader> {
    const files = await this.surround();
    this.#options.stage.say("starting laned");
    this.#daemon = new DaemonProcess(files.config, join(this.#options.folder, "laned.log"));
    this.#daemon.start();
    this.#reader = await this.#daemon.journal(files.database);
    return this.#reader;
  }

  /** Everything around the lane: its hardware, a broker, operations; and its files. `laned` is not started. */
  async surround(): Promise<LaneFiles> {
    const { folder, speed, lane, stage, trucks } = this.#options;
    await mkdir(folder, { recursive: true });
    const password = randomBytes(12).toString("base64url");
    const drivers = [...new Set(Object.values(lane.devices).map(({ driver }) => driver))];
    stage.say(`starting the simulated hardware: ${drivers.join(", ")}`);
    const wirings = await this.#startHardware(password);
    stage.say("starting central operations: an MQTT broker and a subscriber that checks every entry");
    await this.#broker.start();
    const keys = generateKeys("operations-1");
    this.#operations = new Operations({ url: this.#broker.url, site: lane.site, keys });
    await this.#operations.start();
    await this.#operations.publishSnapshot(trucks.flatMap((truck) => truck.clearances));
    const brokerUrl = this.#broker.url;
    const files = writeLane(lane, { folder, wirings, brokerUrl, keys, password, speed });
    // A mistake of the lane file is told before anything is started.
    loadLaneConfig(files.config);
    await trustServers(files.dataDir, Object.values(wirings));
    return files;
  }

  async #startHardware(password: string): Promise<Readonly<Record<string, Wiring>>> {
    const { speed, onboard, lane } = this.#options;
    const [front, rear, side] = await Promise.all([
      renderEmptyLane("front", 1),
      renderEmptyLane("rear", 2),
      renderEmptyLane("side", 3),
    ]);
    const emptyLane = { front, rear, side };
    return await this.#hardware.start({ speed, devices: lane.devices, password, emptyLane, onboard });
  }

  async #laneReady(feed: JournalFeed): Promise<void> {
    const has = (type: string, fits: (entry: JournalEntry) => boolean = () => true) =>
      feed.find(0, (entry) => entry.type === type && fits(entry), READY_LIMIT_MS);
    const devices = [...Object.keys(this.#options.lane.devices), "vision"];
    const ready = await Promise.all([
      has("clearance.received"),
      has("lane.mode", ({ data }) => (data as { service?: string }).service === "auto"),
      ...devices.map((id) => has("device.health", ({ data }) => healthy(data, id))),
    ]);
    const missing = devices.filter((_, index) => ready[index + 2] === undefined);
    if (!ready.includes(undefined)) return;
    const what = missing.length === 0 ? "the lane" : missing.join(", ");
    throw new Error(`${what} did not get ready within ${READY_LIMIT_MS / 1000} s; see laned.log`);
  }

  async #drive(feed: JournalFeed, index: number, truck: DemoTruck): Promise<TruckOutcome> {
    const from = feed.entries.length;
    const id = `truck-${index + 1}`;
    this.#hardware.admit({ id, kind: "semi-trailer", grossKg: truck.grossKg }, await pictures(truck), truck.carried);
    const opened = await feed.find(from, ({ type }) => type === "passage.opened", TRUCK_LIMIT_MS);
    const passage = opened?.passage ?? null;
    const own = (entry: JournalEntry) => entry.passage === passage;
    await feed.find(
      from,
      (entry) => own(entry) && (entry.type === "passage.closed" || (entry.type === "decision.made" && !passes(entry))),
      TRUCK_LIMIT_MS,
    );
    // The driver of a held truck is told to leave the way he came; there is no officer in this story.
    if (!feed.entries.slice(from).some((entry) => own(entry) && entry.type === "passage.closed")) {
      await wait(1000 / this.#options.speed);
      this.#hardware.backOut();
    }
    await feed.find(from, (entry) => own(entry) && entry.type === "passage.closed", TRUCK_LIMIT_MS);
    return outcomeOf(truck, feed.entries.slice(from).filter(own));
  }

  async #report(reader: JournalReader, feed: JournalFeed, outcomes: readonly TruckOutcome[]): Promise<DemoReport> {
    const operations = this.#operations;
    if (operations === undefined) throw new Error("operations were not started");
    await this.#drained(reader, operations);
    const verification = await reader.verify();
    const upstream = operations.report(this.#options.lane.lane);
    const held = operations.entries(this.#options.lane.lane);
    const same =
      held.length === verification.entries && held.every(({ seq, hash }) => reader.entry(seq)?.hash === hash);
    const gaps = upstream.gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
    const times = decisionTimes(feed.entries);
    const verdicts: Record<string, number> = {};
    for (const { verdict } of outcomes) verdicts[verdict ?? "NONE"] = (verdicts[verdict ?? "NONE"] ?? 0) + 1;
    const clean = verification.ok && upstream.chainOk && same && gaps === 0 && upstream.duplicates === 0;
    return {
      passages: outcomes.length,
      verdicts,
      journal: { entries: verification.entries, verified: verification.ok },
      upstream: { received: upstream.received, gaps, duplicates: upstream.duplicates },
      decisionMs: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
      outcomes,
      ok: clean && outcomes.length > 0 && outcomes.every((one) => one.ok),
    };
  }

  /** Operations hold everything and the lane is quiet. */
  async #drained(reader: JournalReader, operations: Operations): Promise<void> {
    const deadline = performance.now() + DRAIN_LIMIT_MS;
    let quietSince = performance.now();
    let seq = 0;
    while (performance.now() < deadline) {
      const head = reader.head().seq;
      if (head !== seq || operations.report(this.#options.lane.lane).head?.seq !== head) quietSince = performance.now();
      seq = head;
      if (performance.now() - quietSince > 1500) return;
      await wait(100);
    }
  }
}

async function pictures(truck: DemoTruck): Promise<VehiclePictures> {
  const all = (list: readonly Picture[]) => Promise.all(list.map((make) => make()));
  const { front, rear, side } = truck.pictures;
  return { front: await all(front), rear: await all(rear), side: await all(side) };
}

function passes(entry: JournalEntry): boolean {
  return (entry.data as { verdict?: string }).verdict === "PASS";
}

function healthy(data: unknown, device: string): boolean {
  const event = (data as { event?: { device?: string; health?: { state?: string } } }).event;
  return event?.device === device && event.health?.state === "up";
}

/** Of two kinds of entries, the one that came last is `type`. */
function latest(feed: JournalFeed, type: string, other: string): boolean {
  return feed.entries.findLast((entry) => entry.type === type || entry.type === other)?.type === type;
}
