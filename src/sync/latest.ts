/** Sends one retained message; the callback runs when the broker has acknowledged it. */
export type SendRetained = (topic: string, payload: string, onAcked: () => void) => void;

interface Slot {
  /** What is to be seen on the topic. */
  payload: string;
  sent: boolean;
  inFlight: boolean;
}

/**
 * Retained topics of which only the newest value counts: while one is on its way, or the broker is away, newer values
 * replace each other, so a slow line costs no memory.
 */
export class LatestValues {
  readonly #slots = new Map<string, Slot>();
  #send: SendRetained | undefined;
  #connection = 0;

  /** A connection stands: everything known is sent again, because the broker may have lost it. */
  connected(send: SendRetained): void {
    this.#connection += 1;
    this.#send = send;
    for (const [topic, slot] of this.#slots) {
      slot.sent = false;
      slot.inFlight = false;
      this.#flush(topic, slot);
    }
  }

  disconnected(): void {
    this.#send = undefined;
  }

  set(topic: string, payload: string): void {
    const slot = this.#slots.get(topic) ?? { payload, sent: false, inFlight: false };
    slot.payload = payload;
    slot.sent = false;
    this.#slots.set(topic, slot);
    this.#flush(topic, slot);
  }

  #flush(topic: string, slot: Slot): void {
    if (this.#send === undefined || slot.inFlight || slot.sent) return;
    const connection = this.#connection;
    slot.inFlight = true;
    slot.sent = true;
    this.#send(topic, slot.payload, () => {
      if (connection !== this.#connection) return;
      slot.inFlight = false;
      this.#flush(topic, slot);
    });
  }
}
