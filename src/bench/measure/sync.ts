import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import mqtt from "mqtt";
import pc from "picocolors";
import pino from "pino";
import { JournalReader } from "#store/journal-reader";
import { Store } from "#store/store";
import { topicLevels } from "#sync/event-message";
import { Uplink } from "#sync/uplink";
import type { Mosquitto } from "../brokers/mosquitto.ts";
import { generateKeys, type KeyPair } from "../operations/keys.ts";
import { type AppendFigures, benchDraft, measureAppends } from "./sync-append.ts";
import { bridgeDrain, type DrainFigure, pahoDrain, withTarget, writeMessages } from "./sync-drain.ts";

export interface SyncOptions {
  /** Entries of the backlog. Default 38,063: what a lane writes in 72 hours. */
  readonly entries?: number;
  /** Appends of each kind. Default 4,000. */
  readonly appends?: number;
  readonly progress?: (what: string) => void;
}

export interface SyncFigures {
  readonly entries: number;
  readonly append: AppendFigures;
  readonly drain: {
    /** Our uplink, from the journal, with operations that check the chain and acknowledge. */
    readonly gatelane: DrainFigure;
    readonly bridge: DrainFigure;
    /** Null without a C compiler or the library. */
    readonly paho: DrainFigure | null;
  };
  /** From the call that makes a live entry durable to its arrival at a subscriber, while the backlog drains, milliseconds. */
  readonly liveMs: { readonly count: number; readonly p50: number; readonly p99: number; readonly most: number };
}

const ENTRIES = 38_063;
const APPENDS = 4_000;
const LIVE_EVERY_MS = 20;
/** A type that no entry of the backlog has, so that the subscriber for live entries gets nothing else. */
const LIVE_TYPE = "link.up";
const SITE = "bench";
const LANE = "lane-1";
const LIMIT_MS = 300_000;

