import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { PeerRun, type VisionPeer } from "./vision-peer.ts";

/** The text recognition that Debian ships, with settings for scattered signs. One process a picture. */

export const INSTALL_TESSERACT = "apt-get install --no-install-recommends tesseract-ocr";

const LIMIT_MS = 60_000;
/** Scattered text in no order, capitals and digits only: the best of the settings that were tried. */
const SETTINGS = ["--psm", "11", "-c", "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];

/** Undefined when it is not installed. Its English data does not know Chinese provinces. */
export function tesseractPeer(): PeerRun | undefined {
  const { error, stdout } = spawnSync("tesseract", ["--version"], { encoding: "utf8" });
  const version = error === undefined ? /^tesseract (\S+)/m.exec(stdout)?.[1] : undefined;
  return version === undefined ? undefined : new PeerRun(new Tesseract(), { version, knowsHan: false });
}

class Tesseract implements VisionPeer {
  async read(jpegPath: string): Promise<string> {
    const env = { ...process.env, OMP_THREAD_LIMIT: "1" };
    const run = promisify(execFile)("tesseract", [jpegPath, "stdout", ...SETTINGS], { env, timeout: LIMIT_MS });
    return run.then(
      ({ stdout }) => stdout,
      () => "",
    );
  }

  async stop(): Promise<void> {}
}
