import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import type { RecognitionTask } from "#contract/reading";
import { VisionProcess } from "#edge/vision/process";
import { renderEmptyLane, renderScene } from "../../scene/scene.ts";
import type { BenchPicture, BrokenPicture, RecogniserRig } from "../checks/recogniser.ts";
import { Recorder } from "../recorder.ts";

/** A bench may be busy with other checks; how quick recognition is, is measured elsewhere. Milliseconds. */
const DEADLINE_MS = 120_000;
/** More pixels than the recogniser takes, in few bytes. */
const HUGE = { width: 9000, height: 9000, channels: 3, background: "#777" } as const;

/** The recognition process of a lane with clean pictures; one serves all checks, because its models take a while. */
export class RecogniserBench {
  readonly #vision = new VisionProcess({ deadlineMs: DEADLINE_MS });
  #folder = "";
  #pictures: readonly BenchPicture[] = [];

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "gatelane-recogniser-"));
    await this.#vision.start();
    const plate = { view: "front", plate: "29H67890", seed: 3 } as const;
    const container = { view: "side", container: "MSKU4135329", seed: 3 } as const;
    this.#pictures = [
      await this.#store("plate", "plate", await renderScene(plate), plate.plate),
      await this.#store("container", "container", await renderScene(container), container.container),
      await this.#store("empty-front", "plate", await renderEmptyLane("front", 1), undefined),
      await this.#store("empty-side", "container", await renderEmptyLane("side", 1), undefined),
    ];
  }

  async stop(): Promise<void> {
    await this.#vision.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async rig(): Promise<RecogniserRig> {
    return {
      recorder: new Recorder(),
      simulated: true,
      recogniser: this.#vision,
      pictures: this.#pictures,
      broken: (kind) => this.#broken(kind),
      dispose: async () => undefined,
    };
  }

  async #broken(kind: BrokenPicture): Promise<BenchPicture> {
    const good = await renderEmptyLane("front", 2);
    switch (kind) {
      case "no-jpeg":
        return this.#store(kind, "plate", Buffer.from("<html><title>401</title></html>"), undefined);
      case "cut-short":
        return this.#store(kind, "plate", good.subarray(0, good.length / 2), undefined);
      case "other-hash":
        return { ...(await this.#store(kind, "plate", good, undefined)), sha256: "0".repeat(64) };
      case "too-many-pixels":
        return this.#store(kind, "plate", await sharp({ create: HUGE }).jpeg().toBuffer(), undefined);
      case "absent":
        return {
          jpegPath: join(this.#folder, "no-such-file.jpg"),
          sha256: "0".repeat(64),
          task: "plate",
          shows: undefined,
        };
    }
  }

  async #store(
    name: string,
    task: RecognitionTask,
    jpeg: Uint8Array,
    shows: string | undefined,
  ): Promise<BenchPicture> {
    const jpegPath = join(this.#folder, `${name}.jpg`);
    await writeFile(jpegPath, jpeg);
    return { jpegPath, sha256: createHash("sha256").update(jpeg).digest("hex"), task, shows };
  }
}
