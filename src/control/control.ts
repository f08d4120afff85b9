import type { DeviceEvent, DeviceHealth, GateDevice, WeighbridgeDevice } from "#contract/device";
import { unreachable } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { LaneEffect, LaneState } from "#lanes/passage/model";
import { StoreClient } from "#store/client";
import { Actuator } from "./actuator.ts";
import { Checkpoints } from "./checkpoints.ts";
import { ClearanceFeed } from "./clearance-feed.ts";
import { ClearanceIndex } from "./clearance-index.ts";
import type { ControlOptions } from "./control-options.ts";
import { JournalDesk } from "./journal-desk.ts";
import { LaneLoop } from "./lane-loop.ts";
import { LaneReport } from "./lane-report.ts";
import { LEGAL_NOTE, LegalClock } from "./legal/legal-clock.ts";
import { NeighbourWatch } from "./neighbour-watch.ts";
import { OperationsWatch } from "./operations-watch.ts";
import { ProcessImage } from "./process-image.ts";
import { StorageDesk } from "./storage-desk.ts";
import { LaneTimers } from "./timers.ts";
import { WeighbridgeGuard } from "./weighbridge-guard.ts";

/** How often the snapshot goes out when nothing happens, milliseconds. */
const SNAPSHOT_MS = 1000;

