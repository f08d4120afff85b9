import type { DeviceContext, GateDevice, WeighbridgeDevice } from "#contract/device";
import { isLaneError, messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import { Control } from "#control/control";
import { DeviceNews } from "#control/device-news";
import { LampTest } from "#control/lamp-test";
import { RemoteDevices } from "#control/remote-devices";
import { RemoteVehicleLinks } from "#control/remote-vehicle-links";
import { openGate, openWeighbridge } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { childArguments } from "./arguments.ts";
import { Channel } from "./channel.ts";
import { handedLane } from "./handed-lane.ts";
import { lockLane } from "./lane-lock.ts";
import type { Instead } from "./lane-setup.ts";
import { createLog } from "./log.ts";
import { machineRun } from "./machine-run.ts";

/** Entry of the control process. */
const { boot } = childArguments(process.argv.slice(2));
const { config, policy, policyHash, shadow, instead, site, software, databasePath, classes } = await handedLane();
const log = createLog(config, "control");
const channel = new Channel();
let unlock: () => void = () => undefined;

const remote = new RemoteDevices({ clock: systemClock, send: (message) => channel.toEdge(message) });
const news = new DeviceNews((message) => channel.toEdge(message));
let laneGate: GateDevice | undefined;
const lamps = new LampTest({
  gate: () => laneGate,
  service: () => control.state.mode.service,
  wanted: (light) => (light === "entry" ? control.state.entryLight : control.state.exitLight),
  record: (data) => control.note("signal.changed", data),
  send: (message) => channel.toEdge(message),
});

const machine = machineRun();
const control = new Control({
  site: config.site,
  lane: site,
  boot,
  ...(machine === undefined ? {} : { machine }),
  software,
  configHash: config.configHash,
  policy,
  policyHash,
  ...(shadow === null ? {} : { shadow }),
  databasePath,
  retention: config.retention,
  ...(instead === null ? {} : { configuration: onLastGood(instead) }),
  certificate: config.weighbridgeCertificate,
  countedKeys: [
    ...config.upstream.trust.map((key) => ({ ...key, signs: "operations" as const })),
    ...config.orders.keys.map((key) => ({ ...key, signs: "orders" as const })),
  ],
  key: await startable(() => loadOrCreateLaneKey(config.dataDir)),
  clock: systemClock,
  devices: async (context) => {
    const told = news.watching(context);
    laneGate = await gate(told);
    return { gate: laneGate, weighbridge: await weighbridge(told) };
  },
  remote,
  vehicleLinks: new RemoteVehicleLinks({ clock: systemClock, send: (message) => channel.toEdge(message) }),
  classes,
  send: (message) => channel.toEdge(message),
  onFatal: (error) => {
    log.fatal(
      { event: "control.fatal", error: messageOf(error) },
      "the lane cannot go on; nothing is commanded any more",
    );
    channel.tell({ type: "fatal", detail: messageOf(error) });
    // Ending here leaves the gate to its PLC: the watchdog lapses and nothing new is opened.
    setImmediate(() => process.exit(70));
  },
});

function onLastGood({ keptAt, problem }: Instead): { detail: string; advice: string } {
  return {
    detail: `the lane runs on its last good configuration, of ${keptAt}: ${problem}`,
    advice: `Put it right: lanectl config check ${config.file}; then start laned again.`,
  };
}

async function gate(context: DeviceContext): Promise<GateDevice> {
  const { gate } = config;
  return gate.home === "edge" ? remote.gate(gate.id, context) : await openGate(gate, context);
}

async function weighbridge(context: DeviceContext): Promise<WeighbridgeDevice | null> {
  const { weighbridge } = config;
  if (weighbridge === null) return null;
  return weighbridge.home === "edge"
    ? remote.weighbridge(weighbridge.id, context)
    : await openWeighbridge(weighbridge, context);
}

async function stop(): Promise<void> {
  channel.stop();
  news.stop();
  lamps.stop();
  await control.stop();
  unlock();
  log.info({ event: "control.stopped" }, "journal closed");
  process.exit(0);
}

// The terminal sends its signals to the whole group; the order of stopping is the supervisor's.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
channel.start((message) => {
  if (message.type === "stop") void stop();
  else if (message.type === "lamp-test") void lamps.take(message);
  else control.handle(message as ToControl);
});

/** What cannot be had ends this process with its reason; then it never resolves. */
async function startable<Part>(make: () => Part): Promise<Part> {
  try {
    return make();
  } catch (error) {
    refuse(error);
    return await new Promise<never>(() => undefined);
  }
}

function refuse(error: unknown): void {
  log.fatal({ event: "control.refused", error: messageOf(error) }, "control cannot start");
  channel.tell({ type: "fatal", detail: messageOf(error), ...(isLaneError(error) ? { code: error.code } : {}) });
  setImmediate(() => process.exit(70));
}

try {
  unlock = lockLane(config.dataDir);
  await control.start();
  if (instead !== null) control.note("lane.configuration", { ...instead, configHash: config.configHash });
  news.start();
  log.info({ event: "control.started", boot, journal: databasePath }, "control is running");
  channel.tell({ type: "ready" });
} catch (error) {
  refuse(error);
}
