import type { ToControl, ToEdge } from "#contract/messages";

type Capture = Extract<ToEdge, { type: "capture" }>;

/**
 * Pictures that control has asked for and edge has not answered. The edge process may die with them; then somebody has
 * to say so, or the lane would wait for an answer that never comes.
 */
export class OpenCaptures {
  readonly #open = new Map<string, Capture>();

  /** Control has sent this to edge. */
  asked(message: ToEdge): void {
    if (message.type === "capture") this.#open.set(message.captureId, message);
  }

  /** Edge has sent this to control. */
  answered(message: ToControl): void {
    if (message.type === "capture-result" || message.type === "capture-failed") this.#open.delete(message.captureId);
  }

  /** The answers for all that are open, which are then closed: the picture can be tried again. */
  fail(detail: string): ToControl[] {
    const captures = [...this.#open.values()];
    this.#open.clear();
    return captures.map(({ captureId, passage, camera }) => {
      return { type: "capture-failed", captureId, passage, camera, code: "OFFLINE", detail };
    });
  }
}
