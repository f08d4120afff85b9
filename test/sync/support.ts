import { createPrivateKey, sign as signBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { v7 as uuid } from "uuid";
import { Broker, type BrokerOptions } from "#bench/operations/broker";
import { generateKeys, type KeyPair } from "#bench/operations/keys";
import { Operations, type OperationsOptions } from "#bench/operations/operations";
import type { JournalType } from "#contract/journal";
import type { ToControl } from "#contract/messages";
import { JournalReader } from "#store/journal-reader";
import { Store } from "#store/store";
import { Uplink, type UplinkOptions } from "#sync/uplink";

export const SITE = "huu-nghi";
export const LANE = "lane-1";
export const KEYS: KeyPair = generateKeys("operations-1");
export const clock = { monotonic: () => performance.now(), utc: () => Date.now() };
export const silent = pino({ level: "silent" });

/** Waits for a condition; the limit is only there to end a test that has failed. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`this never happened: ${what}`);
    await delay(5);
  }
}

/** A compact JWS part. */
export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content).toString("base64url");
}

/** A flattened JWS over exactly these bytes, made without the code under test. */
export function signedText(
  content: string | Uint8Array,
  keys: KeyPair = KEYS,
  header: object = { alg: "EdDSA" },
): string {
  const protectedHeader = base64url(JSON.stringify({ kid: keys.kid, ...header }));
  const payload = base64url(content);
  const bytes = Buffer.from(`${protectedHeader}.${payload}`, "ascii");
  const signature = base64url(signBytes(null, bytes, createPrivateKey(keys.privateKeyPem)));
  return JSON.stringify({ payload, protected: protectedHeader, signature });
}

export async function startedBroker(t: TestContext, options: BrokerOptions = {}): Promise<Broker> {
  const broker = new Broker(options);
  await broker.start();
  t.after(() => broker.stop());
  return broker;
}

export async function startedOperations(t: TestContext, broker: Broker, options: Partial<OperationsOptions> = {}) {
  const operations = new Operations({ url: broker.url, site: SITE, keys: KEYS, ackDelayMs: 20, ...options });
  t.after(() => operations.stop());
  await operations.start();
  return operations;
}

/** A lane without devices: store, uplink, and the little that control does between them. */
export class BareLane {
  readonly messages: ToControl[] = [];
  readonly path: string;
  readonly boot = uuid();
  readonly store: Store;
  readonly uplink: Uplink;
  acked: number;

  constructor(t: TestContext, url: string, options: Partial<UplinkOptions> & { path?: string } = {}) {
    const folder = mkdtempSync(join(tmpdir(), "gatelane-sync-"));
    this.path = options.path ?? join(folder, "lane.db");
    const { store, opened } = Store.open({ path: this.path, boot: this.boot, startedUtc: Date.now() });
    this.store = store;
    this.acked = opened.ackedSeq;
    this.uplink = new Uplink({
      url,
      clientId: `lane-${SITE}-${LANE}`,
      site: SITE,
      lane: LANE,
      boot: this.boot,
      trust: [KEYS],
      openJournal: () => JournalReader.open(this.path),
      clock,
      log: silent,
      status: () => ({ software: "0.1.0", configHash: "c", policyHash: "p", modelHash: null }),
      onMessage: (message) => this.#take(message),
      reconnectMinMs: 20,
      reconnectMaxMs: 100,
      ...options,
    });
    t.after(async () => {
      await this.uplink.stop();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** Appends `count` entries and tells the uplink. */
  append(count: number, type: JournalType = "lane.event"): number {
    const drafts = Array.from({ length: count }, (_, index) => ({
      utc: Date.now(),
      monotonicMs: performance.now(),
      type,
      passage: null,
      data: { index },
    }));
    const [result] = this.store.commitGroup([{ drafts }]);
    if (result === undefined || result instanceof Error) throw result ?? new Error("no result");
    this.uplink.headAdvanced(result.head.seq);
    return result.head.seq;
  }

  of<T extends ToControl["type"]>(type: T): Extract<ToControl, { type: T }>[] {
    return this.messages.filter((message): message is Extract<ToControl, { type: T }> => message.type === type);
  }

  #take(message: ToControl): void {
    this.messages.push(message);
    if (message.type !== "ack") return;
    const [result] = this.store.commitGroup([{ drafts: [], ack: message }]);
    if (result === undefined || result instanceof Error || !result.ack?.accepted) return;
    this.acked = result.ack.ackedSeq;
    this.uplink.cursorAdvanced(this.acked);
  }
}
