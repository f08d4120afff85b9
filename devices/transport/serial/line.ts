import type { Duplex } from "node:stream";
import { InvariantError, LaneError, messageOf } from "#contract/errors";
import { connectTcp } from "../common/tcp.ts";
import type { LineSettings } from "./line-options.ts";

/** Silence of a connection after which TCP asks whether the other end is still there, milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/** Told by a line about itself. Neither may throw. */
export interface LineListener {
  bytes(chunk: Uint8Array): void;
  /** The line is gone; nothing follows. Not called for a line that was closed from this side. */
  ended(detail: string): void;
}

/** An open serial line: bytes in, bytes out, and no idea what they mean. */
export interface Line {
  /** Bytes are held back until somebody listens. Once only. */
  listen(listener: LineListener): void;
  write(bytes: Uint8Array): void;
  /** Nothing is heard of the line any more. Safe to call twice. */
  close(): void;
}

/**
 * Opens a serial port for itself alone, or connects to a serial device server.
 * Rejects with LaneError DEVICE_OFFLINE when it cannot be opened or `signal` is aborted.
 */
export async function openLine(settings: LineSettings, signal: AbortSignal): Promise<Line> {
  if (!settings.line.startsWith("tcp://")) {
    return openPort(settings, signal);
  }
  const { hostname, port } = new URL(settings.line);
  const socket = await connectTcp(hostname.replace(/^\[|\]$/g, ""), Number(port), signal);
  // A device that says nothing while it sees nothing, and whose cable was pulled, is found out by TCP itself.
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return lineOver(socket, () => socket.destroy(), "the connection was closed");
}

/** @param stream readable and writable; what it has received is held back until there is a listener. */
function lineOver(stream: Duplex, closeStream: () => void, lost: string): Line {
  let listener: LineListener | undefined;
  let closed = false;
  let lostBecause: string | undefined;
  const gone = (detail: string) => {
    if (!closed) {
      closed = true;
      lostBecause = detail;
      closeStream();
      listener?.ended(detail);
    }
  };
  // An error between opening and listening must not end the process; it is told to whoever listens later.
  stream.on("error", (error) => gone(messageOf(error)));
  stream.on("end", () => gone(lost));
  stream.on("close", () => gone(lost));
  return {
    listen: (one) => {
      if (listener !== undefined) throw new InvariantError("a line has one listener");
      listener = one;
      if (lostBecause !== undefined) {
        const detail = lostBecause;
        queueMicrotask(() => one.ended(detail));
        return;
      }
      stream.on("data", (chunk: Buffer) => {
        if (!closed) one.bytes(chunk);
      });
    },
    write: (bytes) => void (closed || stream.write(bytes)),
    close: () => {
      closed = true;
      closeStream();
    },
  };
}

async function openPort(settings: LineSettings, signal: AbortSignal): Promise<Line> {
  const { SerialPort } = await import("serialport");
  const { line: path, baudRate, dataBits, parity, stopBits } = settings;
  const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false, lock: true });
  try {
    await called((done) => port.open(done));
    // Whatever lay in the driver before this moment answers nobody.
    await called((done) => port.flush(done));
    signal.throwIfAborted();
  } catch (error) {
    if (port.isOpen) port.close(() => {});
    throw new LaneError("DEVICE_OFFLINE", `${path}: ${messageOf(error)}`, { cause: error });
  }
  const close = () => {
    if (port.isOpen) port.close(() => {});
  };
  return lineOver(port, close, "the serial port was lost");
}

function called(call: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}
