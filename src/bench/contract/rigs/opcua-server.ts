import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLibrary } from "#devices/transport/opcua/library";
import { OpcUaPki } from "#devices/transport/opcua/pki";
import { SimulatedOpcUaServer, type SimulatedServerOptions } from "#devices/transport/opcua/server/server";
import { Recorder } from "../recorder.ts";

export interface ServerRig {
  readonly server: SimulatedOpcUaServer;
  /** A lane's data folder in which this server is trusted. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** A running server whose certificate a lane trusts already. */
export async function serverRig(options: Omit<SimulatedServerOptions, "folder"> = {}): Promise<ServerRig> {
  const folder = await mkdtemp(join(tmpdir(), "gatelane-opcua-"));
  const dataDir = join(folder, "lane");
  const server = new SimulatedOpcUaServer({ folder: join(folder, "server"), ...options });
  await server.start();
  const pki = await OpcUaPki.open(await loadLibrary(), dataDir);
  await pki.manager.trustCertificate(server.certificate);
  await pki.close();
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { server, dataDir, stop };
}

/** A recorder with a data folder. */
export class FolderRecorder extends Recorder {
  readonly dataDir: string;

  constructor(dataDir: string) {
    super();
    this.dataDir = dataDir;
  }
}
