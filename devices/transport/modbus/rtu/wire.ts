import { EventEmitter } from "node:events";
import modbusSerial from "modbus-serial";
import { LaneError } from "#contract/errors";
import { openLine } from "../../serial/line.ts";
import type { LineSettings } from "../../serial/line-options.ts";
import { silence } from "../../serial/silence.ts";
import { ModbusConnection } from "../connection.ts";
import type { ModbusClient } from "../requests.ts";
import type { ModbusWire, WireListener } from "../wire.ts";
import { RtuReplyGuard } from "./reply-guard.ts";

/** Silence that shows that nobody is still answering somebody else's question, milliseconds. */
const QUIET_MS = 50;
/** A line that does not fall silent for so long is not used, milliseconds. */
const QUIET_LIMIT_MS = 1000;
/** Silence between two frames: 3.5 characters of 11 bits, and a fixed time above 19,200 baud (serial line guide 2.5.1.1). */
const GAP_CHARACTERS = 3.5;
const BITS_A_CHARACTER = 11;
const SHORTEST_GAP_MS = 1.75;

/** Opens RTU connections over a line. Each rejects with LaneError DEVICE_OFFLINE or, on a babbling line, DEVICE_PROTOCOL. */
export function overRtu(settings: LineSettings): (signal: AbortSignal) => Promise<ModbusConnection> {
  return async (signal) => ModbusConnection.over(await openWire(settings, signal));
}

/** What the library needs of a port: whole frames in, whole frames out. */
class FramePort extends EventEmitter {
  isOpen = false;
  readonly #send: (frame: Uint8Array) => void;

  constructor(send: (frame: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  open(done: (error?: Error) => void): void {
    this.isOpen = true;
    done();
  }

  write(frame: Uint8Array): void {
    this.#send(frame);
  }

  destroy(): void {
    this.isOpen = false;
  }
}

async function openWire(settings: LineSettings, signal: AbortSignal): Promise<ModbusWire> {
  const line = await openLine(settings, signal);
  let listener: WireListener | undefined;
  const quiet = silence(QUIET_MS, QUIET_LIMIT_MS, signal);
  const guard = new RtuReplyGuard();
  const port = new FramePort((frame) => line.write(frame));
  const client: ModbusClient = new modbusSerial.default(port);
  let lost: string | undefined;
  line.listen({
    bytes: (chunk) => {
      if (listener === undefined) {
        quiet.heard();
        return;
      }
      listener.bytes(chunk);
      const frame = guard.takeFrame();
      if (frame !== undefined) port.emit("data", frame);
    },
    ended: (detail) => {
      lost = detail;
      quiet.end();
      listener?.ended(detail);
    },
  });
  if (!(await quiet.fallen) || lost !== undefined) {
    line.close();
    const never = `the line does not fall silent for ${QUIET_MS} ms`;
    throw new LaneError(
      lost === undefined ? "DEVICE_PROTOCOL" : "DEVICE_OFFLINE",
      `${settings.line}: ${lost ?? never}`,
    );
  }
  return {
    client,
    guard,
    gapMs: gapMs(settings),
    attach: async (one) => {
      listener = one;
      client.open(() => {});
    },
    close: () => {
      client.destroy(() => {});
      line.close();
    },
  };
}

function gapMs({ line, baudRate }: LineSettings): number {
  // A device server keeps the gaps of its own line.
  return line.startsWith("tcp://")
    ? 0
    : Math.max(SHORTEST_GAP_MS, (GAP_CHARACTERS * BITS_A_CHARACTER * 1000) / baudRate);
}
