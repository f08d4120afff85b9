import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLibrary } from "#devices/transport/opcua/library";
import { OpcUaPki } from "#devices/transport/opcua/pki";
import { SimulatedOpcUaServer, type SimulatedServerOptions } from "#devices/transport/opcua/server/server";
import { Recorder } from "../../../contract/recorder.ts";

const releaseOf = (name: string): string => {
  const file = new URL(`../../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
};

/**
 * Why no OPC UA server can run here, or undefined. Its library works only when all its packages are of one release:
 * otherwise there are several copies of the same classes, and they do not know each other.
 */
export function noServer(): string | undefined {
  const [server, client] = [releaseOf("node-opcua-server"), releaseOf("node-opcua-client")];
  return server === client ? undefined : `node-opcua-server ${server} cannot run beside node-opcua-client ${client}`;
}

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
