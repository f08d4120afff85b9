import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import mqtt from "mqtt";
import type { JournalReader } from "#store/journal-reader";
import { toEventMessage } from "#sync/event-message";
import { freePort } from "../brokers/broker-process.ts";
import { Mosquitto } from "../brokers/mosquitto.ts";
import type { KeyPair } from "../operations/keys.ts";
import type { FromReceiver, ReceiverSetup } from "./sync-receiver.ts";

/** One way of bringing the same messages to the same kind of broker. */
export interface DrainFigure {
  /** From the first to the last message at a subscriber of the target broker, seconds. */
  readonly seconds: number;
  readonly perSecond: number;
}

/** Most messages without acknowledgement: the lane's own figure, given to the peers too. */
const WINDOW = 32;
/**
 * The subscriber must not be what is measured, so nothing is dropped for it. The limit on messages without
 * acknowledgement binds only who speaks MQTT 5, which is the lane and not its peers.
 */
const TARGET = { persistence: false, extra: ["max_queued_messages 0", `max_inflight_messages ${WINDOW}`] };
const FILTER = "gate/#";
const SITE = "bench";
const LANE = "lane-1";
const TOPIC = `gate/v1/${SITE}/${LANE}/event/lane/event`;
const PAHO_SOURCE = fileURLToPath(new URL("./sync-paho.c", import.meta.url));

/** A fresh Mosquitto with the same receiver for whoever drains; see sync-receiver.ts. */
export async function withTarget(
  count: number,
  keys: KeyPair,
  drain: (target: Mosquitto) => Promise<void>,
): Promise<DrainFigure> {
  const target = new Mosquitto(TARGET);
  await target.start();
  const workerData: ReceiverSetup = { port: target.port, site: SITE, lane: LANE, keys, count };
  const receiver = new Worker(new URL("./sync-receiver.ts", import.meta.url), { workerData });
  try {
    await once(receiver, "message");
    const arrived = once(receiver, "message") as Promise<[Extract<FromReceiver, { type: "arrived" }>]>;
    await drain(target);
    const [{ seconds }] = await arrived;
    return { seconds, perSecond: Math.round(count / seconds) };
  } finally {
    const gone = once(receiver, "exit");
    receiver.postMessage("stop");
    await gone;
    await target.stop();
  }
}

/** The messages of a journal, one a line, as the lane publishes them. */
export function writeMessages(journal: JournalReader, file: string): void {
  const lines: string[] = [];
  for (let from = 1; ; ) {
    const page = journal.range(from, 10_000);
    for (const entry of page) lines.push(JSON.stringify(toEventMessage(SITE, LANE, entry)));
    from = (page.at(-1)?.seq ?? from) + 1;
    if (page.length < 10_000) break;
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
}

/**
 * Mosquitto's own bridge: a broker that holds the messages for the target while it cannot reach it. It goes down with
 * them on its disk, and brings them when it comes up again.
 */
export async function bridgeDrain(count: number, keys: KeyPair, messages: string): Promise<DrainFigure> {
  const bridgeTo = (port: number) => [
    "max_queued_messages 0",
    "connection to-operations",
    `address 127.0.0.1:${port}`,
    `topic ${FILTER} out 1`,
    "restart_timeout 1",
    `max_inflight_messages ${WINDOW}`,
    "cleansession false",
  ];
  const bridge = new Mosquitto({ persistence: true, extra: bridgeTo(await freePort()) });
  await bridge.start();
  await published(bridge.port, messages);
  await bridge.pause();
  try {
    return await withTarget(count, keys, async (target) => {
      await bridge.start(bridgeTo(target.port));
    });
  } finally {
    await bridge.stop();
  }
}

async function published(port: number, messages: string): Promise<void> {
  const command = `mosquitto_pub -h 127.0.0.1 -p ${port} -q 1 -l -t ${TOPIC} < "$0"`;
  const child = spawn("sh", ["-c", command, messages], { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}

/** Paho C, built on the spot. Undefined where there is no compiler or no library. */
export async function pahoDrain(count: number, keys: KeyPair, messages: string): Promise<DrainFigure | undefined> {
  const program = join(dirname(messages), "sync-paho");
  const built = spawnSync("cc", ["-O2", "-o", program, PAHO_SOURCE, "-lpaho-mqtt3a", "-lpthread"], { stdio: "ignore" });
  if (built.status !== 0) return undefined;
  return withTarget(count, keys, async ({ port }) => {
    const args = [`tcp://127.0.0.1:${port}`, String(WINDOW), TOPIC, messages];
    const [code] = await once(spawn(program, args, { stdio: "inherit" }), "close");
    if (code !== 0) throw new Error(`the program with Paho ended with ${code}`);
  });
}

/** MQTT.js alone: one payload again and again, nothing read, nothing kept. What the library itself allows. */
export async function libraryDrain(count: number, keys: KeyPair, messages: string): Promise<DrainFigure> {
  const [payload = ""] = readFileSync(messages, "utf8").split("\n", 1);
  return withTarget(count, keys, async (target) => {
    const client = await mqtt.connectAsync(target.url, { protocolVersion: 4 });
    await new Promise<void>((resolve, reject) => {
      let [sent, acked] = [0, 0];
      const fill = (): void => {
        for (; sent < count && sent - acked < WINDOW; sent++) client.publish(TOPIC, payload, { qos: 1 }, answered);
      };
      const answered = (error?: Error): void => {
        if (error) return reject(error);
        acked += 1;
        if (acked === count) resolve();
        else fill();
      };
      fill();
    });
    await client.endAsync(true);
  });
}
