/** Pictures as good and bad cameras send them. */

/**
 * The picture with a comment segment after its application segments. No two frames of a real sensor are equal; a
 * simulated camera shows one drawing again and again, and the comment makes each frame its own.
 */
export function stampFrame(jpeg: Uint8Array, comment: string): Uint8Array {
  const at = afterApplicationSegments(jpeg);
  if (at === undefined) return jpeg;
  const text = Buffer.from(comment, "utf8");
  const header = Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, at), header, text, jpeg.subarray(at)]);
}

/** The first half of a picture, as after a camera that ran out of memory. */
export function truncateFrame(jpeg: Uint8Array): Uint8Array {
  return jpeg.subarray(0, Math.floor(jpeg.length / 2));
}

/** A JPEG whose header claims 10,000 x 5,000 pixels. */
export function hugeFrame(): Uint8Array {
  const startOfImage = [0xff, 0xd8];
  const frameHeader = [0xff, 0xc0, 0, 11, 8, 5_000 >> 8, 5_000 & 0xff, 10_000 >> 8, 10_000 & 0xff, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0];
  return Uint8Array.from([...startOfImage, ...frameHeader, ...scan, 0xff, 0xd9]);
}

export const LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>";

function afterApplicationSegments(jpeg: Uint8Array): number | undefined {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  let at = 2;
  while (jpeg[at] === 0xff && (jpeg[at + 1] ?? 0) >= 0xe0 && (jpeg[at + 1] ?? 0) <= 0xef) {
    at += 2 + (jpeg[at + 2] ?? 0) * 256 + (jpeg[at + 3] ?? 0);
  }
  return at < jpeg.length ? at : undefined;
}
