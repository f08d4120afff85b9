import { idReaderOpcUa } from "#devices/id-reader/opcua/descriptor";
import { ReaderStation } from "#devices/id-reader/opcua/simulator";
import { FaultyLink } from "#devices/transport/common/faulty-link";
import type { ReaderRig } from "../checks/reader.ts";
import { FolderRecorder, type ServerRig } from "./opcua-server.ts";
import { identifiersOf, LIMITS } from "./readers.ts";

export interface OpcUaIdReaderRig extends ReaderRig {
  readonly station: ReaderStation;
  readonly link: FaultyLink;
}

/** A reader with a cable of its own at a server that several share. @param name unique at the server. */
export async function idReaderOpcUaRig(
  { server, dataDir }: ServerRig,
  name: string,
  kind: "tag" | "code",
): Promise<OpcUaIdReaderRig> {
  const station = new ReaderStation(server, { name, kind, everyMs: 50 });
  station.start();
  const link = new FaultyLink(() => ({ host: "127.0.0.1", port: server.port }));
  await link.start();
  const recorder = new FolderRecorder(dataDir);
  const create = await idReaderOpcUa.load();
  const options = {
    endpoint: `opc.tcp://127.0.0.1:${link.port}`,
    security: "Basic256Sha256" as const,
    timeoutMs: 1000,
    reader: station.nodeId,
    kind,
    epcDigits: 24,
    startScan: true,
    publishingMs: 50,
    repeatMs: LIMITS.repeatMs,
    mostPerSecond: LIMITS.mostPerSecond,
  };
  const device = create("reader", options, recorder);
  const { of, read } = identifiersOf(kind);
  const plant: ReaderRig["plant"] = {
    powerOn: () => link.start(),
    powerOff: () => link.stop(),
    setCut: (cut) => {
      if (cut) link.cut();
    },
    setSilent: (silent) => link.setFault(silent ? { kind: "silent" } : undefined),
    show: (from, count) => station.hold(...Array.from({ length: count }, (_, index) => of(from + index))),
    sendRaw: (bytes) => station.sendRaw(bytes),
  };
  const seen = () => recorder.of("id-seen").map(({ id }) => read(id));
  const dispose = async () => {
    await device.stop();
    await link.stop();
    station.stop();
  };
  return { device, recorder, plant, seen, station, link, simulated: true, dispose };
}
