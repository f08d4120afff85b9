import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const REQUEST_LIMIT = 1024 * 1024;

export type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => Promise<void>;

/** An HTTP server on 127.0.0.1 that can vanish and come back on the same port, as a camera that loses its power does. */
export class WebServer {
  readonly #handler: Handler;
  #server: Server | undefined;
  #port: number;

  /** @param port 0: chosen by the operating system at the first start, and kept. */
  constructor(port: number, handler: Handler) {
    this.#port = port;
    this.#handler = handler;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > REQUEST_LIMIT) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", () => {
      this.#handler(request, Buffer.concat(chunks).toString("utf8"), response).catch(() => response.destroy());
    });
  }
}
