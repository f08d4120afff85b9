import { createConnection, createServer, type Server, type Socket } from "node:net";

/** What can be wrong with a link. `answers` are the bytes from the server to the client. */
export type LinkFault =
  /** The answers get lost; the connection stays. */
  | { readonly kind: "silent" }
  /** The answers come so many milliseconds late. */
  | { readonly kind: "late"; readonly ms: number }
  /** Something else answers. */
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  /** Connections are cut, and new ones too. */
  | { readonly kind: "drop" }
  /** Half-open: the other end is gone and nobody was told. What either end sends is lost; new connections are taken. */
  | { readonly kind: "half-open" };

/** Where a link leads. */
export interface LinkTarget {
  readonly host: string;
  readonly port: number;
}

/** A cable between a client and a server, over TCP, that can be pulled, delayed and disturbed. */
export class FaultyLink {
  readonly #target: () => LinkTarget;
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #server: Server | undefined;
  #port = 0;
  #fault: LinkFault | undefined;

  /** @param target asked for at every connection. */
  constructor(target: () => LinkTarget) {
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens on 127.0.0.1; the port stays the same through a `stop`. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => this.#join(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  /** Refuses connections and cuts those there are. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Cuts every connection; new ones are welcome. */
  cut(): void {
    for (const [client, server] of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** Switches a fault on, or off with undefined. */
  setFault(fault: LinkFault | undefined): void {
    this.#fault = fault;
    if (fault?.kind === "drop") this.cut();
    if (fault?.kind === "garbage") for (const [client] of this.#pairs) client.write(fault.bytes);
  }

  #join(client: Socket): void {
    if (this.#fault?.kind === "drop") {
      client.destroy();
      return;
    }
    const server = createConnection(this.#target());
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (bytes) => this.#fault?.kind === "half-open" || server.write(bytes));
    server.on("data", (bytes) => this.#answer(client, bytes));
  }

  #answer(client: Socket, bytes: Buffer): void {
    const fault = this.#fault;
    switch (fault?.kind) {
      case undefined:
        client.write(bytes);
        return;
      case "late":
        setTimeout(() => client.destroyed || client.write(bytes), fault.ms).unref();
        return;
      case "garbage":
        client.write(fault.bytes);
        return;
      default:
        return;
    }
  }
}