/** Durability and upstream, each beside a peer on the same machine in the same run. Needs Mosquitto and its clients. */
export async function measureSync(options: SyncOptions = {}): Promise<SyncFigures> {
  const { entries = ENTRIES, appends = APPENDS, progress = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), "gatelane-measure-"));
  try {
    progress("appends");
    const append = measureAppends(folder, appends);
    progress("a backlog");
    const path = join(folder, "lane.db");
    const keys = generateKeys("operations-1");
    const store = backlog(path, entries);
    const messages = join(folder, "messages.ndjson");
    const journal = JournalReader.open(path);
    writeMessages(journal, messages);
    journal.close();
    progress("drain by Mosquitto's bridge");
    const bridge = await bridgeDrain(entries, messages);
    progress("drain by Paho C");
    const paho = (await pahoDrain(entries, messages)) ?? null;
    progress("drain by gatelane");
    const gatelane = await withTarget(entries, (target) => drainOnce(target, store, path, keys, entries));
    store.close();
    progress("live entries beside the backlog");
    const liveMs = await measureLive(join(folder, "live.db"), keys, entries);
    return { entries, append, drain: { gatelane, bridge, paho }, liveMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function backlog(path: string, entries: number): Store {
  const { store } = Store.open({ path, boot: "bench", startedUtc: Date.now() });
  for (let made = 0; made < entries; made += 1_000) {
    const drafts = Array.from({ length: Math.min(1_000, entries - made) }, (_, index) => benchDraft(made + index));
    store.commitGroup([{ drafts }]);
  }
  return store;
}

interface Draining {
  readonly uplink: Uplink;
  acked(): number;
  end(): Promise<void>;
}

/** A lane's uplink over a store, and operations that acknowledge; the cursor is durable as in the control process. */
async function draining(target: Mosquitto, store: Store, path: string, keys: KeyPair): Promise<Draining> {
  const workerData = { url: target.url, site: SITE, keys };
  const operations = new Worker(new URL("./sync-operations.ts", import.meta.url), { workerData });
  await once(operations, "message");
  let acked = 0;
  const uplink: Uplink = new Uplink({
    url: target.url,
    clientId: "lane",
    site: SITE,
    lane: LANE,
    boot: "bench",
    trust: [keys],
    openJournal: () => JournalReader.open(path),
    clock: { monotonic: () => performance.now(), utc: () => Date.now() },
    log: pino({ level: "silent" }),
    status: () => ({ software: "bench", configHash: "", policyHash: "", modelHash: null }),
    onMessage: (message) => {
      if (message.type !== "ack") return;
      const [result] = store.commitGroup([{ drafts: [], ack: message }]);
      if (result === undefined || result instanceof Error || result.ack?.accepted !== true) return;
      acked = result.ack.ackedSeq;
      uplink.cursorAdvanced(acked);
    },
  });
  const end = async (): Promise<void> => {
    await uplink.stop();
    const gone = once(operations, "exit");
    operations.postMessage("stop");
    await gone;
  };
  return { uplink, acked: () => acked, end };
}

async function drainOnce(target: Mosquitto, store: Store, path: string, keys: KeyPair, entries: number): Promise<void> {
  const lane = await draining(target, store, path, keys);
  lane.uplink.start();
  await reached(lane, entries);
  await lane.end();
}

async function reached(lane: Draining, seq: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (lane.acked() < seq) {
    if (performance.now() > deadline) throw new Error(`${seq} entries were not acknowledged within ${LIMIT_MS} ms`);
    await wait(10);
  }
}

async function measureLive(path: string, keys: KeyPair, entries: number): Promise<SyncFigures["liveMs"]> {
  const store = backlog(path, entries);
  const latencies: number[] = [];
  const written = new Map<number, number>();
  await withTarget(entries, async (target) => {
    const watcher = await mqtt.connectAsync(target.url, { clientId: "live-watcher", protocolVersion: 4 });
    watcher.on("message", (_topic, payload) => {
      const { seq } = JSON.parse(payload.toString()) as { seq: number };
      const at = written.get(seq);
      if (at !== undefined && written.delete(seq)) latencies.push(performance.now() - at);
    });
    await watcher.subscribeAsync(`gate/v1/${SITE}/${LANE}/event/${topicLevels(LIVE_TYPE)}`, { qos: 1 });
    const lane = await draining(target, store, path, keys);
    lane.uplink.start();
    const writer = setInterval(() => {
      const at = performance.now();
      const [result] = store.commitGroup([{ drafts: [benchDraft(0, LIVE_TYPE)] }]);
      if (result === undefined || result instanceof Error) return;
      written.set(result.head.seq, at);
      lane.uplink.headAdvanced(result.head.seq);
    }, LIVE_EVERY_MS);
    await reached(lane, entries);
    clearInterval(writer);
    await lane.end();
    await watcher.endAsync(true);
  });
  store.close();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? Number.NaN };
}

/** The figures for people, ratios last. */
export function syncTable({ entries, append, drain, liveMs }: SyncFigures): string {
  const { store, raw, group } = append;
  const { gatelane, bridge, paho } = drain;
  const ratio = (one: number, other: number) => `${(one / other).toFixed(2)} x`;
  const row = (name: string, ...values: readonly string[]) =>
    `  ${name.padEnd(40)}${values.map((value) => value.padStart(14)).join("")}`;
  const drained = (name: string, figure: DrainFigure) =>
    row(name, figure.seconds.toFixed(2), String(figure.perSecond), ratio(gatelane.perSecond, figure.perSecond));
  return `${[
    pc.bold("Appends made durable, a second"),
    row("", "one by one", `by ${group}`),
    row("gatelane store (chain, synchronous=FULL)", String(store.oneByOne), String(store.grouped)),
    row("plain file, fdatasync", String(raw.oneByOne), String(raw.grouped)),
    row("gatelane / plain file", ratio(store.oneByOne, raw.oneByOne), ratio(store.grouped, raw.grouped)),
    "",
    pc.bold(`${entries} entries to Mosquitto, first to last at a subscriber`),
    row("", "seconds", "a second", "gatelane / it"),
    drained("gatelane (checked, acknowledged, durable)", gatelane),
    drained("Mosquitto's own bridge", bridge),
    paho === null ? row("Paho C", "not built") : drained("Paho C (from a file, nothing kept)", paho),
    "",
    pc.bold("A live entry while the backlog drains, written to arrived, milliseconds"),
    row("", "p50", "p99", "most"),
    row(`${liveMs.count} entries`, liveMs.p50.toFixed(1), liveMs.p99.toFixed(1), liveMs.most.toFixed(1)),
  ].join("\n")}\n`;
}
