import { constants, setPriority } from "node:os";
import { LaneError, messageOf } from "#contract/errors";
import { OnnxRecogniser } from "#devices/recogniser/onnx/recogniser";
import { type FromVision, isToVision, type ToVision, type VisionError } from "./protocol.ts";

/**
 * The recognition process, a child of the edge process. It knows pictures by path and hash and nothing else; its parent
 * kills it when it overruns. First argument: number of threads, default 1.
 */

/** Gives way to the lane: the control loop shares this machine. */
const NICE = constants.priority.PRIORITY_BELOW_NORMAL;

async function main(): Promise<void> {
  setPriority(NICE);
  // Inference holds this thread, and leaving the process from JavaScript while it runs would abort with a core dump.
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Signals to the whole group are the parent's business; this process ends when the channel to it closes.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  const recogniser = new OnnxRecogniser({ threads: threadsFrom(process.argv[2]) });
  await recogniser.start().catch((error: unknown) => endWith(error));
  let queue: Promise<void> = Promise.resolve();
  process.on("message", (message) => {
    if (isToVision(message)) queue = queue.then(() => answer(recogniser, message));
  });
  send({ type: "ready" });
}

async function answer(recogniser: OnnxRecogniser, { id, request }: ToVision): Promise<void> {
  try {
    const recognition = await recogniser.read(request);
    send({ type: "read", id, recognition, residentBytes: process.memoryUsage.rss() });
  } catch (error) {
    // Anything that is not a known failure is a defect; this process holds no state worth saving, so it starts anew.
    if (!(error instanceof LaneError)) throw error;
    send({ type: "failed", id, error: asVisionError(error), residentBytes: process.memoryUsage.rss() });
  }
}

/** Says why, then ends: the parent must not wait for a child that can never work. */
function endWith(error: unknown): Promise<never> {
  return new Promise(() => {
    process.send?.({ type: "fatal", error: asVisionError(error) } satisfies FromVision, () => process.exit(1));
  });
}

function asVisionError(error: unknown): VisionError {
  if (error instanceof LaneError) return { code: error.code, detail: error.detail };
  return { code: "VISION_DOWN", detail: messageOf(error) };
}

function send(message: FromVision): void {
  process.send?.(message);
}

function threadsFrom(argument: string | undefined): number {
  const threads = Number(argument ?? 1);
  return Number.isInteger(threads) && threads >= 1 && threads <= 64 ? threads : 1;
}

await main();
