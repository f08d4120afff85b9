/**
 * Figures of the Modbus protocol that both ends need.
 * Sources: MODBUS Application Protocol Specification V1.1b3; MODBUS Messaging on TCP/IP Implementation Guide V1.0b.
 */

export const FUNCTION = {
  readCoils: 1,
  readDiscreteInputs: 2,
  readHoldingRegisters: 3,
  readInputRegisters: 4,
  writeCoil: 5,
  writeRegister: 6,
  writeCoils: 15,
  writeRegisters: 16,
} as const;

/** Bytes before the unit id: transaction id, protocol id, length. */
export const MBAP_PREFIX_BYTES = 6;
/** The length field counts the unit id and the PDU: at least unit and function code, at most unit and 253 bytes. */
export const MBAP_MIN_LENGTH = 2;
export const MBAP_MAX_LENGTH = 254;

/** Set in the function code of an exception reply. */
export const EXCEPTION_FLAG = 0x80;

/** Most items one request may name. */
export const MAX_READ_BITS = 2000;
export const MAX_READ_REGISTERS = 125;
export const MAX_WRITE_BITS = 1968;
export const MAX_WRITE_REGISTERS = 123;

export const EXCEPTION = {
  ILLEGAL_FUNCTION: 1,
  ILLEGAL_DATA_ADDRESS: 2,
  ILLEGAL_DATA_VALUE: 3,
  SERVER_DEVICE_FAILURE: 4,
  ACKNOWLEDGE: 5,
  SERVER_DEVICE_BUSY: 6,
  NEGATIVE_ACKNOWLEDGE: 7,
  MEMORY_PARITY_ERROR: 8,
  GATEWAY_PATH_UNAVAILABLE: 10,
  GATEWAY_TARGET_FAILED_TO_RESPOND: 11,
} as const;

const NAMES = new Map<number, string>(Object.entries(EXCEPTION).map(([name, code]) => [code, name]));

/** The specification's name of an exception code, for people; `UNKNOWN` for a code that it does not define. */
export function exceptionName(code: number): string {
  return NAMES.get(code) ?? "UNKNOWN";
}
