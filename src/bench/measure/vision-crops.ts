import sharp from "sharp";
import type { Quad } from "#contract/reading";

/** Height of an enlarged line, and room around it as a share of its height. */
const CROP_HEIGHT = 64;
const ROOM = 0.25;
const QUALITY = 60;

/** A small copy. A picture that no decoder accepts has none. */
export async function small(jpeg: Buffer, side: number): Promise<Buffer> {
  const image = sharp(jpeg).autoOrient().resize(side, side, { fit: "inside", withoutEnlargement: true });
  return image
    .jpeg({ quality: QUALITY })
    .toBuffer()
    .catch(() => Buffer.alloc(0));
}

/** The upright rectangle around a box, as high as a line of text on a page. */
export async function cropped(jpeg: Buffer, box: Quad): Promise<Buffer> {
  const { width, height } = await sharp(jpeg)
    .metadata()
    .then(({ autoOrient }) => autoOrient);
  const [xs, ys] = [box.map(([x]) => x), box.map(([, y]) => y)];
  const room = ROOM * (Math.max(...ys) - Math.min(...ys));
  const left = Math.max(0, Math.floor(Math.min(...xs) - room));
  const top = Math.max(0, Math.floor(Math.min(...ys) - room));
  const right = Math.min(width, Math.ceil(Math.max(...xs) + room));
  const bottom = Math.min(height, Math.ceil(Math.max(...ys) + room));
  if (right <= left || bottom <= top) return Buffer.alloc(0);
  return sharp(jpeg)
    .autoOrient()
    .extract({ left, top, width: right - left, height: bottom - top })
    .resize({ height: CROP_HEIGHT })
    .jpeg({ quality: QUALITY })
    .toBuffer()
    .catch(() => Buffer.alloc(0));
}
