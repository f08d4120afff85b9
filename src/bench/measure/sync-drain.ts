import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { JournalReader } from "#store/journal-reader";
import { toEventMessage } from "#sync/event-message";
import { freePort } from "../brokers/broker-process.ts";
import { Mosquitto } from "../brokers/mosquitto.ts";

/** One way of bringing the same messages to the same kind of broker. */
export interface DrainFigure {
  /** From the first to the last message at a subscriber of the target broker, seconds. */
  readonly seconds: number;
  readonly perSecond: number;
}

/** The subscriber must not be what is measured, so nothing is dropped for it. */
const TARGET = { persistence: false, extra: ["max_queued_messages 0"] } as const;
const FILTER = "gate/#";
const WINDOW = 32;
const PAHO_SOURCE = fileURLToPath(new URL("./sync-paho.c", import.meta.url));

/** A fresh Mosquitto with a subscriber (C, of its own package) that takes the time of each message. */
export async function withTarget(count: number, drain: (target: Mosquitto) => Promise<void>): Promise<DrainFigure> {
  const target = new Mosquitto(TARGET);
  await target.start();
  const subscribe = ["-h", "127.0.0.1", "-p", String(target.port), "-q", "1", "-c", "-i", "watcher", "-t", FILTER];
  // The first call only leaves a subscription behind, so that no message comes too early for the second.
  spawnSync("mosquitto_sub", [...subscribe, "-E"]);
  const watcher = spawn("mosquitto_sub", [...subscribe, "-C", String(count), "-F", "%U"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let [first, last] = [0, 0];
    createInterface({ input: watcher.stdout }).on("line", (line) => {
      last = Number(line);
      if (first === 0) first = last;
    });
    const ended = once(watcher, "close");
    await drain(target);
    await ended;
    const seconds = last - first;
    return { seconds, perSecond: Math.round(count / seconds) };
  } finally {
    watcher.kill("SIGKILL");
    await target.stop();
  }
}

/** The messages of a journal, one a line, as the lane publishes them. */
export function writeMessages(journal: JournalReader, file: string): void {
  const lines: string[] = [];
  for (let from = 1; ; ) {
    const page = journal.range(from, 10_000);
    for (const entry of page) lines.push(JSON.stringify(toEventMessage("bench", "lane-1", entry)));
    from = (page.at(-1)?.seq ?? from) + 1;
    if (page.length < 10_000) break;
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
}

/**
 * Mosquitto's own bridge: a broker that holds the messages for the target while it cannot reach it. It goes down with
 * them on its disk, and brings them when it comes up again.
 */
export async function bridgeDrain(count: number, messages: string): Promise<DrainFigure> {
  const bridgeTo = (port: number) => [
    "max_queued_messages 0",
    "connection to-operations",
    `address 127.0.0.1:${port}`,
    `topic ${FILTER} out 1`,
    "restart_timeout 1",
    "cleansession false",
  ];
  const bridge = new Mosquitto({ persistence: true, extra: bridgeTo(await freePort()) });
  await bridge.start();
  await published(bridge.port, messages);
  await bridge.pause();
  try {
    return await withTarget(count, async (target) => {
      await bridge.start(bridgeTo(target.port));
    });
  } finally {
    await bridge.stop();
  }
}

async function published(port: number, messages: string): Promise<void> {
  const topic = "gate/v1/bench/lane-1/event/lane/event";
  const command = `mosquitto_pub -h 127.0.0.1 -p ${port} -q 1 -l -t ${topic} < "$0"`;
  const child = spawn("sh", ["-c", command, messages], { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
}

/** Paho C, built on the spot. Undefined where there is no compiler or no library. */
export async function pahoDrain(count: number, messages: string): Promise<DrainFigure | undefined> {
  const program = join(dirname(messages), "sync-paho");
  const built = spawnSync("cc", ["-O2", "-o", program, PAHO_SOURCE, "-lpaho-mqtt3a", "-lpthread"], { stdio: "ignore" });
  if (built.status !== 0) return undefined;
  return withTarget(count, async ({ port }) => {
    const topic = "gate/v1/bench/lane-1/event/lane/event";
    const args = [`tcp://127.0.0.1:${port}`, String(WINDOW), topic, messages];
    const [code] = await once(spawn(program, args, { stdio: "inherit" }), "close");
    if (code !== 0) throw new Error(`the program with Paho ended with ${code}`);
  });
}
