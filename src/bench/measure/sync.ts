import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import { InvariantError } from "#contract/errors";
import { JournalReader } from "#store/journal-reader";
import { Store } from "#store/store";
import { generateKeys, type KeyPair } from "../operations/keys.ts";
import { type AppendFigures, benchDraft, measureAppends } from "./sync-append.ts";
import { bridgeDrain, type DrainFigure, libraryDrain, pahoDrain, withTarget, writeMessages } from "./sync-drain.ts";
import { SyncLane } from "./sync-lane.ts";
import { type LiveFigures, measureLive } from "./sync-live.ts";

export interface SyncOptions {
  /** Entries of the backlog. */
  readonly entries: number;
  /** Appends of each kind. */
  readonly appends: number;
  readonly progress?: (what: string) => void;
}

/** Each the median of some rounds. */
export interface DrainFigures {
  /** Our uplink, from the journal, with operations that acknowledge and a cursor on the disk. */
  readonly gatelane: DrainFigure;
  readonly bridge: DrainFigure;
  /** Null without a C compiler or the library. */
  readonly paho: DrainFigure | null;
  /** The library we use, with the same message again and again. */
  readonly library: DrainFigure;
}

export interface SyncFigures {
  readonly entries: number;
  readonly append: AppendFigures;
  readonly drain: DrainFigures;
  readonly live: LiveFigures | null;
  /** With every flush to the disk 20 ms longer; null without a C compiler. */
  readonly liveSlowDisk: LiveFigures | null;
}

const SLOW_FLUSH_MS = 20;
const DRAIN_ROUNDS = 3;

