import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import sharp from "sharp";
import type { Device, DeviceClass, DeviceContext, DeviceEvent } from "#contract/device";
import type { LaneSnapshot } from "#contract/messages";
import { DeviceNews } from "#control/device-news";
import { LampTest } from "#control/lamp-test";
import { CameraSimulator } from "#devices/camera/onvif/simulator";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { IdReaderSimulator } from "#devices/id-reader/text/simulator";
import { openCamera, openGate, openReader, openWeighbridge } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import { LaneApi } from "#edge/api/lane-api";
import { DeviceBoard } from "#edge/devices/device-board";
import { DeviceDesk } from "#edge/devices/device-desk";
import type { DeviceEntry } from "#edge/devices/device-view";
import { LampLine } from "#edge/devices/lamp-line";
import { JournalReader } from "#store/journal-reader";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { SNAPSHOT, sampleJournal } from "../edge/api/sample-lane.ts";

const PASSWORD = "seen-by-nobody";

/** Drivers against simulators, the board that hears them, and the API before it: a lane without its core. */
export class DeviceLane {
  readonly gate = new GatePlcSimulator({ travelMs: 200 });
  readonly scale = new WeighbridgeSimulator({ speed: 8 });
  readonly camera: CameraSimulator;
  readonly codes = new IdReaderSimulator({ heartbeat: "ALIVE" });
  readonly folder: string;
  /** The lane's mode, and whether a vehicle is in it. */
  service = "auto";
  occupied = false;
  readonly #health = new Map<string, LaneSnapshot["devices"][number]>();
  readonly #database: string;
  readonly #jpeg: Uint8Array;

  private constructor(folder: string, database: string, jpeg: Uint8Array) {
    this.folder = folder;
    this.#database = database;
    this.#jpeg = jpeg;
    this.camera = new CameraSimulator({ username: "lane", password: PASSWORD, picture: () => this.#jpeg });
  }

  static async open(t: TestContext): Promise<DeviceLane> {
    const { folder, database } = sampleJournal(t);
    const picture = sharp({ create: { width: 1600, height: 900, channels: 3, background: "#345678" } });
    const lane = new DeviceLane(folder, database, await picture.jpeg().toBuffer());
    await lane.#start(t);
    return lane;
  }

  get socketPath(): string {
    return join(this.folder, "lane.sock");
  }

  get snapshot(): LaneSnapshot {
    const occupancy = this.occupied ? ["scale"] : [];
    return { ...SNAPSHOT, mode: this.service, occupancy, passages: [], devices: [...this.#health.values()] };
  }

  async #start(t: TestContext): Promise<void> {
    for (const simulator of [this.gate, this.scale, this.camera, this.codes]) {
      await simulator.start();
      t.after(() => simulator.stop());
    }
    loadOrCreateLaneKey(this.folder);
    const entries = this.#entries();
    const board = new DeviceBoard(systemClock);
    const take = (event: DeviceEvent) => {
      board.take(event);
      if (event.type === "health") this.#heard(event, entries);
    };
    const news = new DeviceNews((message) => {
      if (message.type === "device-news") for (const event of message.events) take(event);
    });
    news.start();
    t.after(() => news.stop());
    const direct: DeviceContext = { clock: systemClock, post: take, dataDir: this.folder };
    const told = news.watching({ ...direct, post: () => undefined });
    const [gateEntry, scaleEntry, cameraEntry, codesEntry] = entries;
    const gate = await openGate(specOf(gateEntry), told);
    const camera = await openCamera(specOf(cameraEntry), direct);
    const others: Device[] = [
      await openWeighbridge(specOf(scaleEntry), told),
      await openReader(specOf(codesEntry), direct),
    ];
    for (const device of [gate, camera, ...others]) {
      await device.start();
      t.after(() => device.stop());
    }
    const lamps = new LampTest({
      gate: () => gate,
      service: () => this.service,
      wanted: () => null,
      record: () => undefined,
      send: (message) => void (message.type === "lamp-test-outcome" && line.settled(message)),
    });
    t.after(() => lamps.stop());
    const line = new LampLine((message) => void (message.type === "lamp-test" && lamps.take(message)));
    const desk = new DeviceDesk({
      clock: systemClock,
      entries,
      board,
      snapshot: () => this.snapshot,
      picture: () => camera.snapshot(),
      folder: join(this.folder, "device-tests"),
      lamp: (id, request) => line.light(id, request),
      key: () => loadOrCreateLaneKey(this.folder),
    });
    const api = new LaneApi({
      socketPath: this.socketPath,
      snapshot: () => this.snapshot,
      reader: JournalReader.open(this.#database),
      devices: desk,
    });
    await api.start();
    t.after(() => api.stop());
  }

  #heard({ device, health }: Extract<DeviceEvent, { type: "health" }>, entries: readonly DeviceEntry[]): void {
    const deviceClass = entries.find(({ id }) => id === device)?.class ?? "gate";
    this.#health.set(device, { id: device, class: deviceClass, ...health });
  }

  #entries(): [DeviceEntry, DeviceEntry, DeviceEntry, DeviceEntry] {
    const passwordFile = join(this.folder, "camera-password");
    writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    const modbus = (port: number) => ({ host: "127.0.0.1", port, unit: 1, timeoutMs: 2000, profile: "generic" });
    const url = `http://127.0.0.1:${this.camera.port}/onvif/device_service`;
    const camera = { url, username: "lane", passwordFile, task: "plate", plateEvents: false };
    const line = { line: this.codes.line, baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1, kind: "code" };
    return [
      entry("gate", "gate", "modbus-gate", { ...modbus(this.gate.port), pollMs: 20 }),
      entry("scale", "weighbridge", "modbus-weighbridge", {
        ...modbus(this.scale.port),
        pollMs: 50,
        capacityKg: 80_000,
      }),
      entry("front", "camera", "onvif-camera", { ...camera, timeoutMs: 5000, maxImageBytes: 16_777_216 }),
      entry("codes", "id-reader", "text-id-reader", { ...line, heartbeat: "ALIVE", silenceMs: 5000 }),
    ];
  }
}

function entry(
  id: string,
  deviceClass: DeviceClass,
  driver: string,
  options: Readonly<Record<string, unknown>>,
): DeviceEntry {
  return { id, class: deviceClass, driver, home: "control", summary: `the ${id} of a test`, options };
}

const specOf = ({ id, driver, options }: DeviceEntry) => ({ id, driver, options });
