import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Cut, FrameSplitter, type Framing } from "#devices/transport/serial/frame-splitter";

const cuts = (framing: Framing, ...chunks: string[]): Cut[] => {
  const splitter = new FrameSplitter(framing);
  return chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk, "latin1")));
};
const LINES: Framing = { end: "\r\n", maxLength: 8 };
const STX: Framing = { start: "\u0002", end: "\u0003", maxLength: 8 };

describe("frames in a stream", () => {
  it("lines: the rest of one before the first end is dropped", () => {
    assert.deepEqual(cuts(LINES, "480kg\r\nabc\r\n\r\ndef\r\ngh"), [{ text: "abc" }, { text: "" }, { text: "def" }]);
  });

  it("between marks: whatever stands outside is dropped", () => {
    assert.deepEqual(cuts(STX, "xx\u0003\u0002abc\u0003yy\u0002def\u0003"), [{ text: "abc" }, { text: "def" }]);
  });

  it("a start inside a frame begins it anew", () => {
    assert.deepEqual(cuts(STX, "\u0002ab\u0002cd\u0003"), [{ misfit: "a frame that never ended" }, { text: "cd" }]);
  });

  it("what is too long is one misfit, and the next frame is whole again", () => {
    const misfit = { misfit: "a frame of more than 8 characters" };
    assert.deepEqual(cuts(LINES, "\r\n", "x".repeat(1000), "\r\n12345678\r\n"), [misfit, { text: "12345678" }]);
    assert.deepEqual(cuts(LINES, "\r\n", "x".repeat(17), "\r", "\nok\r\n"), [misfit, { text: "ok" }]);
    assert.deepEqual(cuts(STX, "\u0002", "x".repeat(1000), "\u0003\u000212345678\u0003"), [
      misfit,
      { text: "12345678" },
    ]);
  });

  it("CR alone does not end a line", () => {
    assert.deepEqual(cuts(LINES, "\r\nab\rcd\r\n"), [{ text: "ab\rcd" }]);
  });

  it("cuts the same however the bytes are cut", () => {
    const alphabet = fc.constantFrom("a", "b", "\r", "\n", "\u0002", "\u0003");
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: alphabet, size: "max", maxLength: 30 }), { size: "max", maxLength: 8 }),
        fc.constantFrom(LINES, STX),
        (chunks, framing) => assert.deepEqual(cuts(framing, ...chunks), cuts(framing, chunks.join(""))),
      ),
    );
  });
});