/** The control process: field devices, the lane loop and the store, and nothing that could make them late. */
export class Control {
  readonly #options: ControlOptions;
  readonly #store: StoreClient;
  readonly #loop: LaneLoop;
  readonly #image = new ProcessImage();
  readonly #index: ClearanceIndex;
  readonly #feed: ClearanceFeed;
  readonly #neighbours: NeighbourWatch;
  readonly #legal: LegalClock;
  readonly #operations: OperationsWatch;
  readonly #journal: JournalDesk;
  readonly #guard: WeighbridgeGuard;
  readonly #timers: LaneTimers;
  readonly #checkpoints: Checkpoints;
  readonly #storage = new StorageDesk();
  readonly #report: LaneReport;
  #actuator: Actuator | undefined;
  #gate: GateDevice | undefined;
  #weighbridge: WeighbridgeDevice | null = null;
  #ticker: NodeJS.Timeout | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
    const { boot, clock, databasePath, policy, policyHash, onFatal } = options;
    this.#index = new ClearanceIndex(options.lane.lane);
    const startedUtc = clock.utc();
    const opened = { path: databasePath, boot, startedUtc, ...this.#storage.storeOptions };
    this.#store = new StoreClient({ ...opened, onFailure: onFatal });
    this.#loop = new LaneLoop({
      store: this.#store,
      clock,
      policy,
      policyHash,
      ...(options.shadow === undefined ? {} : { shadow: options.shadow }),
      perform: (effect) => this.#perform(effect),
      incident: () => this.#legal.decisionIncident(),
      onFatal,
      onCommitted: (seq, hash) => this.#journal.committed(seq, hash),
    });
    this.#journal = new JournalDesk({
      loop: this.#loop,
      send: options.send,
      onCommitted: (seq, hash) => this.#checkpoints.committed(seq, hash),
      onAcknowledged: (seq, at) => this.#operations.acknowledged(seq, at),
    });
    const rejected = (...refusal: Parameters<JournalDesk["reject"]>) => this.#journal.reject(...refusal);
    const { freshMs } = policy.offline;
    const feed = { loop: this.#loop, index: this.#index, clock, freshMs, rejected, send: options.send };
    this.#feed = new ClearanceFeed(feed);
    this.#neighbours = new NeighbourWatch({ lane: options.lane.lane, loop: this.#loop, index: this.#index });
    this.#legal = new LegalClock({ lane: options.lane.lane, loop: this.#loop, clock });
    const watched = { loop: this.#loop, feed: this.#feed, journal: this.#journal, legal: this.#legal, clock };
    const ask = () => this.#checkpoints.again();
    this.#operations = new OperationsWatch({ ...watched, offline: policy.offline, ask });
    this.#report = new LaneReport({
      control: options,
      loop: this.#loop,
      journal: this.#journal,
      index: this.#index,
      feed: this.#feed,
      legal: this.#legal,
      storage: this.#storage,
    });
    this.#guard = new WeighbridgeGuard(policy.weight, (input) => this.#loop.post(input), options);
    this.#checkpoints = new Checkpoints({
      site: options.site,
      lane: options.lane.lane,
      boot,
      key: options.key,
      clock,
      append: (checkpoint) => this.#journal.note("journal.checkpoint", checkpoint),
    });
    this.#timers = new LaneTimers((timer) => this.#loop.post({ type: "timer-expired", timer }));
  }

  get state(): LaneState {
    return this.#loop.state;
  }

  /** Opens the store, takes up the state of the start before, then lets the devices in. Nothing moves. */
  async start(): Promise<void> {
    const { boot, lane, clock, policy, machine } = this.#options;
    const opened = await this.#store.start();
    this.#journal.restore(opened.head, opened.ackedSeq);
    this.#index.replace(
      opened.clearanceVersion,
      opened.clearances.map((one) => one.clearance),
    );
    for (const use of opened.uses) this.#index.use(use.id, use.consumption, use.passage);
    for (const use of opened.usedElsewhere) this.#index.useElsewhere(use);
    this.#feed.restore(opened.clearanceReceivedAt, opened.damagedClearances);
    this.#legal.restore(opened.notes[LEGAL_NOTE]);
    if (opened.laneState !== null) this.#loop.restore(opened.laneState as LaneState);
    this.#loop.post({ type: "started", boot, site: lane, ...(machine === undefined ? {} : { machine }) });
    const devices = await this.#options.devices({ clock, post: (event) => this.#deviceEvent(event) });
    this.#gate = devices.gate;
    this.#weighbridge = devices.weighbridge;
    this.#actuator = new Actuator({
      gate: devices.gate,
      image: this.#image,
      clock,
      policy: policy.interlock,
      state: () => this.#loop.state,
      outcome: (commandId, ok, detail) => this.#loop.post({ type: "command-outcome", commandId, ok, detail }),
    });
    await devices.gate.start();
    await devices.weighbridge?.start();
    this.#checkpoints.start();
    this.#storage.start({ ...this.#options, store: this.#store, journal: this.#journal });
    this.#ticker = setInterval(() => this.#tick(), SNAPSHOT_MS);
    this.#report.publish();
  }

  /** A message from the edge process. */
  handle(message: ToControl): void {
    switch (message.type) {
      case "device-event":
        this.#options.remote?.heard(message.event);
        return this.#deviceEvent(message.event);
      case "gate-command-outcome":
        return this.#options.remote?.outcome(message);
      case "capture-result": {
        const { recognition, ...capture } = message;
        const { readings, modelHash, elapsedMs } = recognition;
        return this.#loop.post({ ...capture, readings, modelHash, elapsedMs });
      }
      case "capture-failed": {
        const { captureId, passage, camera, code, detail } = message;
        return this.#loop.post({ type: "capture-failed", captureId, passage, camera, code, detail });
      }
      case "clearance-snapshot":
      case "clearance-delta":
        void this.#feed.take(message);
        return;
      case "neighbour-uses":
        void this.#neighbours.take(message);
        return;
      case "vehicle-order-outcome":
        return this.#options.vehicleLinks?.outcome(message);
      case "ack":
        void this.#journal.acknowledge(message);
        return;
      case "link":
        return this.#link(message.up, message.detail);
      case "order":
        return this.#loop.post({ type: "order", order: message.order });
      case "rejected":
        return this.#journal.reject(message.source, message.code, message.detail);
      case "lamp-test":
      case "stop":
        return;
      default:
        return unreachable(message);
    }
  }

  /** A row about what happened around the lane. */
  note(...row: Parameters<JournalDesk["note"]>): void {
    this.#journal.note(...row);
  }

  /** Order: no more events, no more commands, devices off, journal closed. */
  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    this.#timers.cancelAll();
    this.#checkpoints.stop();
    this.#storage.stop();
    this.#loop.stop();
    await this.#weighbridge?.stop();
    await this.#gate?.stop();
    await this.#store
      .commit({ drafts: [this.#loop.draft("lane.stopped", { why: "asked to stop" })] })
      .catch(() => undefined);
    await this.#store.stop();
  }

  #perform(effect: LaneEffect): void {
    switch (effect.type) {
      case "record":
        this.#checkpoints.recorded(effect.entry, effect.data);
        if (effect.entry === "report.due") this.#legal.reportDue(effect.passage, effect.data, this.#journal.place.seq);
        return;
      case "command":
        return this.#actuator?.perform(effect);
      case "capture":
        return this.#options.send(effect);
      case "find-clearances":
        return this.#feed.answer(effect);
      case "weigh":
        return this.#guard.weigh(effect.passage, this.#options.clock.monotonic());
      case "stop-weighing":
        return this.#guard.stop();
      case "confirm-durable":
        if (!this.#storage.isWell) return;
        return this.#loop.post({ type: "decision-durable", passage: effect.passage, question: effect.question });
      case "consumption":
        this.#index.use(effect.clearance, effect.consumption, effect.passage, this.#options.clock.utc());
        if (effect.consumption === "consumed") this.#neighbours.consumed(effect.clearance, effect.passage);
        return;
      case "start-timer":
        return this.#timers.start(effect.timer, effect.afterMs, effect.keep);
      case "cancel-timer":
        return this.#timers.cancel(effect.timer);
      case "grant":
      case "refuse":
        return this.#tellVehicle(effect);
      case "answer":
        return this.#options.send({ type: "order-outcome", outcome: effect.outcome });
      default:
        return unreachable(effect);
    }
  }

  /** A permission of which nobody knows whether it arrived lets nobody in: for the lane the vehicle is lost. */
  #tellVehicle(effect: Extract<LaneEffect, { type: "grant" | "refuse" }>): void {
    const { device, vehicle, request } = effect;
    const lost = (detail: string) => this.#loop.post({ type: "vehicle-lost", device, vehicle, request, detail });
    void this.#options.vehicleLinks?.tell(effect, lost);
  }

  #deviceEvent(event: DeviceEvent): void {
    switch (event.type) {
      case "gate-inputs":
        if (this.#image.latch(event.inputs, event.at)) this.#loop.post({ type: "gate-inputs", inputs: event.inputs });
        return;
      case "weight":
        return this.#guard.sample(event.sample);
      case "plate-seen": {
        const { device, plate, confidence } = event;
        return this.#loop.post({ type: "plate-seen", device, plate, confidence });
      }
      case "id-seen": {
        const { device, kind, id } = event;
        return this.#loop.post({ type: "id-seen", device, kind, id });
      }
      case "seal-read": {
        const { device, seal, state, battery } = event;
        return this.#loop.post({ type: "seal-read", device, seal, state, battery });
      }
      case "vehicle-requested":
      case "vehicle-entered":
      case "vehicle-left":
      case "vehicle-lost": {
        const { type, device, vehicle, request } = event;
        const detail = type === "vehicle-lost" ? event.detail : "";
        return this.#loop.post({ type, device, vehicle, request, detail });
      }
      case "health":
        return this.#health(event.device, event.health);
      default:
        return unreachable(event);
    }
  }

  #health(device: string, health: DeviceHealth): void {
    const deviceClass = this.#options.classes.get(device);
    if (deviceClass === undefined) return;
    if (health.state === "down" && deviceClass === "gate") this.#image.lose();
    if (health.state === "down" && deviceClass === "weighbridge") this.#guard.lost();
    this.#loop.post({ type: "device-health", device, class: deviceClass, health });
    this.#report.device(device, deviceClass, health);
  }

  #link(up: boolean, detail: string): void {
    this.#operations.link(up, detail);
    this.#loop.post({ type: "link", up, detail });
    this.#report.link(detail);
  }

  #tick(): void {
    this.#operations.tick();
    this.#legal.tick();
    this.#report.publish();
  }
}
