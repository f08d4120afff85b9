import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { Aedes } from "aedes";
import { loadLibrary } from "#devices/transport/opcua/library";

export interface FleetBrokerOptions {
  /** Folder for the broker's own key and certificate. */
  readonly folder: string;
  /** With it the lane's entrance speaks TLS. */
  readonly tls: boolean;
  /** What the lane must show at its entrance; undefined: nothing. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

/** The MQTT broker of a fleet of unmanned vehicles: one entrance for the lane, one for the vehicles. */
export class FleetBroker {
  readonly #options: FleetBrokerOptions;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #guests = new WeakSet<object>();
  #aedes: Aedes | undefined;
  #certificateFile: string | undefined;
  #lanePort = 0;
  #fleetPort = 0;

  constructor(options: FleetBrokerOptions) {
    this.#options = options;
  }

  /** For the lane. */
  get laneUrl(): string {
    return `${this.#options.tls ? "mqtts" : "mqtt"}://127.0.0.1:${this.#lanePort}`;
  }

  /** For the vehicles, on this machine only. */
  get fleetUrl(): string {
    return `mqtt://127.0.0.1:${this.#fleetPort}`;
  }

  /** PEM of what signed the broker's certificate; undefined without TLS. */
  get caFile(): string | undefined {
    return this.#certificateFile;
  }

  async start(): Promise<void> {
    const { login, tls } = this.#options;
    const aedes = await Aedes.createBroker();
    this.#aedes = aedes;
    aedes.authenticate = ({ conn }, username, password, done) => {
      const known = username === login?.username && password?.toString() === login?.password;
      done(null, login === undefined || this.#guests.has(conn) || known);
    };
    const take = (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      aedes.handle(socket);
    };
    const lane = tls ? createTlsServer(await this.#identity(), take) : createServer(take);
    this.#lanePort = await this.#listen(lane);
    this.#fleetPort = await this.#listen(
      createServer((socket) => {
        this.#guests.add(socket);
        take(socket);
      }),
    );
  }

  /** Breaks every connection. Safe to call twice. */
  async stop(): Promise<void> {
    const aedes = this.#aedes;
    this.#aedes = undefined;
    const closed = this.#servers.splice(0).map((server) => {
      server.close();
      return once(server, "close");
    });
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** A certificate of its own, which the lane is told to trust. */
  async #identity(): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
    const { folder } = this.#options;
    const { OPCUACertificateManager } = await loadLibrary();
    const manager = new OPCUACertificateManager({ rootFolder: folder, disableFileWatchers: true });
    const outputFile = join(folder, "broker.pem");
    await manager.initialize();
    await manager.createSelfSignedCertificate({
      applicationUri: "urn:gatelane:fleet",
      dns: ["localhost"],
      ip: ["127.0.0.1"],
      outputFile,
      startDate: new Date(),
      validity: 2,
      subject: "/CN=127.0.0.1",
    });
    await manager.dispose();
    this.#certificateFile = outputFile;
    return { cert: readFileSync(outputFile), key: readFileSync(join(folder, "own", "private", "private_key.pem")) };
  }
}
