import { type InferenceSession, Tensor } from "onnxruntime-node";
import { InvariantError } from "#contract/errors";
import { type Raster, resize } from "../picture/raster.ts";
import { LINES } from "../thresholds.ts";
import type { Columns } from "./alphabet.ts";
import { greedyText, type Lattice, latticeOf } from "./lattice.ts";

/** One line of text as the network saw it. */
export interface ReadLine {
  /** Most likely text over the whole dictionary, as it comes. */
  readonly text: string;
  readonly lattice: Lattice;
}

/**
 * Two networks for the same lines. `stock` was trained on all the text of the world, `tuned` is the same after training
 * on plates and container numbers: where one errs the other often does not.
 */
export interface LineReaders {
  readonly stock: LineReader;
  readonly tuned: LineReader;
}

export type ReaderName = keyof LineReaders;
export const READERS: readonly ReaderName[] = ["tuned", "stock"];

/** Reads one upright line of text. Lines are read one by one: on a processor a batch saves nothing. */
export class LineReader {
  readonly #session: Pick<InferenceSession, "run">;
  readonly #columns: Columns;

  constructor(session: Pick<InferenceSession, "run">, columns: Columns) {
    this.#session = session;
    this.#columns = columns;
  }

  /** `minWidth`: narrower lines are filled up with grey, pixels at the network's height of 48. */
  async read(line: Raster, minWidth = 0): Promise<ReadLine> {
    const natural = Math.ceil((LINES.height * line.width) / line.height);
    const textWidth = Math.max(8, Math.min(LINES.maxWidth, natural));
    const width = Math.ceil(Math.max(minWidth, textWidth) / LINES.widthStep) * LINES.widthStep;
    const values = toInput(resize(line, textWidth, LINES.height), width);
    const output = await this.#session.run({ x: new Tensor("float32", values, [1, 3, LINES.height, width]) });
    const scores = Object.values(output)[0];
    const [, frames = 0, classes = 0] = scores?.dims ?? [];
    if (!(scores?.data instanceof Float32Array)) throw new InvariantError("line reading gave no float output");
    if (classes !== this.#columns.characters.length) {
      throw new InvariantError(
        `the network knows ${classes} characters, its dictionary ${this.#columns.characters.length}`,
      );
    }
    const raw = { values: scores.data, frames, classes };
    return { text: greedyText(raw, this.#columns), lattice: latticeOf(raw, this.#columns) };
  }
}

/** Blue, green and red planes in -1..1; what is right of the text stays 0. */
function toInput(line: Raster, width: number): Float32Array {
  const plane = LINES.height * width;
  const values = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < LINES.height; y++) {
      const target = channel * plane + y * width;
      const source = y * line.width * 3 + (2 - channel);
      for (let x = 0; x < line.width; x++) values[target + x] = (line.pixels[source + x * 3] ?? 0) / 127.5 - 1;
    }
  }
  return values;
}
