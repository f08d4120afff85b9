import { LaneError } from "#contract/errors";

/** Largest picture that is decoded anywhere in the lane, pixels. */
export const PIXEL_LIMIT = 25_000_000;

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;

/**
 * Width and height of a complete JPEG, from its frame header (ITU-T T.81, annex B), without decoding it.
 * Throws IMAGE_INVALID (not a JPEG, cut short, no size) or IMAGE_TOO_LARGE (more than PIXEL_LIMIT).
 */
export function checkJpeg(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE) {
    throw new LaneError("IMAGE_INVALID", looksLikeMarkup(bytes) ? "a web page instead of a picture" : "not a JPEG");
  }
  const size = frameSize(bytes);
  if (size.width * size.height > PIXEL_LIMIT) {
    throw new LaneError("IMAGE_TOO_LARGE", `${size.width} x ${size.height} pixels, the limit is ${PIXEL_LIMIT}`);
  }
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== END_OF_IMAGE)
    throw new LaneError("IMAGE_INVALID", "the JPEG is cut short");
  return size;
}

/** Walks the segments up to the frame header; a thumbnail inside an APP segment is stepped over with its segment. */
function frameSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new LaneError("IMAGE_INVALID", "the JPEG's segments are broken");
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    if (isFrameHeader(marker) && at + 9 <= bytes.length) {
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      if (width === 0 || height === 0) throw new LaneError("IMAGE_INVALID", "the JPEG does not tell its size");
      return { width, height };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new LaneError("IMAGE_INVALID", "the JPEG has no frame header");
}

/** SOF0 to SOF15 without the three codes in between that mean tables. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function looksLikeMarkup(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 64)).toString("latin1").trimStart().startsWith("<");
}
