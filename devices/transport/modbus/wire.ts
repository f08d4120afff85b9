import type { ExpectedReply } from "./reply-guard.ts";
import type { ModbusClient } from "./requests.ts";

/** Told by a wire about itself. Neither may throw. */
export interface WireListener {
  /** Every chunk, before the library sees it: a listener that closes the wire keeps it from the library. */
  bytes(chunk: Uint8Array): void;
  /** The wire is gone; nothing follows. */
  ended(detail: string): void;
}

/** Reads along with the replies and says what is wrong with them. */
export interface WireGuard {
  /** Announces the reply to the request that is about to be sent. */
  expect(expected: ExpectedReply): void;
  /** Takes the next bytes of the stream. Returns what is wrong with them, or undefined. */
  accept(chunk: Uint8Array): string | undefined;
}

/** An open connection with the library's client upon it: what differs between Modbus TCP and RTU. */
export interface ModbusWire {
  readonly client: ModbusClient;
  readonly guard: WireGuard;
  /** Silence before each request, milliseconds. */
  readonly gapMs: number;
  /** Begins to listen. Once only. */
  attach(listener: WireListener): Promise<void>;
  /** Safe to call twice. */
  close(): void;
}
