import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ExpectedReply, ReplyGuard } from "#devices/transport/modbus/reply-guard";

const READ: ExpectedReply = { unit: 1, functionCode: 3, body: { byteCount: 4 } };
const WRITE: ExpectedReply = { unit: 1, functionCode: 5, body: { echo: Uint8Array.of(0, 1, 0xff, 0) } };

const GOOD_READ = [0, 1, 0, 0, 0, 7, 1, 3, 4, 1, 2, 3, 4];
const GOOD_WRITE = [0, 1, 0, 0, 0, 6, 1, 5, 0, 1, 0xff, 0];
const EXCEPTION = [0, 1, 0, 0, 0, 3, 1, 0x83, 2];

function verdict(expected: ExpectedReply, bytes: readonly number[]): string | undefined {
  const guard = new ReplyGuard();
  guard.expect(expected);
  return guard.accept(Uint8Array.from(bytes));
}

/** `frame` with some bytes replaced. */
function changed(frame: readonly number[], at: Record<number, number>): number[] {
  return frame.map((byte, index) => at[index] ?? byte);
}

describe("reply guard", () => {
  it("accepts a reply, a write echo and an exception", () => {
    assert.equal(verdict(READ, GOOD_READ), undefined);
    assert.equal(verdict(WRITE, GOOD_WRITE), undefined);
    assert.equal(verdict(READ, EXCEPTION), undefined);
  });

  it("accepts a reply that arrives byte by byte", () => {
    const guard = new ReplyGuard();
    guard.expect(READ);
    for (const byte of GOOD_READ) {
      assert.equal(guard.accept(Uint8Array.of(byte)), undefined);
    }
    assert.match(guard.accept(Uint8Array.of(0)) ?? "", /answer no request/);
  });

  const refused: readonly [string, ExpectedReply, readonly number[], RegExp][] = [
    ["B1 wrong protocol id", READ, changed(GOOD_READ, { 3: 1 }), /protocol id 1/],
    ["B2 length 0", READ, changed(GOOD_READ, { 5: 0 }), /length field 0/],
    ["B2 length 1", READ, changed(GOOD_READ, { 5: 1 }), /length field 1/],
    ["B2 length 65535", READ, changed(GOOD_READ, { 4: 255, 5: 255 }), /length field 65535/],
    ["B3 byte count larger than the data", READ, changed(GOOD_READ, { 8: 6 }), /byte count 6/],
    ["B3 byte count smaller than the data", READ, changed(GOOD_READ, { 8: 2 }), /byte count 2/],
    ["B3 data shorter than the byte count", READ, changed(GOOD_READ, { 5: 6 }).slice(0, -1), /3 data bytes/],
    ["B5 reply for another unit", READ, changed(GOOD_READ, { 6: 2 }), /unit 2/],
    ["B5 reply for another function", READ, changed(GOOD_READ, { 7: 4 }), /function code 4/],
    ["B5 exception for another function", READ, changed(EXCEPTION, { 7: 0x84 }), /function code 132/],
    ["B5 exception of another unit", READ, changed(EXCEPTION, { 6: 9 }), /unit 9/],
    ["B5 exception without its code", READ, changed(EXCEPTION, { 5: 2 }).slice(0, -1), /0 bytes/],
    ["F29 echo of another coil", WRITE, changed(GOOD_WRITE, { 9: 99 }), /0063ff00 instead of 0001ff00/],
    ["F29 echo of another state", WRITE, changed(GOOD_WRITE, { 10: 0 }), /00010000 instead of 0001ff00/],
    ["F30 bytes after the reply", READ, [...GOOD_READ, 0], /1 bytes more/],
    ["F30 a stray byte before the reply", READ, [0x55, ...GOOD_READ], /protocol id/],
  ];
  for (const [name, expected, bytes, reason] of refused) {
    it(`refuses: ${name}`, () => assert.match(verdict(expected, bytes) ?? "accepted", reason));
  }

  it("refuses bytes that answer no request", () => {
    assert.match(new ReplyGuard().accept(Uint8Array.of(1)) ?? "", /answer no request/);
  });

  it("B6 survives a million random frames and accepts none that is not an allowed reply", () => {
    const random = sequence(20_250_101);
    let accepted = 0;
    for (let round = 0; round < 1_000_000; round += 1) {
      // Half of the frames are a good reply with one byte replaced, the others are noise.
      const good = (round & 1) === 0;
      const frame = Uint8Array.from(GOOD_READ);
      const count = good ? 1 : frame.length;
      for (let index = 0; index < count; index += 1) {
        frame[good ? random() % frame.length : index] = random() & 0xff;
      }
      const guard = new ReplyGuard();
      guard.expect(READ);
      if (guard.accept(frame) === undefined && isWhole(frame)) {
        accepted += 1;
        assert.ok(isAllowed(frame), `seed 20250101, round ${round}: ${Buffer.from(frame).toString("hex")}`);
      }
    }
    assert.ok(accepted > 1000, "the frames were good enough to be accepted now and then");
  });
});

/** A length field that promises more bytes is not refused yet: the rest may be on its way, and the timeout ends the wait. */
function isWhole(frame: Uint8Array): boolean {
  return ((frame[4] ?? 0) << 8) + (frame[5] ?? 0) + 6 <= frame.length;
}

function isAllowed(frame: Uint8Array): boolean {
  const fixed = [2, 3, 4, 5, 6, 7, 8];
  return fixed.every((index) => frame[index] === GOOD_READ[index]);
}

/** Numbers 0..2^31-1 of a linear congruential generator: the same for the same seed. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >> 8;
  };
}
