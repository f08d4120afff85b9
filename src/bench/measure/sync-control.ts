import type { ToControl } from "#contract/messages";
import { systemClock } from "#devices/system-clock";
import { StoreClient } from "#store/client";
import { benchDraft } from "./sync-append.ts";

/**
 * The part of a control process that a drain can disturb, in a process of its own as in the product: the store, the
 * cursor, and a loop that has to run every 50 ms whatever the disk does.
 */
export type ToBenchControl =
  | { readonly type: "ack"; readonly ack: Extract<ToControl, { type: "ack" }> }
  /** From now on every tick makes an entry durable. */
  | { readonly type: "write"; readonly entryType: "link.up" }
  | { readonly type: "stop" };

export type FromBenchControl =
  | { readonly type: "started" }
  | { readonly type: "cursor"; readonly seq: number }
  /** `askedAt` on the machine's monotonic clock. */
  | { readonly type: "durable"; readonly seq: number; readonly askedAt: number }
  | { readonly type: "ticks"; readonly ticks: TickFigures };

/** How punctual the loop was. A tick is missed when the next one is due before it has run. */
export interface TickFigures {
  readonly ticks: number;
  readonly missed: number;
  readonly lateP99Ms: number;
  readonly lateMostMs: number;
}

const TICK_MS = 50;
const [path = ""] = process.argv.slice(2);
const lateMs: number[] = [];
let entryType: "link.up" | undefined;
let missed = 0;

const store = new StoreClient({ path, boot: "control", startedUtc: systemClock.utc(), onFailure: fail });
await store.start();
// The loop begins when the store is open, as in the product.
let due = systemClock.monotonic() + TICK_MS;
let timer = setTimeout(tick, TICK_MS);
process.on("message", (message: ToBenchControl) => {
  if (message.type === "ack") void acknowledge(message.ack);
  else if (message.type === "write") entryType = message.entryType;
  else void stop();
});
process.on("disconnect", () => process.exit(1));
tell({ type: "started" });

function tick(): void {
  const now = systemClock.monotonic();
  lateMs.push(now - due);
  for (due += TICK_MS; due <= now; due += TICK_MS) missed += 1;
  if (entryType !== undefined) void write(entryType, now);
  timer = setTimeout(tick, Math.max(0, due - systemClock.monotonic()));
}

async function write(type: "link.up", askedAt: number): Promise<void> {
  const { head } = await store.commit({ drafts: [benchDraft(0, type)] });
  tell({ type: "durable", seq: head.seq, askedAt });
}

async function acknowledge({ boot, seq, hash }: Extract<ToControl, { type: "ack" }>): Promise<void> {
  const { ack } = await store.commit({ drafts: [], ack: { boot, seq, hash } });
  if (ack?.accepted === true) tell({ type: "cursor", seq: ack.ackedSeq });
}

async function stop(): Promise<void> {
  clearTimeout(timer);
  await store.stop();
  const sorted = lateMs.toSorted((one, other) => one - other);
  const lateP99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  tell({ type: "ticks", ticks: { ticks: sorted.length, missed, lateP99Ms, lateMostMs: sorted.at(-1) ?? 0 } });
  process.disconnect();
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function tell(message: FromBenchControl): void {
  process.send?.(message);
}