/** Durability and upstream, each beside a peer on the same machine in the same run. Needs Mosquitto and its clients. */
export async function measureSync(options: SyncOptions): Promise<SyncFigures> {
  const { entries, appends, progress = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), "gatelane-measure-"));
  try {
    progress("appends");
    const append = measureAppends(folder, appends);
    progress("a backlog");
    const path = join(folder, "lane.db");
    const keys = generateKeys("operations-1");
    backlog(path, entries);
    const messages = join(folder, "messages.ndjson");
    const journal = JournalReader.open(path);
    writeMessages(journal, messages);
    journal.close();
    const drain = await measureDrains({ path, messages, keys, entries, progress });
    progress("live entries beside the backlog");
    const live = await liveBeside(join(folder, "live"), keys, entries, 0);
    progress("the same with a slow disk");
    const liveSlowDisk = await liveBeside(join(folder, "slow"), keys, entries, SLOW_FLUSH_MS);
    return { entries, append, drain, live, liveSlowDisk };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface DrainSetup {
  /** Journal with the backlog. */
  readonly path: string;
  /** The same entries as messages. */
  readonly messages: string;
  readonly keys: KeyPair;
  readonly entries: number;
  readonly progress: (what: string) => void;
}

/** Turn by turn, so that a busy moment of the machine hits all of them. */
async function measureDrains({ path, messages, keys, entries, progress }: DrainSetup): Promise<DrainFigures> {
  const all = { gatelane: [], bridge: [], paho: [], library: [] } as Record<keyof DrainFigures, DrainFigure[]>;
  for (let round = 1; round <= DRAIN_ROUNDS; round++) {
    progress(`drains, round ${round} of ${DRAIN_ROUNDS}`);
    all.bridge.push(await bridgeDrain(entries, keys, messages));
    const paho = await pahoDrain(entries, keys, messages);
    if (paho !== undefined) all.paho.push(paho);
    all.library.push(await libraryDrain(entries, keys, messages));
    const copy = `${path}.${round}`;
    copyFileSync(path, copy);
    all.gatelane.push(await withTarget(entries, keys, ({ url }) => drainOnce(url, copy, keys, entries)));
  }
  return {
    gatelane: median(all.gatelane),
    bridge: median(all.bridge),
    paho: all.paho.length === 0 ? null : median(all.paho),
    library: median(all.library),
  };
}

function median(figures: readonly DrainFigure[]): DrainFigure {
  const middle = figures.toSorted((one, other) => one.seconds - other.seconds)[Math.floor(figures.length / 2)];
  if (middle === undefined) throw new InvariantError("no drain was measured");
  return middle;
}

async function liveBeside(folder: string, keys: KeyPair, entries: number, slowFlushMs: number) {
  mkdirSync(folder);
  backlog(join(folder, "lane.db"), entries);
  return await measureLive({ folder, keys, entries, slowFlushMs });
}

function backlog(path: string, entries: number): void {
  const { store } = Store.open({ path, boot: "bench", startedUtc: Date.now() });
  for (let made = 0; made < entries; made += 1_000) {
    const drafts = Array.from({ length: Math.min(1_000, entries - made) }, (_, index) => benchDraft(made + index));
    store.commitGroup([{ drafts }]);
  }
  store.close();
}

async function drainOnce(brokerUrl: string, path: string, keys: KeyPair, entries: number): Promise<void> {
  const lane = new SyncLane({ path, brokerUrl, keys });
  await lane.start();
  await lane.reached(entries);
  await lane.stop();
}

/** The figures for people, ratios last. */
export function syncTable({ entries, append, drain, live, liveSlowDisk }: SyncFigures): string {
  const { store, raw, group } = append;
  const { gatelane, bridge, paho, library } = drain;
  const ratio = (one: number, other: number) => `${(one / other).toFixed(2)} x`;
  const row = (name: string, ...values: readonly string[]) =>
    `  ${name.padEnd(40)}${values.map((value) => value.padStart(14)).join("")}`;
  const drained = (name: string, figure: DrainFigure) =>
    row(name, figure.seconds.toFixed(2), String(figure.perSecond), ratio(gatelane.perSecond, figure.perSecond));
  const told = (name: string, figures: LiveFigures | null) =>
    figures === null
      ? [row(name, "no C compiler")]
      : [row(`${name}: ${figures.count}`, ...[figures.p50, figures.p99, figures.most].map((ms) => ms.toFixed(1)))];
  const punctual = (name: string, figures: LiveFigures | null) =>
    figures === null
      ? []
      : [row(name, String(figures.loop.ticks), String(figures.loop.missed), figures.loop.lateP99Ms.toFixed(1))];
  return `${[
    pc.bold("Appends made durable, a second"),
    row("", "one by one", `by ${group}`),
    row("gatelane store (chain, synchronous=FULL)", String(store.oneByOne), String(store.grouped)),
    row("plain file, fdatasync", String(raw.oneByOne), String(raw.grouped)),
    row("gatelane / plain file", ratio(store.oneByOne, raw.oneByOne), ratio(store.grouped, raw.grouped)),
    "",
    pc.bold(`${entries} entries to Mosquitto, first to last at a subscriber, median of ${DRAIN_ROUNDS}`),
    row("", "seconds", "a second", "gatelane / it"),
    drained("gatelane (acknowledged, durable)", gatelane),
    drained("Mosquitto's own bridge", bridge),
    paho === null ? row("Paho C", "not built") : drained("Paho C (from a file, nothing kept)", paho),
    drained("MQTT.js alone (the same message again)", library),
    "",
    pc.bold("A live entry while the backlog drains and pictures are stored, asked for to arrived, milliseconds"),
    row("", "p50", "p99", "most"),
    ...told("disk as it is", live),
    ...told(`every flush ${SLOW_FLUSH_MS} ms longer`, liveSlowDisk),
    "",
    pc.bold("The control loop meanwhile: 50 ms ticks"),
    row("", "ticks", "missed", "late p99, ms"),
    ...punctual("disk as it is", live),
    ...punctual(`every flush ${SLOW_FLUSH_MS} ms longer`, liveSlowDisk),
  ].join("\n")}\n`;
}
