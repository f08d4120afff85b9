import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes } from "aedes";

/** Certificate and key of the broker, PEM, and what signs the certificates that clients must show. */
export interface BrokerTls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string;
}

export interface BrokerOptions {
  /** 0 lets the system choose; a restart keeps what was chosen. */
  readonly port?: number;
  /** With it only TLS is spoken, and only to clients with a certificate. */
  readonly tls?: BrokerTls;
  /** With it only this client may connect. */
  readonly login?: { readonly username: string; readonly password: string };
}

/**
 * An MQTT broker that keeps everything in memory, on the loopback interface: what a lane talks to on a bench. A restart
 * forgets all sessions, retained and queued messages, as a broker that was killed does.
 */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #server: Server | undefined;
  #aedes: Aedes | undefined;

  constructor(options: BrokerOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#options.tls === undefined ? "mqtt" : "mqtts"}://127.0.0.1:${this.#port}`;
  }

  /** The broker itself, for a bench that watches or forges packets; undefined while it is down. */
  get aedes(): Aedes | undefined {
    return this.#aedes;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    // One frozen subscriber otherwise stops everybody for a minute.
    const aedes = await Aedes.createBroker({ drainTimeout: 2_000 });
    const { login } = this.#options;
    if (login !== undefined) {
      aedes.authenticate = (_client, username, password, done) => {
        done(null, username === login.username && password?.toString() === login.password);
      };
    }
    const server = this.#listener((socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      aedes.handle(socket);
    });
    this.#aedes = aedes;
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection without a word. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    const aedes = this.#aedes;
    if (server === undefined || aedes === undefined) return;
    this.#server = undefined;
    this.#aedes = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => aedes.close(resolve));
  }

  #listener(take: (socket: Socket) => void): Server {
    const { tls } = this.#options;
    if (tls === undefined) return createServer(take);
    const { cert, key, clientCa } = tls;
    const server = createTlsServer({ cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true }, take);
    // A client whose certificate is refused is not worth more than a closed connection.
    return server.on("tlsClientError", () => undefined);
  }

  /** Killed and started again on the same port, with its memory lost. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}
