import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Device, DeviceContext, DeviceEvent, GateDevice } from "#contract/device";
import { openCamera, openGate, openReader, openWeighbridge } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import type { FromPlant, PlantPorts, ToPlant } from "./devices-plant.ts";
import { CAMERA_PASSWORD } from "./devices-secret.ts";
import { type Spread, spread } from "./spread.ts";

/** From the change of an input on the wire to the boom command on the wire, milliseconds. */
export interface EdgeFigures {
  /** All twelve devices well. */
  readonly quiet: Spread;
  /** One camera hangs, and one PLC sends bytes as fast as they are taken. */
  readonly disturbed: Spread;
  readonly devices: number;
  readonly pollMs: number;
  readonly edges: number;
  /** Edges to which no command came within 5 s. */
  readonly lost: number;
}

const POLL_MS = 20;

/**
 * Twelve drivers in one process, more than control ever has, and the barest reaction: an edge of the arrival loop moves
 * the boom. What the lane decides in between is measured by `npm run bench`.
 */
export async function measureEdges(edges: number): Promise<EdgeFigures> {
  const plant = fork(fileURLToPath(new URL("./devices-plant.ts", import.meta.url)));
  const folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  const lane = new TwelveDevices(folder);
  try {
    const { ports } = await answer(plant, "started");
    await lane.start(ports);
    const quiet = await run(plant, edges);
    await lane.disturb(ports);
    tell(plant, { type: "hang-camera" });
    const disturbed = await run(plant, edges);
    const lost = quiet.lost + disturbed.lost;
    const spreads = { quiet: spread(quiet.times), disturbed: spread(disturbed.times) };
    return { ...spreads, devices: lane.count, pollMs: POLL_MS, edges, lost };
  } finally {
    await lane.stop();
    plant.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

class TwelveDevices {
  readonly #folder: string;
  readonly #devices: Device[] = [];
  readonly #context: DeviceContext;
  readonly #up = new Set<string>();
  #gate: GateDevice | undefined;
  #arrival: boolean | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#context = { clock: systemClock, post: (event) => this.#take(event), dataDir: folder };
  }

  get count(): number {
    return this.#devices.length;
  }

  async start(ports: PlantPorts): Promise<void> {
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, CAMERA_PASSWORD);
    const modbus = { host: "127.0.0.1", unit: 1, timeoutMs: 300, profile: "generic" };
    const gate = { ...modbus, port: ports.gate, pollMs: POLL_MS };
    this.#gate = await openGate({ id: "gate", driver: "modbus-gate", options: gate }, this.#context);
    this.#devices.push(this.#gate);
    for (const [index, port] of ports.scales.entries()) this.#devices.push(await this.#scale(`scale-${index}`, port));
    const line = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1, heartbeat: "ALIVE" };
    const reader = { ...line, silenceMs: 5000, repeatMs: 5000, mostPerSecond: 20 };
    for (const [index, where] of ports.readers.entries()) {
      const options = { ...reader, line: where, kind: "tag", epcDigits: 24 };
      this.#devices.push(await openReader({ id: `reader-${index}`, driver: "text-id-reader", options }, this.#context));
    }
    const seals = { ...reader, line: ports.seals, lowBatteryPercent: 20 };
    this.#devices.push(await openReader({ id: "seals", driver: "text-seal-reader", options: seals }, this.#context));
    const camera = { username: "lane", passwordFile, task: "plate", plateEvents: true };
    for (const [index, url] of ports.cameras.entries()) {
      const options = { ...camera, url, timeoutMs: 3000, maxImageBytes: 4_000_000 };
      this.#devices.push(await openCamera({ id: `camera-${index}`, driver: "onvif-camera", options }, this.#context));
    }
    for (const device of this.#devices) await device.start();
    await this.#allUp();
  }

  /** The last scale is replaced by something that floods. */
  async disturb(ports: PlantPorts): Promise<void> {
    const index = ports.scales.length;
    await this.#devices[index]?.stop();
    const flooded = await this.#scale(`scale-${index - 1}`, ports.flood);
    this.#devices[index] = flooded;
    await flooded.start();
  }

  async stop(): Promise<void> {
    for (const device of this.#devices) await device.stop();
  }

  #scale(id: string, port: number) {
    const options = {
      host: "127.0.0.1",
      port,
      unit: 1,
      timeoutMs: 300,
      profile: "generic",
      pollMs: 50,
      capacityKg: 80_000,
    };
    return openWeighbridge({ id, driver: "modbus-weighbridge", options }, this.#context);
  }

  #take(event: DeviceEvent): void {
    if (event.type === "health" && event.health.state === "up") this.#up.add(event.device);
    if (event.type !== "gate-inputs") return;
    const before = this.#arrival;
    this.#arrival = event.inputs.loopArrival;
    if (before === undefined || before === this.#arrival) return;
    // A command that does not arrive is counted at the other end.
    this.#gate?.command({ type: this.#arrival ? "raise-boom" : "lower-boom" }).catch(() => undefined);
  }

  async #allUp(): Promise<void> {
    const limit = performance.now() + 60_000;
    while (this.#up.size < this.#devices.length) {
      const missing = this.#devices.filter(({ id }) => !this.#up.has(id)).map(({ id }) => id);
      if (performance.now() > limit) throw new Error(`not up after a minute: ${missing.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function run(plant: ChildProcess, count: number): Promise<Extract<FromPlant, { type: "edges" }>> {
  const done = answer(plant, "edges");
  tell(plant, { type: "edges", count });
  return done;
}

const tell = (plant: ChildProcess, message: ToPlant) => plant.send(message);

function answer<Type extends FromPlant["type"]>(
  plant: ChildProcess,
  type: Type,
): Promise<Extract<FromPlant, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the simulated hardware ended with ${code}`));
    plant.once("exit", ended);
    const take = (message: FromPlant) => {
      if (message.type !== type) return;
      plant.off("message", take);
      plant.off("exit", ended);
      resolve(message as Extract<FromPlant, { type: Type }>);
    };
    plant.on("message", take);
  });
}
