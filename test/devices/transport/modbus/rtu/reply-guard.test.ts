import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RtuReplyGuard } from "#devices/transport/modbus/rtu/reply-guard";

const read = { unit: 3, functionCode: 4, body: { byteCount: 4 } } as const;
const write = { unit: 3, functionCode: 5, body: { echo: Uint8Array.of(0, 1, 0xff, 0) } } as const;
const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("RTU reply guard", () => {
  for (const [name, expected, frame] of [
    ["a read", read, "03 04 04 00 01 00 02 aa bb"],
    ["an exception", read, "03 84 06 aa bb"],
    ["a write", write, "03 05 00 01 ff 00 aa bb"],
  ] as const) {
    it(`gives the whole reply to ${name} once, however it is cut`, () => {
      const whole = bytes(frame);
      for (let cut = 0; cut <= whole.length; cut += 1) {
        const guard = new RtuReplyGuard();
        guard.expect(expected);
        assert.equal(guard.accept(whole.subarray(0, cut)), undefined);
        assert.equal(
          guard.accept(whole.subarray(cut)),
          cut === whole.length ? "0 bytes that answer no request" : undefined,
        );
        assert.deepEqual(guard.takeFrame(), whole);
        assert.equal(guard.takeFrame(), undefined);
      }
    });
  }

  const refused: readonly [string, typeof read | typeof write, string, RegExp][] = [
    ["another unit", read, "04", /unit 4 instead of 3/],
    ["another function", read, "03 03", /function code 3 instead of 4/],
    ["an exception to another function", read, "03 83 02 aa bb", /function code 131/],
    ["a reply of another length", read, "03 04 08", /byte count 8 instead of 4/],
    ["our own request, echoed by the adapter", read, "03 04 00 00", /byte count 0 instead of 4/],
    ["a byte too many", read, "03 04 04 00 01 00 02 aa bb 00", /1 bytes more/],
    ["an exception with more", read, "03 84 06 aa bb 00 00", /2 bytes more/],
    ["the echo of another write", write, "03 05 00 02", /echo 0002 instead of 0001ff00/],
    ["a storm", read, "ff".repeat(1000), /unit 255/],
  ];
  for (const [name, expected, frame, reason] of refused) {
    it(`refuses ${name} at once`, () => {
      const guard = new RtuReplyGuard();
      guard.expect(expected);
      assert.match(guard.accept(bytes(frame)) ?? "", reason);
      assert.equal(guard.takeFrame(), undefined);
    });
  }

  it("refuses whatever comes unasked", () => {
    assert.match(new RtuReplyGuard().accept(bytes("03 04")) ?? "", /answer no request/);
  });
});
