import { messageOf } from "#contract/errors";
import type { ProtocolVersion } from "../protocol-version.ts";
import { type BrokerCredentials, MqttSession, type Publication } from "../session.ts";

export interface PictureLineOptions {
  readonly url: string;
  readonly clientId: string;
  /** What the broker has accepted on the connection for entries. */
  readonly version: () => ProtocolVersion;
  readonly credentials?: () => BrokerCredentials;
  readonly keepaliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** Slowest line that is waited for, bytes a second: a picture may take so long and 30 seconds more. */
  readonly slowestBytesPerSecond: number;
}

/** How sending one picture ended. */
export type SendOutcome =
  | "sent"
  /** The broker could not be reached: nothing to do with the picture. */
  | "unreachable"
  /** The connection broke with the picture under way. */
  | "broken"
  /** The broker takes no message of this size. */
  | "too-large";

const GRACE_MS = 30_000;
/** Topic and header of a publication, bytes; generously. */
const OVERHEAD_BYTES = 1_024;

/**
 * A connection to the broker for pictures alone. One large message holds up everything behind it in the same connection,
 * and an entry of the journal must not wait for a picture.
 */
export class PictureLine {
  readonly #options: PictureLineOptions;
  #session: MqttSession | undefined;
  #maximumBytes = Number.POSITIVE_INFINITY;
  #detail = "";
  #stopped = false;
  #onDown: () => void = () => undefined;

  constructor(options: PictureLineOptions) {
    this.#options = options;
  }

  /** Why the last attempt failed. */
  get detail(): string {
    return this.#detail;
  }

  /** Connects when there is no connection; resolves when the broker has the picture or will not get it this time. */
  async send(publication: Publication): Promise<SendOutcome> {
    if (this.#stopped || (this.#session === undefined && !(await this.#connect()))) return "unreachable";
    const session = this.#session;
    if (session === undefined) return "unreachable";
    const size = Buffer.byteLength(publication.payload) + OVERHEAD_BYTES;
    if (size > this.#maximumBytes) return "too-large";
    const limitMs = GRACE_MS + (size / this.#options.slowestBytesPerSecond) * 1000;
    const late = `the broker did not take a picture within ${Math.round(limitMs / 1000)} s`;
    const timer = setTimeout(() => session.drop(late), limitMs);
    const outcome = await new Promise<SendOutcome>((resolve) => {
      this.#onDown = () => resolve("broken");
      session.publish(publication, () => resolve("sent"));
    });
    clearTimeout(timer);
    return outcome;
  }

  /** Breaks off whatever is under way, for good. Safe to call twice. */
  stop(): void {
    this.#stopped = true;
    this.#session?.drop("stopping");
  }

  async #connect(): Promise<boolean> {
    const { url, clientId, keepaliveSeconds, connectTimeoutMs } = this.#options;
    let credentials: BrokerCredentials;
    try {
      credentials = this.#options.credentials?.() ?? {};
    } catch (error) {
      this.#detail = messageOf(error);
      return false;
    }
    return new Promise((resolve) => {
      const session = new MqttSession({
        url,
        clientId,
        version: this.#options.version(),
        credentials,
        clean: true,
        keepaliveSeconds,
        connectTimeoutMs,
        onUp: ({ maximumPacketBytes }) => {
          this.#maximumBytes = maximumPacketBytes ?? Number.POSITIVE_INFINITY;
          resolve(true);
        },
        onDown: ({ detail }) => {
          this.#detail = detail;
          if (this.#session === session) this.#session = undefined;
          resolve(false);
          this.#onDown();
        },
      });
      this.#session = session;
      this.#onDown = () => undefined;
      session.start();
    });
  }
}
