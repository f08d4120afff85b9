import { type InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { InvariantError } from "#contract/errors";
import { mapQuad } from "../geometry.ts";
import type { Raster } from "../picture/raster.ts";
import { boxesOf, type TextBox } from "./boxes.ts";

export interface DetectionView {
  /** Longest side of the network's input, pixels. */
  readonly longestSide: number;
  /** Also enlarge a picture that is smaller than that. */
  readonly enlarge: boolean;
  /** Extra factor on the height: 0.5 makes a column of characters dense enough to be seen as one line. */
  readonly heightFactor: number;
}

/** The network halves its input five times. */
const STRIDE = 32;
/** Per-channel normalisation the network was trained with; its channels are blue, green, red. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

/** Finds lines of text. */
export class TextDetector {
  readonly #session: Pick<InferenceSession, "run">;

  constructor(session: Pick<InferenceSession, "run">) {
    this.#session = session;
  }

  /** Text boxes in picture pixels, in no particular order. */
  async detect(picture: Raster, view: DetectionView): Promise<TextBox[]> {
    const [width, height] = inputSize(picture, view);
    const raw = { width: picture.width, height: picture.height, channels: 3 as const };
    const { data } = await sharp(picture.pixels, { raw })
      .resize(width, height, { fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const input = new Tensor("float32", normalise(data, width * height), [1, 3, height, width]);
    const output = await this.#session.run({ x: input });
    const map = Object.values(output)[0];
    if (!(map?.data instanceof Float32Array)) throw new InvariantError("text detection gave no float map");
    const scaleX = picture.width / width;
    const scaleY = picture.height / height;
    return boxesOf({ values: map.data, width, height }).map(({ quad, score }) => ({
      quad: mapQuad(quad, ([x, y]) => [x * scaleX, y * scaleY]),
      score,
    }));
  }
}

function inputSize(picture: Raster, view: DetectionView): [width: number, height: number] {
  const longest = Math.max(picture.width, picture.height);
  const scale = view.enlarge || longest > view.longestSide ? view.longestSide / longest : 1;
  const fit = (side: number) => Math.max(STRIDE, Math.round((side * scale) / STRIDE) * STRIDE);
  return [fit(picture.width), fit(picture.height * view.heightFactor)];
}

function normalise(rgb: Uint8Array, count: number): Float32Array {
  const planes = new Float32Array(3 * count);
  for (let channel = 0; channel < 3; channel++) {
    const mean = MEAN[channel] ?? 0;
    const deviation = DEVIATION[channel] ?? 1;
    const scale = 1 / (255 * deviation);
    const shift = mean / deviation;
    const from = 2 - channel;
    const to = channel * count;
    for (let i = 0; i < count; i++) planes[to + i] = (rgb[i * 3 + from] ?? 0) * scale - shift;
  }
  return planes;
}
