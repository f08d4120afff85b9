import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedOpcUaServer } from "#devices/transport/opcua/server/server";
import { SCALE_MODELS } from "#devices/weighbridge/opcua/simulator";
import { type DeviceEntry, textOption } from "./fitting.ts";

/** The OPC UA servers of a lane, one for each endpoint that its file names. Each has keys of its own. */
export class OpcUaPlants {
  readonly #password: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "gatelane-opcua-"));
  readonly #servers = new Map<string, Promise<SimulatedOpcUaServer>>();

  /** @param password of every user that the lane file names. */
  constructor(password: string) {
    this.#password = password;
  }

  /** The running server in place of the one that `entry` names. */
  async server(entry: DeviceEntry): Promise<SimulatedOpcUaServer> {
    const endpoint = textOption(entry, "endpoint") ?? "";
    const known = this.#servers.get(endpoint);
    if (known !== undefined) return await known;
    const name = textOption(entry, "username");
    const server = new SimulatedOpcUaServer({
      folder: join(this.#folder, String(this.#servers.size)),
      // Devices may share a server, so each has the information model of every one.
      models: [...SCALE_MODELS, "autoId"],
      open: textOption(entry, "security") === "none",
      ...(name === undefined ? {} : { user: { name, password: this.#password } }),
    });
    const started = server.start().then(() => server);
    this.#servers.set(endpoint, started);
    return await started;
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    for (const server of servers) if (server.status === "fulfilled") await server.value.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
