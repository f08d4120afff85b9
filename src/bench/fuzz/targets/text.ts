import { readCode, readTag } from "#devices/id-reader/identifier";
import { readSealLine } from "#devices/seal-reader/text/seal-line";
import { type Cut, FrameSplitter, type Framing } from "#devices/transport/serial/frame-splitter";
import { decodeFrame } from "#devices/weighbridge/ascii/decode";
import { type FrameFormat, formatNames, loadFormat } from "#devices/weighbridge/ascii/format";
import type { Random } from "../../scene/random.ts";
import { type FuzzTarget, must } from "../target.ts";

/** All that a stream gives, cut into pieces at random. */
function cutsOf(framing: Framing, input: Buffer, random: Random): Cut[] {
  const splitter = new FrameSplitter(framing);
  const cuts: Cut[] = [];
  for (let at = 0; at < input.length; ) {
    const to = at + random.integer(1, 40);
    cuts.push(...splitter.push(input.subarray(at, to)));
    at = to;
  }
  return cuts;
}

const framings: FuzzTarget = {
  name: "frame-splitter",
  seeds: [Buffer.from("\u0002abc\u0003\r\nabc\r\n\r\n"), Buffer.from("ab\rcd\n\r\n")],
  maxBytes: 4000,
  run: (input, random) => {
    for (const framing of [
      { end: "\r\n", maxLength: 16 },
      { start: "\u0002", end: "\u0003", maxLength: 16 },
      { end: "\n", maxLength: 16, wholeFromTheStart: true },
    ]) {
      const cuts = cutsOf(framing, input, random);
      const whole = new FrameSplitter(framing).push(input);
      must(JSON.stringify(cuts) === JSON.stringify(whole), "other frames when the stream is cut otherwise");
      must(
        cuts.every((cut) => !("text" in cut) || cut.text.length <= 16),
        "a frame that is too long",
      );
    }
  },
};

/** Frames of one format: whatever arrives is a weight that stands in it, or none. */
function frames(format: FrameFormat): FuzzTarget {
  const { start = "", end, length, weight } = format;
  const texts = [
    format.name === "toledo-continuous" ? ",0 032480000000" : "ST,GS,+0032480kg",
    "US,GS,1A,   32480 kg",
    "x".repeat(length),
  ];
  const seeds = texts.map((text) => Buffer.from(`${end}${start}${text}${end}`, "latin1"));
  return {
    name: `ascii-${format.name}`,
    seeds: [Buffer.from(end), ...seeds],
    maxBytes: 4000,
    run: (input, random) => {
      for (const cut of cutsOf({ start: format.start, end, maxLength: length }, input, random)) {
        if (!("text" in cut)) continue;
        const reading = decodeFrame(format, cut.text);
        if (reading.kind !== "weight") {
          must(reading.why !== "" && reading.why.length < 300, "no reason, or too long a one");
          continue;
        }
        const { grossKg } = reading;
        const digits = cut.text.slice(weight.at, weight.at + weight.length).replace(/[^0-9.]/g, "");
        must(Number.isFinite(grossKg) && !Object.is(grossKg, -0), `${grossKg} as a weight`);
        must(Math.abs(grossKg) === Number(digits), `${grossKg} from ${JSON.stringify(cut.text)}`);
        must(Math.abs(grossKg) < 10 ** weight.length, `${grossKg} is longer than its field`);
      }
    },
  };
}

const identifiers: FuzzTarget = {
  name: "id-reader-lines",
  seeds: [
    Buffer.from("30340bd6f4000000000000a1"),
    Buffer.from("https://qr.example/?t=1"),
    Buffer.from("桂A12345挂 Nguyễn"),
  ],
  maxBytes: 5000,
  run: (input) => {
    const line = input.toString("utf8").trim();
    const tag = readTag(line, 24);
    must(tag.kind !== "identifier" || /^[0-9A-F]{24}$/.test(tag.id), "a tag that is none");
    const code = readCode(line);
    if (code.kind !== "identifier") return;
    // Normalising may lengthen a text, by no more than three times (Unicode standard annex 15).
    must(code.id.length <= 3 * 256, "a code that is too long");
    must(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(code.id), "a code with characters that nobody can print");
  },
};

const NOW = Date.parse("2026-05-01T08:00:00Z");

const seals: FuzzTarget = {
  name: "seal-reader-lines",
  seeds: [
    Buffer.from("VN-0012345;SEALED;87;2026-05-01T07:00:00Z"),
    Buffer.from("ABCD;OPENED;-;2026-05-01T07:00:00.250Z"),
  ],
  maxBytes: 2000,
  run: (input) => {
    const line = input.toString("utf8");
    const read = readSealLine(line, NOW);
    if (read.kind === "misfit") {
      must(read.why.length < 200, "a long reason");
      return;
    }
    must(/^[A-Z0-9]{4,35}$/.test(read.seal), "the number of a seal");
    const { batteryPercent = 0, heardAt, state } = read;
    must(Number.isInteger(batteryPercent) && batteryPercent >= 0 && batteryPercent <= 100, "a battery");
    must(Number.isFinite(heardAt) && heardAt <= NOW + 5 * 60_000, "a time in the future");
    must(line.includes(`;${state.toUpperCase()};`), "a state that nobody told");
  },
};

export async function textTargets(): Promise<FuzzTarget[]> {
  const formats = await Promise.all((await formatNames()).map(loadFormat));
  return [framings, ...formats.map(frames), identifiers, seals];
}
