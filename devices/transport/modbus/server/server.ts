import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { InvariantError } from "#contract/errors";
import { EXCEPTION, MBAP_MAX_LENGTH, MBAP_MIN_LENGTH, MBAP_PREFIX_BYTES } from "../protocol.ts";
import type { ModbusDataModel } from "./data-model.ts";
import type { DeviceServer } from "./device-server.ts";
import { exceptionReply, execute, isWrite } from "./execute.ts";
import { deliver, type FaultScope, FaultSwitch, type ServerFault, TCP_FRAMING } from "./faults.ts";

export interface ServerOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** TCP port; default 0: any free one. */
  readonly port?: number;
  /** Unit id that is answered, 0..247; default 1. */
  readonly unit?: number;
}

/**
 * A Modbus TCP device for simulators: answers within the same turn of the event loop, and misbehaves on demand.
 */
export class ModbusServer implements DeviceServer {
  readonly #model: ModbusDataModel;
  readonly #host: string;
  readonly #unit: number;
  readonly #faults = new FaultSwitch();
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: Server | undefined;
  #port: number;
  #requests = 0;

  constructor(model: ModbusDataModel, options: ServerOptions = {}) {
    this.#model = model;
    this.#host = options.host ?? "127.0.0.1";
    this.#port = options.port ?? 0;
    this.#unit = options.unit ?? 1;
  }

  get host(): string {
    return this.#host;
  }

  /** The port in use; it stays the same for the life of this object once started. */
  get port(): number {
    return this.#port;
  }

  get unit(): number {
    return this.#unit;
  }

  /** Connections open at present. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Requests received since construction. */
  get requests(): number {
    return this.#requests;
  }

  /** Begins to accept connections. Also ends a `stop`: the port stays the same. */
  async start(): Promise<void> {
    if (this.#server !== undefined) {
      return;
    }
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, this.#host);
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") {
      throw new InvariantError("a TCP server has a port");
    }
    this.#port = address.port;
  }

  /** Refuses connections and cuts those that exist, as a device without power does. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    if (server !== undefined) {
      server.close();
      this.dropConnections();
      await once(server, "close");
    }
  }

  /** Cuts every connection; new ones are accepted. */
  dropConnections(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Misbehaves from the next request on. */
  setFault(fault: ServerFault, scope?: FaultScope): void {
    this.#faults.set(fault, scope);
  }

  clearFault(): void {
    this.#faults.clear();
  }

  #accept(socket: Socket): void {
    let received: Uint8Array = new Uint8Array(0);
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that vanishes is everyday life; the close event follows.
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      for (;;) {
        const frame = firstFrame(received);
        if (frame === "broken") {
          socket.destroy();
          return;
        }
        if (frame === undefined) {
          return;
        }
        received = received.subarray(frame.length);
        this.#answer(socket, frame);
      }
    });
  }

  #answer(socket: Socket, frame: Uint8Array): void {
    const functionCode = frame[7] ?? 0;
    this.#requests += 1;
    const fault = this.#faults.take(isWrite(functionCode));
    const reply = new Uint8Array([...frame.subarray(0, 7), ...this.#reply(frame, functionCode, fault)]);
    new DataView(reply.buffer).setUint16(4, reply.length - MBAP_PREFIX_BYTES);
    const delivery = deliver(reply, fault, TCP_FRAMING);
    this.#later(delivery.delayMs, () => {
      for (const chunk of delivery.chunks) {
        socket.write(chunk);
      }
      if (delivery.close) {
        socket.destroySoon();
      }
    });
  }

  #reply(frame: Uint8Array, functionCode: number, fault: ServerFault | undefined): Uint8Array {
    if (frame[6] !== this.#unit) {
      return exceptionReply(functionCode, EXCEPTION.GATEWAY_TARGET_FAILED_TO_RESPOND);
    }
    return fault?.kind === "exception"
      ? exceptionReply(functionCode, fault.code)
      : execute(this.#model, frame.subarray(7));
  }

  #later(delayMs: number, action: () => void): void {
    if (delayMs === 0) {
      action();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}

/** The first whole request in the stream, undefined when there is none yet, `broken` when there can never be one. */
function firstFrame(stream: Uint8Array): Uint8Array | "broken" | undefined {
  if (stream.length < MBAP_PREFIX_BYTES) {
    return undefined;
  }
  const bytes = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const length = bytes.getUint16(4);
  if (bytes.getUint16(2) !== 0 || length < MBAP_MIN_LENGTH || length > MBAP_MAX_LENGTH) {
    return "broken";
  }
  const end = MBAP_PREFIX_BYTES + length;
  return stream.length < end ? undefined : stream.subarray(0, end);
}
