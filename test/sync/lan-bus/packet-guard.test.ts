import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketGuard } from "#sync/lan-bus/packet-guard";

const packet = (length: number): Buffer => {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
};

test("packets up to the limit pass, cut in whatever way", () => {
  const stream = Buffer.concat([0, 1, 127, 128, 1_000, 0, 5].map(packet));
  for (const size of [1, 2, 3, 7, 64, stream.length]) {
    const guard = new PacketGuard(1_000);
    for (let at = 0; at < stream.length; at += size) assert.ok(guard.accepts(stream.subarray(at, at + size)));
  }
});

test("a packet beyond the limit is seen in its header", () => {
  for (const length of [1_001, 16_384, 2_097_152]) {
    const header = packet(length).subarray(0, 5);
    assert.equal(new PacketGuard(1_000).accepts(header), false, `${length}`);
  }
  const after = Buffer.concat([packet(3), packet(1_001).subarray(0, 3)]);
  assert.equal(new PacketGuard(1_000).accepts(after), false);
});

test("B16: a length that never ends is no MQTT", () => {
  assert.equal(new PacketGuard(1e12).accepts(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff])), false);
  assert.equal(new PacketGuard(1_000).accepts(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01])), false);
});
