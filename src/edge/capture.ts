import type { CameraDevice, FaultCode, Recogniser, Snapshot } from "#contract/device";
import { isLaneError, LaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { EvidenceRef, Recognition } from "#contract/reading";
import type { EvidenceStore } from "#store/evidence";

type Capture = Extract<ToEdge, { type: "capture" }>;

export interface CaptureOptions {
  readonly cameras: ReadonlyMap<string, CameraDevice>;
  readonly evidence: EvidenceStore;
  readonly recogniser: Recogniser;
  readonly send: (message: ToControl) => void;
}

/** Recognitions kept: a camera that hands out the same picture again is answered without reading it again. */
const MEMORY_LIMIT = 16;

/** One capture: a fresh picture, its evidence on the disk, then what is read from it. Always answers, exactly once. */
export class CaptureStation {
  readonly #options: CaptureOptions;
  readonly #memory = new Map<string, Recognition>();

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  async take(capture: Capture): Promise<void> {
    const { captureId, passage, camera } = capture;
    const about = { captureId, passage, camera };
    let evidence: EvidenceRef | undefined;
    try {
      evidence = await this.#picture(camera);
      const recognition = await this.#read(evidence, capture.task);
      this.#options.send({ type: "capture-result", ...about, evidence, recognition });
    } catch (error) {
      const kept = evidence === undefined ? {} : { evidence };
      this.#options.send({ type: "capture-failed", ...about, code: faultOf(error), detail: messageOf(error), ...kept });
    }
  }

  /** A fresh picture for people: it is no evidence of anything. Rejects as `CameraDevice.snapshot` does. */
  async look(camera: string): Promise<Snapshot> {
    const device = this.#options.cameras.get(camera);
    if (device === undefined) throw new LaneError("DEVICE_OFFLINE", `there is no camera ${camera}`);
    return await device.snapshot();
  }

  async #picture(camera: string): Promise<EvidenceRef> {
    const { jpeg, takenAt } = await this.look(camera);
    return this.#options.evidence.store(jpeg, takenAt);
  }

  async #read(evidence: EvidenceRef, task: Capture["task"]): Promise<Recognition> {
    const { sha256 } = evidence;
    const key = `${task}:${sha256}`;
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const jpegPath = this.#options.evidence.pathOf(sha256);
    const recognition = await this.#options.recogniser.read({ jpegPath, sha256, task });
    this.#memory.set(key, recognition);
    const oldest = this.#memory.keys().next().value;
    if (this.#memory.size > MEMORY_LIMIT && oldest !== undefined) this.#memory.delete(oldest);
    return recognition;
  }
}

function faultOf(error: unknown): FaultCode {
  if (!isLaneError(error)) return "PROTOCOL";
  switch (error.code) {
    case "DEVICE_TIMEOUT":
      return "TIMEOUT";
    case "DEVICE_OFFLINE":
      return "OFFLINE";
    case "DEVICE_AUTH":
      return "AUTH";
    case "DEVICE_EXCEPTION":
      return "EXCEPTION";
    case "IMAGE_INVALID":
    case "IMAGE_TOO_LARGE":
    case "VISION_TIMEOUT":
    case "VISION_DOWN":
    case "MODEL_INVALID":
      return error.code;
    default:
      return "PROTOCOL";
  }
}
