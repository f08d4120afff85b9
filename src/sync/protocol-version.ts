/** The number that stands in CONNECT: 4 is MQTT 3.1.1. */
export type ProtocolVersion = 4 | 5;

/** The name of a version, for people. */
export const protocolName = (version: ProtocolVersion): string => (version === 5 ? "MQTT 5" : "MQTT 3.1.1");

/**
 * Which MQTT the broker speaks. 5 is tried first; a broker that refuses a version, or hangs up instead of answering, is
 * tried with the other one. What it accepted is kept until it refuses that too.
 */
export class ProtocolChoice {
  #version: ProtocolVersion = 5;
  #accepted = false;

  get version(): ProtocolVersion {
    return this.#version;
  }

  /** A connection of this version stands. Returns true when it is the first. */
  accepted(): boolean {
    const first = !this.#accepted;
    this.#accepted = true;
    return first;
  }

  /** The broker does not speak this version. */
  refused(): void {
    this.#version = this.#version === 5 ? 4 : 5;
    this.#accepted = false;
  }

  /** The broker hung up without an answer. Says nothing against a version that it has accepted before. */
  unanswered(): void {
    if (!this.#accepted) this.refused();
  }
}
