import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pino from "pino";
import { v7 as uuidv7 } from "uuid";
import { containerCheckDigit } from "#contract/identifiers";
import type { JournalEntry } from "#contract/journal";
import type { Envelope, ToEdge } from "#contract/messages";
import type { TextReading } from "#contract/reading";
import { Child } from "#daemon/child";
import { readLane } from "#daemon/lane-setup";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import { JournalReader } from "#store/journal-reader";
import { clearanceOf } from "../demo/clearances.ts";
import { writeLaneFiles } from "../demo/lane-files.ts";
import { generateKeys } from "../operations/keys.ts";

/** Percentiles of one stretch of time, milliseconds. */
export interface Stretch {
  readonly p50: number;
  readonly p99: number;
}

export interface Reaction {
  readonly rounds: number;
  /** From handing the last reading to the control process to the raise command arriving at the PLC. */
  readonly readingToCommandMs: Stretch;
  readonly breakdownMs: {
    /** Reading taken, clearances looked up, rules run, PASS on the disk. */
    readonly decisionDurable: Stretch;
    /** Vetoes looked at again, intent on the disk, interlock, Modbus write and its echo. */
    readonly intentAndWrite: Stretch;
  };
}

const LOAD_KG = 20_000;
const TRACTOR_TARE_KG = 14_500;
/** Boom and platform move this much faster than in reality: they are not what is measured. */
const SPEED = 40;

type Capture = Extract<ToEdge, { type: "capture" }>;

/**
 * Our reaction, measured on the real control process: real journal with synchronous=FULL, real Modbus to a PLC in this
 * process. The bench stands where the edge process stands and hands over readings.
 */
export async function measureReaction(rounds: number, progress: (done: number) => void): Promise<Reaction> {
  const lane = new BenchedControl(rounds);
  try {
    await lane.start();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await lane.pass(round));
      progress(round + 1);
    }
    return { rounds, readingToCommandMs: stretch(times), breakdownMs: lane.breakdown() };
  } finally {
    await lane.stop();
  }
}

