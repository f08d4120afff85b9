import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import { isLaneError } from "#contract/errors";
import { decodeFrame, parseWeight } from "#devices/weighbridge/ascii/decode";
import { weighbridgeAscii } from "#devices/weighbridge/ascii/descriptor";
import { encodeFrame } from "#devices/weighbridge/ascii/encode";
import { checkFormat, formatNames, loadFormat } from "#devices/weighbridge/ascii/format";

describe("weight text", () => {
  const cases: readonly [string, number, number | undefined][] = [
    ["32480", 0, 32_480],
    ["  32480", 0, 32_480],
    ["+0032480", 0, 32_480],
    ["-0000140", 0, -140],
    ["-    140", 0, -140],
    ["-0", 0, 0],
    ["1234.5", 1, 1234.5],
    ["0.05", 2, 0.05],
    ["1234.5", 0, undefined],
    ["12345", 1, undefined],
    ["1,234.5", 1, undefined],
    ["1.234,5", 1, undefined],
    ["1 234", 0, undefined],
    ["     ", 0, undefined],
    ["", 0, undefined],
    ["OL", 0, undefined],
    ["12E5", 0, undefined],
    ["0x20", 0, undefined],
    ["Infinity", 0, undefined],
    ["NaN", 0, undefined],
    ["+-5", 0, undefined],
    ["--5", 0, undefined],
    ["5-", 0, undefined],
    ["5 ", 0, undefined],
    ["5.", 0, undefined],
    [".5", 1, undefined],
    ["3\r", 0, undefined],
    ["\u0663", 0, undefined],
    ["1234567890123456789012345678901", 0, undefined],
  ];
  for (const [text, decimals, kg] of cases) {
    it(`B7 ${JSON.stringify(text)} with ${decimals} decimals is ${kg ?? "no number"}`, () => {
      assert.ok(Object.is(parseWeight(text, decimals), kg));
    });
  }
});

describe("frames", async () => {
  const and18 = await loadFormat("and-18");
  const cases: readonly [string, string, "weight" | "no-weight" | "misfit"][] = [
    ["a stable gross weight", "ST,GS,+0032480kg", "weight"],
    ["an unstable one", "US,GS,+0032480kg", "weight"],
    ["overload", "OL,GS,+0032480kg", "no-weight"],
    ["a net weight", "ST,NT,+0032480kg", "no-weight"],
    ["pounds", "ST,GS,+0032480lb", "no-weight"],
    ["tonnes", "ST,GS,+0032480 t", "no-weight"],
    ["one character short", "ST,GS,+032480kg", "misfit"],
    ["one character long", "ST,GS,+00032480kg", "misfit"],
    ["the tail of one frame and the head of the next", "480kgST,GS,+0032", "misfit"],
    ["an unknown state", "HD,GS,+0032480kg", "misfit"],
    ["31 characters", "ST,GS,+0032480kgST,GS,+0032480k", "misfit"],
    ["nothing", "", "misfit"],
    ["a lone CR inside", "ST,GS,+003248\rkg", "no-weight"],
    ["NUL in the number", "ST,GS,+003\u00002480kg".slice(0, 16), "no-weight"],
  ];
  for (const [name, frame, kind] of cases) {
    it(`${name}: ${kind}`, () => assert.equal(decodeFrame(and18, frame).kind, kind));
  }

  it("of Toledo type carry their state in bits", async () => {
    const toledo = await loadFormat("toledo-continuous");
    const read = (bits: number) => decodeFrame(toledo, `,${String.fromCharCode(0x20 | bits)} 032480000000`);
    assert.deepEqual(read(0b1_0000), {
      kind: "weight",
      grossKg: 32_480,
      stable: true,
      atZero: false,
      overRange: false,
      underRange: false,
    });
    const moving = read(0b1_1000);
    assert.ok(moving.kind === "weight" && !moving.stable);
    const below = read(0b1_0010);
    assert.ok(below.kind === "weight" && below.grossKg === -32_480);
    assert.equal(read(0b0_0000).kind, "no-weight", "pounds");
    assert.equal(read(0b1_0001).kind, "no-weight", "net");
    assert.equal(read(0b1_0100).kind, "no-weight", "out of range");
  });

  for (const name of await formatNames()) {
    it(`${name}: what is encoded is decoded`, async () => {
      const format = await loadFormat(name);
      for (const grossKg of [0, 20, 32_480, -140, 79_980]) {
        for (const stable of [true, false]) {
          const display = { grossKg, stable, atZero: grossKg === 0, overRange: false, underRange: false };
          const frame = Buffer.from(encodeFrame(format, display)).toString("latin1");
          assert.ok(frame.endsWith(format.end));
          const text = frame.slice(format.start?.length ?? 0, -format.end.length);
          assert.deepEqual(decodeFrame(format, text), { kind: "weight", ...display });
          const over = Buffer.from(encodeFrame(format, { ...display, overRange: true })).toString("latin1");
          const overText = over.slice(format.start?.length ?? 0, -format.end.length);
          assert.equal(decodeFrame(format, overText).kind, "no-weight");
        }
      }
    });
  }
});

describe("frame formats", async () => {
  const and18 = await loadFormat("and-18");
  const broken: readonly [string, object, RegExp][] = [
    ["a field beyond the frame", { length: 15 }, /beyond/],
    ["texts of different lengths", { kilograms: { at: 14, text: ["kg", "t"] } }, /different lengths/],
    ["no unit", { kilograms: undefined }, /kilograms/],
    ["four decimals", { weight: { at: 6, length: 8, decimals: 4 } }, /decimals/],
    ["another name", { name: "other" }, /calls itself/],
  ];
  for (const [name, change, reason] of broken) {
    it(`refuse ${name}`, () => {
      const told = (error: unknown) => isLaneError(error, "CONFIG_INVALID") && reason.test(error.detail);
      assert.throws(() => checkFormat({ ...and18, ...change }, "and-18"), told);
    });
  }
});

describe("ascii-weighbridge descriptor", () => {
  const check = new Ajv({ allErrors: true, useDefaults: true, strict: true }).compile(weighbridgeAscii.options);
  for (const [line, fits] of [
    ["/dev/ttyS0", true],
    ["tcp://scale-1:4001", true],
    ["tcp://[fe80::1]:65535", true],
    ["tcp://scale-1:0", false],
    ["tcp://scale-1:65536", false],
    ["tcp://scale-1", false],
    ["tcp://user@scale-1:4001", false],
    ["udp://scale-1:4001", false],
    ["ttyS0", false],
    ["/dev/tty S0", false],
    ["", false],
  ] as const) {
    it(`${fits ? "takes" : "refuses"} the line ${JSON.stringify(line)}`, () => assert.equal(check({ line }), fits));
  }

  it("fills in the defaults", () => {
    const options = { line: "/dev/ttyS0" };
    assert.ok(check(options));
    assert.deepEqual(options, {
      line: "/dev/ttyS0",
      baudRate: 9600,
      dataBits: 8,
      parity: "none",
      stopBits: 1,
      format: "and-18",
      sampleMs: 50,
      silenceMs: 1000,
      capacityKg: 80_000,
    });
  });
});
