import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { normaliseIdentifier } from "#contract/identifiers";
import type { VisionPhoto } from "./vision-photos.ts";
import { quantile, type Share, wilson } from "./vision-statistics.ts";

/** The peer: the text recognition that Debian ships, with settings for scattered signs. */
export interface TesseractFigures {
  readonly version: string;
  readonly byKind: Readonly<Record<string, Share>>;
  /** One process a picture, its start included, milliseconds. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export const INSTALL_TESSERACT = "apt-get install --no-install-recommends tesseract-ocr";

const LIMIT_MS = 60_000;
/** Scattered text in no order, capitals and digits only: the best of the settings that were tried. */
const SETTINGS = ["--psm", "11", "-c", "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];

/** Its version, or undefined when it is not installed. */
export function tesseractVersion(): string | undefined {
  const { error, stdout } = spawnSync("tesseract", ["--version"], { encoding: "utf8" });
  return error === undefined ? /^tesseract (\S+)/m.exec(stdout)?.[1] : undefined;
}

export class TesseractPeer {
  readonly #version: string;
  readonly #counts = new Map<string, { right: number; present: number }>();
  readonly #times: number[] = [];

  constructor(version: string) {
    this.#version = version;
  }

  /**
   * Generous: a label counts as read when it stands anywhere in the text of the picture, in one piece, and the province
   * of a Chinese plate, which the English data does not know, is not asked for.
   */
  async read(photo: VisionPhoto, jpegPath: string): Promise<void> {
    const began = performance.now();
    const text = normaliseIdentifier(await recognise(jpegPath));
    this.#times.push(performance.now() - began);
    const counts = this.#counts.get(photo.kind) ?? { right: 0, present: 0 };
    this.#counts.set(photo.kind, counts);
    for (const truth of photo.truths) {
      const asked = photo.kind === "plate_cn" ? truth.replace(/\p{Script=Han}/gu, "") : truth;
      counts.present++;
      if (text.includes(asked)) counts.right++;
    }
  }

  figures(): TesseractFigures {
    const byKind = Object.fromEntries(
      [...this.#counts].map(([kind, { right, present }]) => [kind, wilson(right, present)]),
    );
    return { version: this.#version, byKind, p50Ms: quantile(this.#times, 0.5), p99Ms: quantile(this.#times, 0.99) };
  }
}

/** Nothing when it fails or takes too long: a peer may be wrong, too. */
async function recognise(jpegPath: string): Promise<string> {
  const env = { ...process.env, OMP_THREAD_LIMIT: "1" };
  const run = promisify(execFile)("tesseract", [jpegPath, "stdout", ...SETTINGS], { env, timeout: LIMIT_MS });
  return run.then(
    ({ stdout }) => stdout,
    () => "",
  );
}