class BenchedControl {
  readonly #rounds: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  readonly #gate = new GatePlcSimulator({ speed: SPEED });
  readonly #weighbridge = new WeighbridgeSimulator({ speed: SPEED });
  readonly #waiting = new Map<string, (capture: Capture) => void>();
  readonly #captures: Capture[] = [];
  #child: Child | undefined;
  #reader: JournalReader | undefined;
  #raised: ((at: number) => void) | undefined;

  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  async start(): Promise<void> {
    await this.#gate.start();
    await this.#weighbridge.start();
    this.#gate.onChange((change) => {
      if (change.type === "command" && change.command === "raise") this.#raised?.(performance.now());
    });
    const files = writeLaneFiles({
      folder: this.#folder,
      // The cameras and the broker are the edge's; control only knows that they exist.
      ports: { gate: this.#gate.port, weighbridge: this.#weighbridge.port, cameras: { front: 7, rear: 8, side: 9 } },
      brokerUrl: "mqtt://127.0.0.1:9",
      keys: generateKeys("bench"),
      cameraPassword: "bench",
      speed: SPEED,
      onboard: false,
      rear: false,
    });
    mkdirSync(dirname(files.database), { recursive: true });
    const log = pino({ level: "silent" });
    this.#child = new Child({
      role: "control",
      args: ["--config", files.config, "--boot", uuidv7()],
      lane: JSON.stringify(readLane(files.config)),
      log,
      onEnvelope: (envelope) => this.#envelope(envelope),
      onExit: () => undefined,
    });
    await this.#child.start();
    this.#reader = JournalReader.open(files.database);
    const nowUtc = Date.now();
    const records = Array.from({ length: this.#rounds }, (_, round) =>
      clearanceOf({
        id: `CL-${round}`,
        plate: plateOf(round),
        container: containerOf(round),
        declaredGrossKg: LOAD_KG,
        tractorTareKg: TRACTOR_TARE_KG,
        containerTareKg: 2300,
        nowUtc,
      }),
    );
    this.#tell({ to: "control", message: { type: "link", up: true, detail: "bench" } });
    this.#tell({ to: "control", message: { type: "clearance-snapshot", version: 1, at: Date.now(), records } });
    await this.#journaled((entry) => entry.type === "clearance.received", 0);
    await this.#until(() => this.#gate.lights.entry === "green");
  }

  /** One truck, from the arrival loop to the closed boom. Resolves with the reaction time, milliseconds. */
  async pass(round: number): Promise<number> {
    const from = this.#reader?.head().seq ?? 0;
    // Requests for the vehicle before are nobody's any more.
    this.#captures.length = 0;
    this.#gate.setInputs({ loopArrival: true });
    this.#answer(await this.#capture("front"), plateReading(round));
    await this.#journaled((entry) => entry.type === "read.image", from);
    this.#gate.setInputs({ eyeScaleFront: true });
    this.#weighbridge.setLoad(TRACTOR_TARE_KG + LOAD_KG);
    await wait(60);
    this.#gate.setInputs({ loopArrival: false, eyeScaleFront: false });
    const side = await this.#capture("side");
    await this.#journaled((entry) => entry.type === "scale.weighed", from);
    const raised = new Promise<number>((resolve) => {
      this.#raised = resolve;
    });
    const at = performance.now();
    this.#answer(side, containerReading(round));
    const time = (await raised) - at;
    await this.#driveOut();
    await this.#journaled((entry) => entry.type === "passage.closed", from);
    return time;
  }

  breakdown(): Reaction["breakdownMs"] {
    const decisionDurable: number[] = [];
    const intentAndWrite: number[] = [];
    let lastRead = 0;
    let durableAt: number | undefined;
    for (let from = 1; ; ) {
      const page = this.#reader?.range(from, 1000) ?? [];
      if (page.length === 0) break;
      for (const { type, data, monotonicMs, seq } of page) {
        from = seq + 1;
        const event = (data as { event?: { type?: string; commandId?: string } }).event?.type;
        if (type === "read.image") lastRead = monotonicMs;
        if (event === "decision-durable") {
          decisionDurable.push(monotonicMs - lastRead);
          durableAt = monotonicMs;
        }
        if (event === "command-outcome" && durableAt !== undefined) {
          intentAndWrite.push(monotonicMs - durableAt);
          durableAt = undefined;
        }
      }
    }
    return { decisionDurable: stretch(decisionDurable), intentAndWrite: stretch(intentAndWrite) };
  }

  async stop(): Promise<void> {
    this.#reader?.close();
    await this.#child?.stop();
    await this.#weighbridge.stop();
    await this.#gate.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #driveOut(): Promise<void> {
    await this.#until(() => this.#gate.inputs.boomOpen);
    this.#gate.setInputs({ loopUnder: true });
    await wait(50);
    this.#weighbridge.setLoad(0);
    this.#gate.setInputs({ loopExit: true });
    await wait(100);
    this.#gate.setInputs({ loopUnder: false });
    await wait(50);
    this.#gate.setInputs({ loopExit: false });
  }

  #envelope(envelope: Envelope): void {
    if (envelope.to !== "edge" || envelope.message.type !== "capture") return;
    const capture = envelope.message;
    const waiting = this.#waiting.get(capture.camera);
    this.#waiting.delete(capture.camera);
    if (waiting === undefined) this.#captures.push(capture);
    else waiting(capture);
  }

  #capture(camera: string): Promise<Capture> {
    const index = this.#captures.findIndex((one) => one.camera === camera);
    const known = index < 0 ? undefined : this.#captures.splice(index, 1)[0];
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(camera, resolve));
  }

  #answer({ captureId, passage, camera }: Capture, reading: TextReading): void {
    const evidence = { sha256: "0".repeat(64), bytes: 1, takenAt: Date.now() };
    const recognition = { readings: [reading], modelHash: "0".repeat(64), elapsedMs: 0, width: 1280, height: 720 };
    this.#tell({
      to: "control",
      message: { type: "capture-result", captureId, passage, camera, evidence, recognition },
    });
  }

  #tell(envelope: Envelope): void {
    this.#child?.send(envelope);
  }

  async #journaled(fits: (entry: JournalEntry) => boolean, after: number): Promise<void> {
    await this.#until(() => this.#reader?.range(after + 1, 500).some(fits) ?? false);
  }

  async #until(fits: () => boolean): Promise<void> {
    for (let tries = 0; tries < 6000; tries++) {
      if (fits()) return;
      await wait(5);
    }
    throw new Error("the lane did not get on within 30 s");
  }
}

const plateOf = (round: number): string => `12C${String(10_000 + round)}`;

function containerOf(round: number): string {
  const firstTen = `MSKU${String(100_000 + round)}`;
  return `${firstTen}${containerCheckDigit(firstTen)}`;
}

const BOX = [
  [0, 0],
  [100, 0],
  [100, 20],
  [0, 20],
] as const;

function plateReading(round: number): TextReading {
  const text = plateOf(round);
  return {
    kind: "plate",
    text,
    confidence: 0.98,
    alternatives: [],
    box: BOX,
    country: "VN",
    plateKind: "tractor",
    lines: 1,
  };
}

function containerReading(round: number): TextReading {
  return {
    kind: "container",
    text: containerOf(round),
    confidence: 0.98,
    alternatives: [],
    box: BOX,
    check: "verified",
  };
}

/** Percentiles of measured times, milliseconds with two decimals. */
export function stretch(times: readonly number[]): Stretch {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
    return Math.round(value * 100) / 100;
  };
  return { p50: at(0.5), p99: at(0.99) };
}
