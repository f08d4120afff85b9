import { messageOf } from "#contract/errors";
import { type Finding, good, wrong } from "./finding.ts";

/** Whether recognition can start: every model file is there and is the pinned one. */
export async function modelFindings(): Promise<readonly Finding[]> {
  // Loaded only here: it brings the networks.
  const { OnnxRecogniser } = await import("#devices/recogniser/onnx/recogniser");
  const recogniser = new OnnxRecogniser();
  try {
    await recogniser.start();
    return [good("models", "every file is the pinned one, and loads")];
  } catch (error) {
    return [wrong("models", messageOf(error), "install the software again: npm ci in its folder")];
  } finally {
    await recogniser.stop();
  }
}
