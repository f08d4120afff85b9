import { RTU_FRAMING } from "#devices/transport/modbus/rtu/frames";

/**
 * Replies that a Modbus device, a gateway or noise may give to one request: unit 1 is asked for two input registers, and
 * the true answer is 0x0000 0x7EE0. What must come of each follows from the specification and stands beside it.
 */
export interface ModbusCase {
  readonly name: string;
  readonly bytes: Buffer;
  /**
   * `value`: the true answer is believed; `exception`: the device has refused; `refused`: no answer may be believed, and
   * the connection is given up at once; `waits`: the answer is not complete, so that only its time limit ends it.
   */
  readonly outcome: "value" | "exception" | "refused" | "waits";
}

export const UNIT = 1;
export const FUNCTION_CODE = 4;
export const VALUE = [0x0000, 0x7ee0] as const;
const PDU = [FUNCTION_CODE, 4, 0x00, 0x00, 0x7e, 0xe0];

/** What is wrong does not depend on the wire: unit id and PDU, and what must come of them. */
function bodies(): { name: string; body: number[]; outcome: ModbusCase["outcome"] }[] {
  const cases: ReturnType<typeof bodies> = [{ name: "the answer", body: [UNIT, ...PDU], outcome: "value" }];
  for (const unit of [0, 2, 3, 0x7f, 0x80, 0xff]) {
    cases.push({ name: `B5 unit ${unit}`, body: [unit, ...PDU], outcome: "refused" });
  }
  for (let code = 0; code <= 0xff; code += 1) {
    if (code === FUNCTION_CODE || code === (FUNCTION_CODE | 0x80)) continue;
    if (code % 5 !== 0 && code > 24 && code < 0x80) continue;
    cases.push({ name: `B5 function code ${code}`, body: [UNIT, code, ...PDU.slice(1)], outcome: "refused" });
  }
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x7f, 0xff]) {
    cases.push({ name: `B5 exception ${code}`, body: [UNIT, FUNCTION_CODE | 0x80, code], outcome: "exception" });
    const other = [UNIT, (FUNCTION_CODE - 1) | 0x80, code];
    cases.push({ name: `B5 exception ${code} to another function`, body: other, outcome: "refused" });
  }
  for (const count of [0, 1, 2, 3, 5, 6, 8, 0x7f, 0x80, 0xfa, 0xff]) {
    const lying = [UNIT, FUNCTION_CODE, count, ...PDU.slice(2)];
    cases.push({ name: `B3 byte count ${count} and 4 data bytes`, body: lying, outcome: "refused" });
    const data = Array.from({ length: count }, (_, index) => index & 0xff);
    cases.push({ name: `B3 ${count} data bytes`, body: [UNIT, FUNCTION_CODE, count, ...data], outcome: "refused" });
  }
  return cases;
}

/** Over Modbus TCP. @param transaction the transaction id of the request. */
export function tcpCases(transaction: number): ModbusCase[] {
  const frame = (
    body: readonly number[],
    change: Partial<Record<"transaction" | "protocol" | "length", number>> = {},
  ) => {
    const header = Buffer.alloc(6);
    header.writeUInt16BE(change.transaction ?? transaction, 0);
    header.writeUInt16BE(change.protocol ?? 0, 2);
    header.writeUInt16BE(change.length ?? body.length, 4);
    return Buffer.concat([header, Buffer.from(body)]);
  };
  const answer = [UNIT, ...PDU];
  const cases: ModbusCase[] = bodies().map(({ name, body, outcome }) => ({ name, bytes: frame(body), outcome }));
  for (const protocol of [1, 2, 0x7f, 0xff, 0x100, 0x101, 0x7fff, 0xffff]) {
    cases.push({ name: `B1 protocol id ${protocol}`, bytes: frame(answer, { protocol }), outcome: "refused" });
  }
  for (const other of [0, transaction + 1, transaction ^ 0x8000, 0xffff]) {
    const bytes = frame(answer, { transaction: other & 0xffff });
    cases.push({ name: `transaction ${other & 0xffff}`, bytes, outcome: "waits" });
  }
  for (const length of [0, 1, 255, 256, 0x7fff, 0x8000, 0xffff]) {
    cases.push({ name: `B2 length ${length}`, bytes: frame(answer, { length }), outcome: "refused" });
  }
  for (const length of [2, 3, 4, 5, 6]) {
    cases.push({
      name: `B2 length ${length} of ${answer.length}`,
      bytes: frame(answer, { length }),
      outcome: "refused",
    });
  }
  for (const length of [8, 9, 100, 254]) {
    cases.push({ name: `B2 length ${length} of ${answer.length}`, bytes: frame(answer, { length }), outcome: "waits" });
  }
  return [...cases, ...cutAndPadded(frame(answer))];
}

/** Over RTU, with a checksum that is right unless the name says otherwise. */
export function rtuCases(): ModbusCase[] {
  const frame = (body: readonly number[]) => Buffer.from(RTU_FRAMING.seal(Buffer.from(body)));
  const answer = frame([UNIT, ...PDU]);
  const cases: ModbusCase[] = bodies().map(({ name, body, outcome }) => ({ name, bytes: frame(body), outcome }));
  for (let bit = 0; bit < answer.length * 8; bit += 1) {
    const bytes = Buffer.from(answer);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    // One bit turns the function code into that of an exception, which is shorter than what follows.
    cases.push({ name: `B40 bit ${bit} flipped`, bytes, outcome: "refused" });
  }
  return [...cases, ...cutAndPadded(answer)];
}

function cutAndPadded(answer: Buffer): ModbusCase[] {
  const cases: ModbusCase[] = [];
  for (let length = 0; length < answer.length; length += 1) {
    cases.push({ name: `the first ${length} bytes`, bytes: answer.subarray(0, length), outcome: "waits" });
  }
  for (const extra of [1, 2, 7, 100, 70_000]) {
    const bytes = Buffer.concat([answer, Buffer.alloc(extra, 0xff)]);
    cases.push({ name: `F30 the answer and ${extra} bytes`, bytes, outcome: "refused" });
  }
  for (const stray of [0x00, 0x55, 0xff]) {
    const bytes = Buffer.concat([Buffer.of(stray), answer]);
    cases.push({ name: `F30 a stray byte ${stray} and the answer`, bytes, outcome: "refused" });
  }
  cases.push({ name: "F30 the answer twice", bytes: Buffer.concat([answer, answer]), outcome: "refused" });
  for (const [name, text] of [
    ["a web page", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"],
    ["a scale's text", "ST,GS,+0032480kg\r\n"],
    ["an SSH greeting", "SSH-2.0-OpenSSH_9.2p1\r\n"],
    ["a telnet negotiation", "\u00ff\u00fd\u0018\u00ff\u00fd\u0020"],
  ] as const) {
    cases.push({ name, bytes: Buffer.from(text, "latin1"), outcome: "refused" });
  }
  return cases;
}
