import { join } from "node:path";
import { readOrderKeys, readUpstreamSecrets } from "#config/secrets";
import { messageOf } from "#contract/errors";
import type { ToEdge } from "#contract/messages";
import { openCamera, openGate, openReader, openVehicleLink, openWeighbridge } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { LaneApi } from "#edge/api/lane-api";
import { OrderWords } from "#edge/api/order-words";
import { DeviceBoard } from "#edge/devices/device-board";
import { DeviceDesk } from "#edge/devices/device-desk";
import { LampLine } from "#edge/devices/lamp-line";
import { Edge } from "#edge/edge";
import { ClearanceList } from "#store/clearance-list";
import { EvidenceStore } from "#store/evidence";
import { IncidentRegister } from "#store/incident-register";
import { JournalReader } from "#store/journal-reader";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { ImportDesk } from "#sync/clearance/import-desk";
import { ListArchive } from "#sync/clearance/list-archive";
import { CommandLine } from "#sync/orders/command-line";
import { OrderDesk } from "#sync/orders/order-desk";
import { OrderKeys } from "#sync/orders/order-keys";
import { OrderMemory } from "#sync/orders/order-memory";
import { Rejections } from "#sync/rejections";
import { UpstreamLink } from "#sync/upstream-link";
import { childArguments } from "./arguments.ts";
import { brokerCredentials } from "./broker-credentials.ts";
import { Channel } from "./channel.ts";
import { deviceEntries } from "./device-entries.ts";
import { handedLane } from "./handed-lane.ts";
import { neighbourWaysOf } from "./lan-bus.ts";
import { createLog } from "./log.ts";

/** Entry of the edge process. */
const { boot } = childArguments(process.argv.slice(2));
const { config, policy, policyHash, software, databasePath, evidenceDir } = await handedLane();
const log = createLog(config, "edge");
const channel = new Channel();

const { site, lane } = config;
const desk = new OrderDesk({
  site,
  lane,
  keys: new OrderKeys(readOrderKeys(config), () => systemClock.utc()),
  memory: new OrderMemory(join(config.dataDir, "orders.ndjson"), () => systemClock.utc()),
  clock: systemClock,
  rejections: new Rejections(systemClock, (message) => channel.toControl(message)),
  post: (order) => channel.toControl({ type: "order", order }),
  late: (outcome) => commands.tell(outcome),
});
const commands = new CommandLine({ site, lane, clock: systemClock, desk });

const imports = new ImportDesk({
  site,
  lane,
  trust: readUpstreamSecrets(config).trust,
  maxAgeMs: policy.offline.limitMs,
  clock: systemClock,
  post: (message) => channel.toControl(message),
  rejections: new Rejections(systemClock, (message) => channel.toControl(message)),
});
const archivePath = join(config.dataDir, "clearances.ndjson");
const archive = new ListArchive(archivePath);

const neighbours = neighbourWaysOf({
  config,
  databasePath,
  clock: systemClock,
  log: log.child({ device: "lan-bus" }),
  onMessage: (message) => channel.toControl(message),
});

const board = new DeviceBoard(systemClock);
const lamps = new LampLine((message) => channel.toControl(message));

const edge = new Edge({
  clock: systemClock,
  evidenceDir,
  cameras: (context) => Promise.all(config.cameras.map((camera) => openCamera(camera, context))),
  devices: async (context) => ({
    gate: config.gate.home === "edge" ? await openGate(config.gate, context) : null,
    others: [
      ...(config.weighbridge?.home === "edge" ? [await openWeighbridge(config.weighbridge, context)] : []),
      ...(await Promise.all(config.readers.map((reader) => openReader(reader, context)))),
    ],
    links: await Promise.all(config.vehicleLinks.map((link) => openVehicleLink(link, context))),
  }),
  dataDir: config.dataDir,
  upstream: upstreamLink(),
  orders: desk,
  imports,
  bus: neighbours?.bus ?? null,
  observe: (event) => board.take(event),
  lampTested: (outcome) => lamps.settled(outcome),
  api: (snapshot, picture) =>
    new LaneApi({
      socketPath: config.socket,
      snapshot,
      reader: JournalReader.open(databasePath),
      orders: { desk, words: new OrderWords(systemClock) },
      clearances: { list: ClearanceList.open(databasePath), imports, archivePath },
      incidents: { place: { site, lane, ...config.customs }, register: IncidentRegister.open(databasePath) },
      devices: new DeviceDesk({
        clock: systemClock,
        entries: deviceEntries(config),
        board,
        snapshot,
        picture,
        folder: join(config.dataDir, "device-tests"),
        lamp: (gate, request) => lamps.light(gate, request),
        key: () => loadOrCreateLaneKey(config.dataDir),
      }),
    }),
  visionThreads: 1,
  send: (message) => channel.toControl(message),
});

function upstreamLink(): UpstreamLink {
  const { trust } = readUpstreamSecrets(config);
  const { upstream, configHash } = config;
  const evidence = new EvidenceStore({ directory: evidenceDir });
  return new UpstreamLink({
    url: upstream.url,
    credentials: () => brokerCredentials(config),
    clientId: `gatelane-${site}-${lane}`,
    site,
    lane,
    boot,
    trust,
    commands,
    ...(neighbours === null ? {} : { letters: neighbours.letters }),
    keep: (inbound, payload) => archive.keep(inbound, payload),
    openJournal: () => JournalReader.open(databasePath),
    dataDir: config.dataDir,
    readEvidence: (sha256) => evidence.read(sha256),
    clock: systemClock,
    log: log.child({ device: "upstream" }),
    status: () => ({ software, configHash, policyHash, modelHash: null }),
    onMessage: (message) => channel.toControl(message),
  });
}

async function stop(): Promise<void> {
  channel.stop();
  await edge.stop();
  log.info({ event: "edge.stopped" }, "edge stopped");
  process.exit(0);
}

process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
channel.start((message) => {
  if (message.type === "stop") void stop();
  else edge.handle(message as ToEdge);
});

try {
  await edge.start();
  log.info({ event: "edge.started", socket: config.socket }, "edge is running");
  channel.tell({ type: "ready" });
} catch (error) {
  log.fatal({ event: "edge.refused", error: messageOf(error) }, "edge cannot start");
  channel.tell({ type: "fatal", detail: messageOf(error) });
  setImmediate(() => process.exit(70));
}
