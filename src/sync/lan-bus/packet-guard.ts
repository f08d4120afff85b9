/** Most bytes that the length of an MQTT packet may take (MQTT 3.1.1, 2.2.3). */
const LENGTH_BYTES = 4;

/**
 * Follows the packets in a stream of MQTT, without keeping any of it, to see one that is too large as soon as its header
 * has come. The broker behind it would gather a packet of any size in memory, even before anybody has logged in.
 */
export class PacketGuard {
  readonly #limitBytes: number;
  /** Of the packet under way: bytes that are still to come; 0 between two packets. */
  #remaining = 0;
  /** Bytes of the header seen, the first included; 0 before it. */
  #headerBytes = 0;
  #length = 0;

  /** `limitBytes`: largest packet, without its header. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** False when the stream holds a packet that is too large or no MQTT at all; nothing after that means anything. */
  accepts(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#remaining > 0) {
        const taken = Math.min(this.#remaining, chunk.byteLength - at);
        this.#remaining -= taken;
        at += taken;
      } else {
        if (!this.#header(chunk[at] ?? 0)) return false;
        at += 1;
      }
    }
    return true;
  }

  #header(byte: number): boolean {
    this.#headerBytes += 1;
    if (this.#headerBytes === 1) return true;
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2);
    if (this.#length > this.#limitBytes) return false;
    if ((byte & 0x80) !== 0) return this.#headerBytes <= LENGTH_BYTES;
    this.#remaining = this.#length;
    this.#headerBytes = 0;
    this.#length = 0;
    return true;
  }
}
