import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The wire between the lane and its broker, which can be cut, and can stand while nothing passes. */
export class ChaosLink {
  readonly #target: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #server: Server | undefined;
  #isCut = false;

  /** `target`: port of the broker on the loopback interface. */
  constructor(target: number) {
    this.#target = target;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null)?.port ?? 0;
  }

  async start(): Promise<void> {
    const server = createServer((socket) => this.#pass(socket));
    this.#server = server;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }

  /** Breaks every connection; new ones are refused until `mend`. */
  cut(): void {
    this.#isCut = true;
    for (const sockets of this.#pairs) for (const socket of sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** The connections that stand now carry nothing any more, and neither end is told. New ones work. */
  freeze(): void {
    for (const [client, server] of this.#pairs) {
      client.unpipe(server);
      server.unpipe(client);
      client.pause();
      server.pause();
    }
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    this.cut();
    await closed;
  }

  #pass(client: Socket): void {
    if (this.#isCut) return void client.resetAndDestroy();
    const server = connect(this.#target, "127.0.0.1");
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [one, other] of [pair, [server, client] as const]) {
      one.setNoDelay(true);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
