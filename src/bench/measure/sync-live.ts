import { mkdirSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { systemClock } from "#devices/system-clock";
import { EvidenceStore } from "#store/evidence";
import { topicLevels } from "#sync/event-message";
import { DiskAndClockShim } from "../faults/shim.ts";
import type { KeyPair } from "../operations/keys.ts";
import type { TickFigures } from "./sync-control.ts";
import { withTarget } from "./sync-drain.ts";
import { BENCH_LANE, BENCH_SITE, SyncLane } from "./sync-lane.ts";

/** A live entry while the backlog drains: from the moment control asks for it to its arrival at a subscriber. */
export interface LiveFigures {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** The 50 ms loop of the control process meanwhile. */
  readonly loop: TickFigures;
}

export interface LiveOptions {
  /** Folder of the journal `lane.db`, which holds `entries` entries. */
  readonly folder: string;
  readonly keys: KeyPair;
  readonly entries: number;
  /** How much longer every flush to the disk takes, milliseconds; 0: as the disk is. */
  readonly slowFlushMs: number;
}

/** A type that no entry of the backlog has, so that the subscriber for live entries gets nothing else. */
const LIVE_TYPE = "link.up";
const PICTURE_BYTES = 400_000;
const PICTURE_EVERY_MS = 200;

/** Null when flushes are to be slow and there is no C compiler. */
export async function measureLive({ folder, keys, entries, slowFlushMs }: LiveOptions): Promise<LiveFigures | null> {
  const shim = slowFlushMs > 0 ? DiskAndClockShim.build({ folder: shimFolder(folder), target: folder }) : undefined;
  if (slowFlushMs > 0 && shim === undefined) return null;
  shim?.slowFlushes(slowFlushMs);
  const latencies: number[] = [];
  const written = new Map<number, number>();
  let loop: TickFigures | undefined;
  await withTarget(entries, keys, async (target) => {
    const watcher = await mqtt.connectAsync(target.url, { clientId: "live-watcher", protocolVersion: 4 });
    watcher.on("message", (_topic, payload) => {
      const { seq } = JSON.parse(payload.toString()) as { seq: number };
      const at = written.get(seq);
      if (at !== undefined && written.delete(seq)) latencies.push(systemClock.monotonic() - at);
    });
    const topic = `gate/v1/${BENCH_SITE}/${BENCH_LANE}/event/${topicLevels(LIVE_TYPE)}`;
    await watcher.subscribeAsync(topic, { qos: 1 });
    const lane = new SyncLane({
      path: join(folder, "lane.db"),
      brokerUrl: target.url,
      keys,
      ...(shim === undefined ? {} : { environment: shim.environment }),
      onDurable: (seq, askedAt) => written.set(seq, askedAt),
    });
    await lane.start();
    lane.write(LIVE_TYPE);
    const stopPictures = await storingPictures(join(folder, "evidence"));
    await lane.reached(entries);
    await stopPictures();
    loop = await lane.stop();
    await watcher.endAsync(true);
  });
  shim?.close();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  if (loop === undefined) throw new Error("the control process of the bench told nothing");
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? Number.NaN, loop };
}

function shimFolder(folder: string): string {
  const path = `${folder}-shim`;
  mkdirSync(path, { recursive: true });
  return path;
}

/** Pictures are written to the same disk meanwhile, as a lane does. Returns the function that ends it. */
async function storingPictures(directory: string): Promise<() => Promise<void>> {
  const evidence = new EvidenceStore({ directory });
  await evidence.start();
  let number = 0;
  let storing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    number += 1;
    storing = storing.then(() => evidence.store(Buffer.alloc(PICTURE_BYTES, number), Date.now()));
  }, PICTURE_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await storing;
  };
}
