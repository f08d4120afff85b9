import type { Envelope, Supervision, ToControl, ToEdge } from "#contract/messages";
import { trimHeap } from "./trim-heap.ts";

/** How long a beat may be missing before the supervisor takes a child for stuck, milliseconds. */
export const HEARTBEAT_LIMIT_MS = 5000;
const HEARTBEAT_MS = 1000;

/** A child's end of the line to the supervisor. Lost line means the supervisor is gone: the child ends at once. */
export class Channel {
  #beat: NodeJS.Timeout | undefined;

  start(onMessage: (message: ToControl | ToEdge) => void): void {
    trimHeap();
    process.on("message", (envelope: Envelope) => {
      if (envelope.to !== "supervisor") onMessage(envelope.message);
    });
    process.on("disconnect", () => process.exit(1));
    this.#beat = setInterval(() => this.tell({ type: "heartbeat" }), HEARTBEAT_MS);
  }

  toEdge(message: ToEdge): void {
    this.#send({ to: "edge", message });
  }

  toControl(message: ToControl): void {
    this.#send({ to: "control", message });
  }

  tell(message: Supervision): void {
    this.#send({ to: "supervisor", message });
  }

  stop(): void {
    clearInterval(this.#beat);
  }

  #send(envelope: Envelope): void {
    if (process.connected) process.send?.(envelope);
  }
}
