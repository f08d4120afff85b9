import type { CameraDevice, DeviceContext, DeviceEvent, DeviceHealth, Snapshot } from "#contract/device";
import { unreachable } from "#contract/errors";
import type { LaneSnapshot, ToControl, ToEdge } from "#contract/messages";
import type { OrderOutcome } from "#contract/order";
import type { Clock } from "#contract/units";
import { EvidenceStore } from "#store/evidence";
import { CaptureStation } from "./capture.ts";
import { FieldDevices, type FieldDevicesOptions } from "./field-devices.ts";
import { VisionProcess } from "./vision/process.ts";

/** The id under which recognition stands among the devices. */
export const RECOGNISER_ID = "vision";

/** What the edge needs of the link to operations. */
export interface Upstream {
  start(): void;
  stop(): Promise<void>;
  headAdvanced(seq: number): void;
  cursorAdvanced(seq: number): void;
  publishSnapshot(snapshot: LaneSnapshot): void;
}

/** What the edge needs of the bus between the lanes of a site. */
export interface NeighbourBus {
  start(): Promise<void>;
  stop(): Promise<void>;
  headAdvanced(): void;
  publishSnapshot(snapshot: LaneSnapshot): void;
  readonly neighbours: NonNullable<LaneSnapshot["neighbours"]>;
}

/** What the edge needs of the desk that takes the orders of people. */
export interface Orders {
  start(): Promise<void>;
  stop(): Promise<void>;
  settled(outcome: OrderOutcome): void;
}

/** What the edge needs of the local API. */
export interface LocalApi {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  readonly clock: Clock;
  readonly evidenceDir: string;
  readonly cameras: (context: DeviceContext) => Promise<CameraDevice[]>;
  /** Devices besides the cameras that keep their own pace. */
  readonly devices: FieldDevicesOptions["devices"];
  /** Folder of the lane, for what drivers must keep. */
  readonly dataDir: string;
  readonly upstream: Upstream | null;
  readonly orders: Orders | null;
  readonly bus: NeighbourBus | null;
  /** Hears what became of clearance lists out of files. */
  readonly imports: { settled(outcome: Extract<ToEdge, { type: "clearance-import-outcome" }>): void };
  /** Built here because it shows the snapshots that pass through the edge. */
  readonly api: (snapshot: () => LaneSnapshot | null, picture: (camera: string) => Promise<Snapshot>) => LocalApi;
  /** Shown what every device of the lane says, for people. */
  readonly observe?: (event: DeviceEvent) => void;
  /** What became of a lamp test. */
  readonly lampTested?: (outcome: Extract<ToEdge, { type: "lamp-test-outcome" }>) => void;
  readonly visionThreads: number;
  readonly send: (message: ToControl) => void;
}

/** The edge process: everything that talks to the world at its own pace. */
export class Edge {
  readonly #options: EdgeOptions;
  readonly #vision: VisionProcess;
  readonly #cameras = new Map<string, CameraDevice>();
  readonly #evidence: EvidenceStore;
  readonly #captures: CaptureStation;
  readonly #field: FieldDevices;
  readonly #api: LocalApi;
  #snapshot: LaneSnapshot | null = null;

  constructor(options: EdgeOptions) {
    this.#options = options;
    const { send, visionThreads, evidenceDir } = options;
    this.#evidence = new EvidenceStore({ directory: evidenceDir });
    this.#vision = new VisionProcess({ threads: visionThreads, onHealth: (health) => this.#visionHealth(health) });
    this.#captures = new CaptureStation({
      cameras: this.#cameras,
      evidence: this.#evidence,
      recogniser: this.#vision,
      send,
    });
    this.#field = new FieldDevices({ clock: options.clock, devices: options.devices, send });
    this.#api = options.api(
      () => this.#snapshot,
      (camera) => this.#captures.look(camera),
    );
  }

  async start(): Promise<void> {
    const { clock, upstream, orders, dataDir } = this.#options;
    await this.#evidence.start();
    await this.#vision.start();
    const context: DeviceContext = { clock, post: (event) => this.#post(event), dataDir };
    await this.#field.start(context);
    for (const camera of await this.#options.cameras(context)) {
      this.#cameras.set(camera.id, camera);
      await camera.start();
    }
    await orders?.start();
    upstream?.start();
    await this.#options.bus?.start();
    await this.#api.start();
  }

  /** A message from the control process. */
  handle(message: ToEdge): void {
    const { upstream } = this.#options;
    switch (message.type) {
      case "capture":
        void this.#captures.take(message);
        return;
      case "gate-command":
        void this.#field.command(message);
        return;
      case "vehicle-order":
        void this.#field.vehicleOrder(message);
        return;
      case "journal-head":
        this.#options.bus?.headAdvanced();
        return upstream?.headAdvanced(message.seq);
      case "outbox-cursor":
        return upstream?.cursorAdvanced(message.seq);
      case "clearance-import-outcome":
        return this.#options.imports.settled(message);
      case "order-outcome":
        return this.#options.orders?.settled(message.outcome);
      case "device-news":
        for (const event of message.events) this.#options.observe?.(event);
        return;
      case "lamp-test-outcome":
        return this.#options.lampTested?.(message);
      case "lane-snapshot":
        return this.#show(message.snapshot);
      case "stop":
        return;
      default:
        return unreachable(message);
    }
  }

  async stop(): Promise<void> {
    await this.#api.stop();
    await this.#field.stop();
    await Promise.all([...this.#cameras.values()].map((camera) => camera.stop()));
    await this.#vision.stop();
    await this.#options.bus?.stop();
    await this.#options.upstream?.stop();
    await this.#options.orders?.stop();
  }

  /** What control says of the lane, with what only this process knows. */
  #show(reported: LaneSnapshot): void {
    const { upstream, bus } = this.#options;
    this.#snapshot = bus === null ? reported : { ...reported, neighbours: bus.neighbours };
    bus?.publishSnapshot(this.#snapshot);
    upstream?.publishSnapshot(this.#snapshot);
  }

  #visionHealth(health: DeviceHealth): void {
    this.#post({ type: "health", device: RECOGNISER_ID, at: this.#options.clock.monotonic(), health });
  }

  #post(event: DeviceEvent): void {
    this.#options.observe?.(event);
    this.#options.send({ type: "device-event", event });
  }
}
