import type { Random } from "../scene/random.ts";
import type { FuzzTarget } from "./target.ts";

/** Bytes at which parsers go wrong: ends of ranges, signs, separators, what opens and closes things. */
const TELLING = Buffer.from(
  "\u0000\u0001\u007f\u0080\u00fe\u00ff\r\n\t \"'<>&;:,.+-0123456789eE#%/\\[]{}()=\u0002\u0003",
  "latin1",
);
/** How often an input is noise from beginning to end. */
const NOISE = 0.05;
const MOST_CHANGES = 8;

/** One input for a target: a good one with a few things wrong with it, or noise. The same random numbers, the same input. */
export function inputFor({ seeds, maxBytes }: FuzzTarget, random: Random): Buffer {
  if (random.next() < NOISE) {
    const length = random.integer(0, Math.min(maxBytes, 400));
    return Buffer.from(Array.from({ length }, () => random.integer(0, 255)));
  }
  let bytes: Buffer = Buffer.from(random.pick(seeds));
  for (let changes = random.integer(0, MOST_CHANGES); changes > 0; changes -= 1) {
    bytes = change(bytes, random, random.pick(seeds));
  }
  return bytes.subarray(0, maxBytes);
}

function change(bytes: Buffer, random: Random, other: Buffer): Buffer {
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  const to = Math.min(bytes.length, at + random.integer(1, 16));
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(at);
  switch (random.integer(0, 9)) {
    case 0:
      return replaced(bytes, at, (bytes[at] ?? 0) ^ (1 << random.integer(0, 7)));
    case 1:
      return replaced(bytes, at, random.integer(0, 255));
    case 2:
      return replaced(bytes, at, TELLING[random.integer(0, TELLING.length - 1)] ?? 0);
    case 3:
      return Buffer.concat([head, Buffer.of(TELLING[random.integer(0, TELLING.length - 1)] ?? 0), tail]);
    case 4:
      return Buffer.concat([head, bytes.subarray(to)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, to), tail]);
    case 6:
      return head;
    case 7:
      return Buffer.concat([head, other.subarray(random.integer(0, Math.max(0, other.length - 1)))]);
    case 8:
      return Buffer.concat([head, Buffer.alloc(random.integer(1, 300), bytes[at] ?? 0), tail]);
    default:
      return Buffer.concat([bytes, other]);
  }
}

function replaced(bytes: Buffer, at: number, byte: number): Buffer {
  if (bytes.length > 0) bytes[at] = byte;
  return bytes;
}
