import {
  EXCEPTION,
  EXCEPTION_FLAG,
  FUNCTION,
  MAX_READ_BITS,
  MAX_READ_REGISTERS,
  MAX_WRITE_BITS,
  MAX_WRITE_REGISTERS,
} from "../protocol.ts";
import type { ModbusDataModel } from "./data-model.ts";

/** Thrown inside this file only, to leave a request with an exception code. */
class Refused extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exception ${code}`);
    this.code = code;
  }
}

/** Carries out one request PDU (function code and what follows) and returns the reply PDU. */
export function execute(model: ModbusDataModel, pdu: Uint8Array): Uint8Array {
  const functionCode = pdu[0] ?? 0;
  try {
    model.beginRequest?.();
    return carryOut(model, functionCode, new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength));
  } catch (error) {
    if (error instanceof Refused) {
      return exceptionReply(functionCode, error.code);
    }
    throw error;
  } finally {
    model.endRequest?.();
  }
}

export function exceptionReply(functionCode: number, code: number): Uint8Array {
  return Uint8Array.of(functionCode | EXCEPTION_FLAG, code);
}

export function isWrite(functionCode: number): boolean {
  return functionCode >= FUNCTION.writeCoil;
}

function carryOut(model: ModbusDataModel, functionCode: number, request: DataView): Uint8Array {
  switch (functionCode) {
    case FUNCTION.readCoils:
      return readBits(request, (address) => model.readCoil?.(address));
    case FUNCTION.readDiscreteInputs:
      return readBits(request, (address) => model.readDiscreteInput?.(address));
    case FUNCTION.readHoldingRegisters:
      return readWords(request, (address) => model.readHoldingRegister?.(address));
    case FUNCTION.readInputRegisters:
      return readWords(request, (address) => model.readInputRegister?.(address));
    case FUNCTION.writeCoil:
      return writeOneCoil(request, model);
    case FUNCTION.writeRegister:
      return writeOneRegister(request, model);
    case FUNCTION.writeCoils:
      return writeManyCoils(request, model);
    case FUNCTION.writeRegisters:
      return writeManyRegisters(request, model);
    default:
      throw new Refused(EXCEPTION.ILLEGAL_FUNCTION);
  }
}

function readBits(request: DataView, read: (address: number) => boolean | undefined): Uint8Array {
  const { address, count } = span(request, MAX_READ_BITS, 5);
  const reply = new Uint8Array(2 + Math.ceil(count / 8));
  reply[0] = request.getUint8(0);
  reply[1] = reply.length - 2;
  for (let index = 0; index < count; index += 1) {
    if (known(read(address + index))) {
      const at = 2 + (index >> 3);
      reply[at] = (reply[at] ?? 0) | (1 << (index & 7));
    }
  }
  return reply;
}

function readWords(request: DataView, read: (address: number) => number | undefined): Uint8Array {
  const { address, count } = span(request, MAX_READ_REGISTERS, 5);
  const reply = new Uint8Array(2 + count * 2);
  const words = new DataView(reply.buffer);
  reply[0] = request.getUint8(0);
  reply[1] = count * 2;
  for (let index = 0; index < count; index += 1) {
    words.setUint16(2 + index * 2, known(read(address + index)));
  }
  return reply;
}

function writeOneCoil(request: DataView, model: ModbusDataModel): Uint8Array {
  ensure(request.byteLength === 5, EXCEPTION.ILLEGAL_DATA_VALUE);
  const level = request.getUint16(3);
  ensure(level === 0xff00 || level === 0, EXCEPTION.ILLEGAL_DATA_VALUE);
  ensure(model.writeCoil?.(request.getUint16(1), level !== 0) === true, EXCEPTION.ILLEGAL_DATA_ADDRESS);
  return echo(request);
}

function writeOneRegister(request: DataView, model: ModbusDataModel): Uint8Array {
  ensure(request.byteLength === 5, EXCEPTION.ILLEGAL_DATA_VALUE);
  const written = model.writeRegister?.(request.getUint16(1), request.getUint16(3)) === true;
  ensure(written, EXCEPTION.ILLEGAL_DATA_ADDRESS);
  return echo(request);
}

function writeManyCoils(request: DataView, model: ModbusDataModel): Uint8Array {
  const { address, count } = span(request, MAX_WRITE_BITS, 6 + Math.ceil(countOf(request) / 8));
  for (let index = 0; index < count; index += 1) {
    const on = ((request.getUint8(6 + (index >> 3)) >> (index & 7)) & 1) === 1;
    ensure(model.writeCoil?.(address + index, on) === true, EXCEPTION.ILLEGAL_DATA_ADDRESS);
  }
  return echo(request);
}

function writeManyRegisters(request: DataView, model: ModbusDataModel): Uint8Array {
  const { address, count } = span(request, MAX_WRITE_REGISTERS, 6 + countOf(request) * 2);
  for (let index = 0; index < count; index += 1) {
    const value = request.getUint16(6 + index * 2);
    ensure(model.writeRegister?.(address + index, value) === true, EXCEPTION.ILLEGAL_DATA_ADDRESS);
  }
  return echo(request);
}

function span(request: DataView, most: number, requestBytes: number): { address: number; count: number } {
  const count = countOf(request);
  ensure(count >= 1 && count <= most && request.byteLength === requestBytes, EXCEPTION.ILLEGAL_DATA_VALUE);
  return { address: request.getUint16(1), count };
}

function countOf(request: DataView): number {
  ensure(request.byteLength >= 5, EXCEPTION.ILLEGAL_DATA_VALUE);
  return request.getUint16(3);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Refused(EXCEPTION.ILLEGAL_DATA_ADDRESS);
  }
  return value;
}

function ensure(condition: boolean, code: number): void {
  if (!condition) {
    throw new Refused(code);
  }
}

/** Every write is answered with its function code and its next four bytes. */
function echo(request: DataView): Uint8Array {
  return new Uint8Array(request.buffer, request.byteOffset, 5).slice();
}
