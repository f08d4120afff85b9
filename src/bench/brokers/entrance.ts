import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** One address in front of several servers: new connections are led to the port that is named at the time. */
export class Entrance {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #target: number | undefined;

  /** 0 before the first start; the same after a restart. */
  get port(): number {
    return this.#port;
  }

  /** Where new connections lead to; undefined: nowhere. */
  lead(target: number | undefined): void {
    this.#target = target;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((socket) => this.#pass(socket));
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    if (this.#target === undefined) return void client.destroy();
    const server = connect(this.#target, "127.0.0.1");
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
