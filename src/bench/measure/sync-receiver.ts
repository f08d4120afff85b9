import { spawn, spawnSync } from "node:child_process";
import { parentPort, workerData } from "node:worker_threads";
import mqtt from "mqtt";
import { InvariantError } from "#contract/errors";
import { GENESIS_HASH } from "#contract/journal";
import { isoUtc } from "#contract/units";
import { laneTopics } from "#contract/upstream";
import { createSigner } from "#sync/sign";
import type { KeyPair } from "../operations/keys.ts";

/**
 * The receiving end of a drain, on a thread of its own and as cheap as it can be, because it is not what is measured:
 * Mosquitto's subscriber (C) brings the messages with the time of each, every entry is held against the one before by
 * number and hash, and every so many are acknowledged with a signature. That nothing is lost or altered is shown
 * elsewhere, by operations that check everything.
 */
export interface ReceiverSetup {
  readonly port: number;
  readonly site: string;
  readonly lane: string;
  readonly keys: KeyPair;
  /** Messages until the time is taken. */
  readonly count: number;
}

/** `started`: subscribed. Seconds from the first message to the last of the count. */
export type FromReceiver = { readonly type: "started" } | { readonly type: "arrived"; readonly seconds: number };

/** As often as central operations acknowledge a stream (entries), and how long they gather the rest, milliseconds. */
const ACK_AT_ENTRIES = 256;
const ACK_AFTER_MS = 100;
const NEW_LINE = 10;

const { port, site, lane, keys, count } = workerData as ReceiverSetup;
const topics = laneTopics(site, lane);
const signer = createSigner(keys);
/** Entries that came ahead of one that is missing: those of the live stream overtake the backlog. */
const ahead = new Map<number, { readonly hash: string; readonly prevHash: string; readonly boot: string }>();
let head = { seq: 0, hash: GENESIS_HASH, boot: "" };
let acked = 0;
let arrived = 0;
let firstAt = 0;
let timer: NodeJS.Timeout | undefined;
let rest: Buffer = Buffer.alloc(0);

const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: "operations", protocolVersion: 4 });
const subscribe = ["-h", "127.0.0.1", "-p", String(port), "-q", "1", "-c", "-i", "watcher", "-t", topics.event("#")];
// The first call only leaves a subscription behind, so that no message comes too early for the second.
spawnSync("mosquitto_sub", [...subscribe, "-E"]);
const watcher = spawn("mosquitto_sub", [...subscribe, "-F", "%U %p"], { stdio: ["ignore", "pipe", "inherit"] });
watcher.stdout.on("data", (chunk: Buffer) => {
  const bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
  let from = 0;
  for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, from)) {
    takeLine(bytes.toString("latin1", from, end));
    from = end + 1;
  }
  rest = bytes.subarray(from);
});
parentPort?.once("message", () => {
  clearTimeout(timer);
  watcher.kill("SIGKILL");
  void client.endAsync(true).then(() => parentPort?.close());
});
// Operations have been there for long: the slow first signatures of a process are not theirs.
for (let n = 0; n < 200; n++) await signer.sign({ site, lane, ...head, at: isoUtc(Date.now()) });
post({ type: "started" });

/** Time in seconds, a blank, the message. */
function takeLine(line: string): void {
  arrived += 1;
  if (arrived === 1) firstAt = Number(line.slice(0, line.indexOf(" ")));
  if (arrived === count) post({ type: "arrived", seconds: Number(line.slice(0, line.indexOf(" "))) - firstAt });
  const at = line.indexOf('"seq":') + 6;
  const seq = Number(line.slice(at, line.indexOf(",", at)));
  if (!(seq > head.seq)) return;
  const tail = line.lastIndexOf('"prevHash":"');
  const boot = line.indexOf('"boot":"') + 8;
  ahead.set(seq, {
    prevHash: line.slice(tail + 12, tail + 76),
    hash: line.slice(tail + 86, tail + 150),
    boot: line.slice(boot, line.indexOf('"', boot)),
  });
  for (let next = ahead.get(head.seq + 1); next !== undefined; next = ahead.get(head.seq + 1)) {
    if (next.prevHash !== head.hash) throw new InvariantError(`entry ${head.seq + 1} does not continue the chain`);
    ahead.delete(head.seq + 1);
    head = { seq: head.seq + 1, hash: next.hash, boot: next.boot };
  }
  if (head.seq - acked >= ACK_AT_ENTRIES) acknowledge();
  else timer ??= setTimeout(acknowledge, ACK_AFTER_MS);
}

function acknowledge(): void {
  clearTimeout(timer);
  timer = undefined;
  if (head.seq === acked) return;
  acked = head.seq;
  const ack = { site, lane, ...head, at: isoUtc(Date.now()) };
  void signer.sign(ack).then((signed) => client.publishAsync(topics.ack, signed, { qos: 1, retain: true }));
}

function post(message: FromReceiver): void {
  parentPort?.postMessage(message);
}
