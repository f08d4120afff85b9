import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { InvariantError } from "#contract/errors";
import { type Line, openLine } from "./line.ts";
import type { LineSettings } from "./line-options.ts";

/**
 * The device's end of a line, for simulators of devices that talk by themselves: behind a TCP port, as a serial device
 * server or a network reader has it, or on a serial port. Says the same to everybody who is connected.
 */
export class TalkingServer {
  readonly #place: LineSettings | undefined;
  readonly #sockets = new Set<Socket>();
  #line: Line | undefined;
  #server: Server | undefined;
  #port = 0;
  /** Given every chunk that is received. */
  heard: (chunk: Uint8Array) => void = () => {};

  /** @param place a serial port; default: any free port of 127.0.0.1. */
  constructor(place?: LineSettings) {
    this.#place = place;
  }

  /** The TCP port in use, 0 on a serial port; it stays the same for the life of this object once started. */
  get port(): number {
    return this.#port;
  }

  /** The line as an option of a driver. */
  get line(): string {
    return this.#place?.line ?? `tcp://127.0.0.1:${this.#port}`;
  }

  /** Connections open at present; always 0 on a serial port. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Opens the line. Also ends a `stop`: the port stays the same. */
  async start(): Promise<void> {
    if (this.#server !== undefined || this.#line !== undefined) return;
    if (this.#place !== undefined) {
      this.#line = await openLine(this.#place, new AbortController().signal);
      this.#line.listen({ bytes: (chunk) => this.heard(chunk), ended: () => {} });
      return;
    }
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new InvariantError("a TCP server has a port");
    this.#port = address.port;
  }

  /** Leaves the line. Safe to call twice. */
  async stop(): Promise<void> {
    this.#line?.close();
    this.#line = undefined;
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      server.close();
      this.dropConnections();
      await once(server, "close");
    }
  }

  /** Cuts every connection; new ones are accepted. Nothing on a serial port. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  say(bytes: Uint8Array): void {
    this.#line?.write(bytes);
    for (const socket of this.#sockets) socket.write(bytes);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that vanishes is everyday life; the close event follows.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.heard(chunk));
  }
}
