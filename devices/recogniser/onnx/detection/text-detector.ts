import { type InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { InvariantError } from "#contract/errors";
import { mapQuad } from "../geometry.ts";
import type { Raster } from "../picture/raster.ts";
import { DETECTION } from "../thresholds.ts";
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
  #planes = new Float32Array(0);

  constructor(session: Pick<InferenceSession, "run">) {
    this.#session = session;
  }

  /** The same memory for every picture: it is large, and pictures come one at a time. */
  #planesFor(length: number): Float32Array {
    if (this.#planes.length < length) this.#planes = new Float32Array(length);
    return this.#planes.subarray(0, length);
  }

  /** Text boxes in picture pixels, in no particular order. */
  async detect(picture: Raster, view: DetectionView): Promise<TextBox[]> {
    const [width, height] = inputSize(picture, view);
    const raw = { width: picture.width, height: picture.height, channels: 3 as const };
    const { data } = await sharp(picture.pixels, { raw })
      .resize(width, height, { fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const planes = this.#planesFor(3 * width * height);
    normalise(data, planes);
    const input = new Tensor("float32", planes, [1, 3, height, width]);
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
  const wanted = view.enlarge || longest > view.longestSide ? view.longestSide / longest : 1;
  // Memory and time grow with the area: a square picture gets a shorter side than a wide one.
  const scale = Math.min(
    wanted,
    Math.sqrt(DETECTION.maxInputPixels / (picture.width * picture.height * view.heightFactor)),
  );
  const fit = (side: number) => Math.max(STRIDE, Math.round((side * scale) / STRIDE) * STRIDE);
  return [fit(picture.width), fit(picture.height * view.heightFactor)];
}

/** Fills blue, green and red planes from interleaved red, green and blue. */
function normalise(rgb: Uint8Array, planes: Float32Array): void {
  const count = planes.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const mean = MEAN[channel] ?? 0;
    const deviation = DEVIATION[channel] ?? 1;
    const scale = 1 / (255 * deviation);
    const shift = mean / deviation;
    const from = 2 - channel;
    const to = channel * count;
    for (let i = 0; i < count; i++) planes[to + i] = (rgb[i * 3 + from] ?? 0) * scale - shift;
  }
}
