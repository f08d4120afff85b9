import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { InvariantError } from "#contract/errors";
import { type Line, openLine } from "../../serial/line.ts";
import type { LineSettings } from "../../serial/line-options.ts";
import type { ModbusDataModel } from "../server/data-model.ts";
import type { DeviceServer } from "../server/device-server.ts";
import { exceptionReply, execute, isWrite } from "../server/execute.ts";
import { deliver, type FaultScope, FaultSwitch, type ServerFault } from "../server/faults.ts";
import { firstRequest, RTU_FRAMING } from "./frames.ts";

/** A wire of bytes with something at its other end. */
interface End {
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * A serial line for simulators, with any number of devices on it: behind a TCP port, as a serial device server has it,
 * or on a serial port. The devices know nothing of connections: an answer that is late goes to whoever is connected
 * then, which is the trap that a serial line sets.
 */
export class RtuLineServer {
  readonly #place: { readonly host: string } | LineSettings;
  readonly #units = new Map<number, RtuUnit>();
  readonly #ends = new Set<End>();
  #server: Server | undefined;
  #port = 0;

  /** @param place a serial port, or the address to listen on; default 127.0.0.1, any free port. */
  constructor(place: { readonly host: string } | LineSettings = { host: "127.0.0.1" }) {
    this.#place = place;
  }

  get host(): string {
    return "host" in this.#place ? this.#place.host : "";
  }

  /** The TCP port in use, 0 on a serial port; it stays the same for the life of this object once started. */
  get port(): number {
    return this.#port;
  }

  /** The line as an option of a driver. */
  get line(): string {
    return "host" in this.#place ? `tcp://${this.#place.host}:${this.#port}` : this.#place.line;
  }

  /** Puts a device on the line; it answers while it is started. */
  unit(unit: number, model: ModbusDataModel): RtuUnit {
    const device = new RtuUnit(this, unit, model);
    this.#units.set(unit, device);
    return device;
  }

  /** Opens the line. Also ends a `stop`: the port stays the same. */
  async start(): Promise<void> {
    if (!("host" in this.#place)) {
      this.#attach(await openLine(this.#place, new AbortController().signal));
      return;
    }
    const server = createServer({ noDelay: true }, (socket) => {
      // A client that vanishes is everyday life; the close event follows.
      socket.on("error", () => {});
      const end: End = { write: (bytes) => void socket.write(bytes), close: () => socket.destroy() };
      socket.on("data", this.#receiver());
      socket.on("close", () => this.#ends.delete(end));
      this.#ends.add(end);
    });
    this.#server = server;
    server.listen(this.#port, this.#place.host);
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new InvariantError("a TCP server has a port");
    this.#port = address.port;
  }

  /** Takes the line away from everybody. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    this.dropConnections();
    for (const unit of this.#units.values()) unit.forget();
    if (server !== undefined) await once(server, "close");
  }

  /** Cuts every connection; new ones are accepted. A serial port is closed for good. */
  dropConnections(): void {
    for (const end of this.#ends) end.close();
    if (this.#server === undefined) this.#ends.clear();
  }

  /** Puts bytes on the line that nobody asked for. */
  babble(bytes: Uint8Array): void {
    for (const end of this.#ends) end.write(bytes);
  }

  #attach(line: Line): void {
    const end: End = { write: (bytes) => line.write(bytes), close: () => line.close() };
    line.listen({ bytes: this.#receiver(), ended: () => this.#ends.delete(end) });
    this.#ends.add(end);
  }

  /** Collects the bytes of one connection and hands whole requests to the device they are for. */
  #receiver(): (chunk: Uint8Array) => void {
    let received: Uint8Array = new Uint8Array(0);
    return (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const frame = firstRequest(received);
        if (frame === undefined) return;
        received = frame === "broken" ? new Uint8Array(0) : received.subarray(frame.length);
        if (frame === "broken") return;
        this.#units.get(frame[0] ?? 0)?.answer(frame);
      }
    };
  }
}

/** One device on a simulated serial line. */
export class RtuUnit implements DeviceServer {
  readonly #line: RtuLineServer;
  readonly #unit: number;
  readonly #model: ModbusDataModel;
  readonly #faults = new FaultSwitch();
  readonly #timers = new Set<NodeJS.Timeout>();
  #powered = false;
  #requests = 0;
  /** When the last answer under way is due: a device answers in turn, so a late one holds up those that follow. */
  #lastDue = 0;

  constructor(line: RtuLineServer, unit: number, model: ModbusDataModel) {
    this.#line = line;
    this.#unit = unit;
    this.#model = model;
  }

  get host(): string {
    return this.#line.host;
  }

  get port(): number {
    return this.#line.port;
  }

  get requests(): number {
    return this.#requests;
  }

  async start(): Promise<void> {
    this.#powered = true;
  }

  async stop(): Promise<void> {
    this.#powered = false;
    this.forget();
  }

  dropConnections(): void {
    this.#line.dropConnections();
  }

  setFault(fault: ServerFault, scope?: FaultScope): void {
    this.#faults.set(fault, scope);
  }

  clearFault(): void {
    this.#faults.clear();
  }

  /** Drops the answers that are under way. */
  forget(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#lastDue = 0;
  }

  /** @param frame a request to this unit, with its checksum. */
  answer(frame: Uint8Array): void {
    if (!this.#powered) return;
    this.#requests += 1;
    const functionCode = frame[1] ?? 0;
    const fault = this.#faults.take(isWrite(functionCode));
    const pdu =
      fault?.kind === "exception"
        ? exceptionReply(functionCode, fault.code)
        : execute(this.#model, frame.subarray(1, -2));
    const { chunks, delayMs, close } = deliver(Uint8Array.of(this.#unit, ...pdu), fault, RTU_FRAMING);
    this.#lastDue = Math.max(this.#lastDue, performance.now() + delayMs);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        for (const chunk of chunks) this.#line.babble(chunk);
        if (close) this.#line.dropConnections();
      },
      Math.max(0, this.#lastDue - performance.now()),
    );
    this.#timers.add(timer);
  }
}
