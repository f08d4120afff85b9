import sharp, { type Sharp } from "sharp";

/** Decoded picture, three channels of 8 bits. */
export interface Raster {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Nothing is lost to JPEG beyond what the damage itself is meant to lose. */
const JPEG_QUALITY = 95;

/** Upright, without transparency. */
export async function decode(jpeg: Buffer): Promise<Raster> {
  return toRaster(sharp(jpeg).autoOrient());
}

/** Runs the operations that are waiting; each one of a damage works on finished pixels, whatever order sharp prefers. */
export async function toRaster(image: Sharp): Promise<Raster> {
  const { data, info } = await image.toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

export function fromRaster({ pixels, width, height }: Raster): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export async function encode(raster: Raster, quality = JPEG_QUALITY): Promise<Buffer> {
  return fromRaster(raster).jpeg({ quality }).toBuffer();
}

/** Lays a drawing of the picture's size over it. */
export async function overlaid(raster: Raster, shapes: string, blend: "over" | "screen" = "over"): Promise<Raster> {
  const size = `width="${raster.width}" height="${raster.height}"`;
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${shapes}</svg>`);
  return toRaster(fromRaster(raster).composite([{ input: svg, blend }]));
}
