import type modbusSerial from "modbus-serial";
import { FUNCTION } from "./protocol.ts";
import type { ExpectedReply } from "./reply-guard.ts";

/** The library's client. */
export type ModbusClient = InstanceType<typeof modbusSerial.default>;

/** Where a request goes and how far it reaches. `unit` 0..247, `address` 0..65535 as on the wire (counted from 0). */
export interface Span {
  readonly unit: number;
  readonly address: number;
  readonly count: number;
}

/** One request: what is sent, what must come back, and how people call it. */
export interface ModbusRequest<Value> {
  readonly what: string;
  readonly writes: boolean;
  readonly expected: ExpectedReply;
  send(client: ModbusClient, done: (error: unknown, value: () => Value) => void): void;
}

/** Reads coils (function 1) or discrete inputs (function 2). */
export function readBits(functionCode: 1 | 2, { unit, address, count }: Span): ModbusRequest<readonly boolean[]> {
  const kind = functionCode === FUNCTION.readCoils ? "coils" : "discrete inputs";
  return {
    what: `reading ${count} ${kind} from ${address}`,
    writes: false,
    expected: { unit, functionCode, body: { byteCount: Math.ceil(count / 8) } },
    send: (client, done) => {
      // The library returns whole bytes; the bits beyond the request mean nothing.
      const answered = (error: unknown, reply: { data: boolean[] }) => done(error, () => reply.data.slice(0, count));
      if (functionCode === FUNCTION.readCoils) {
        client.writeFC1(unit, address, count, answered);
      } else {
        client.writeFC2(unit, address, count, answered);
      }
    },
  };
}

export const readDiscreteInputs = (span: Span): ModbusRequest<readonly boolean[]> =>
  readBits(FUNCTION.readDiscreteInputs, span);

/** Reads holding registers (function 3) or input registers (function 4), each 0..65535. */
export function readRegisters(functionCode: 3 | 4, { unit, address, count }: Span): ModbusRequest<readonly number[]> {
  const kind = functionCode === FUNCTION.readHoldingRegisters ? "holding" : "input";
  return {
    what: `reading ${count} ${kind} registers from ${address}`,
    writes: false,
    expected: { unit, functionCode, body: { byteCount: count * 2 } },
    send: (client, done) => {
      const answered = (error: unknown, reply: { data: number[] }) => done(error, () => reply.data);
      if (functionCode === FUNCTION.readHoldingRegisters) {
        client.writeFC3(unit, address, count, answered);
      } else {
        client.writeFC4(unit, address, count, answered);
      }
    },
  };
}

export function writeCoil(unit: number, address: number, on: boolean): ModbusRequest<void> {
  return {
    what: `writing coil ${address} = ${on ? 1 : 0}`,
    writes: true,
    expected: { unit, functionCode: FUNCTION.writeCoil, body: { echo: words(address, on ? 0xff00 : 0) } },
    send: (client, done) => client.writeFC5(unit, address, on, (error) => done(error, () => undefined)),
  };
}

/** Writes neighbouring coils with one request, so that they change together. */
export function writeCoils(unit: number, address: number, states: readonly boolean[]): ModbusRequest<void> {
  return {
    what: `writing ${states.length} coils from ${address}`,
    writes: true,
    expected: { unit, functionCode: FUNCTION.writeCoils, body: { echo: words(address, states.length) } },
    send: (client, done) => client.writeFC15(unit, address, [...states], (error) => done(error, () => undefined)),
  };
}

/** Writes neighbouring holding registers with one request, each 0..65535. */
export function writeRegisters(unit: number, address: number, values: readonly number[]): ModbusRequest<void> {
  return {
    what: `writing ${values.length} holding registers from ${address}`,
    writes: true,
    expected: { unit, functionCode: FUNCTION.writeRegisters, body: { echo: words(address, values.length) } },
    send: (client, done) => client.writeFC16(unit, address, [...values], (error) => done(error, () => undefined)),
  };
}

function words(first: number, second: number): Uint8Array {
  return Uint8Array.of(first >> 8, first & 0xff, second >> 8, second & 0xff);
}
