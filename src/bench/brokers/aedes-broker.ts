import { Broker } from "../operations/broker.ts";
import type { BenchBroker } from "./broker-process.ts";

/** aedes inside this process, everything in memory. */
export class AedesBroker implements BenchBroker {
  readonly name = "aedes";
  readonly #broker = new Broker();

  get url(): string {
    return this.#broker.url;
  }

  start(): Promise<void> {
    return this.#broker.start();
  }

  kill(): Promise<void> {
    return this.#broker.stop();
  }

  /** It takes what comes and acknowledges nothing. Thawed it stays stuck for the clients of that time, as a stall does. */
  freeze(frozen: boolean): void {
    const { aedes } = this.#broker;
    if (aedes === undefined) return;
    aedes.authorizePublish = frozen ? () => undefined : (_client, _packet, done) => done(null);
  }

  stop(): Promise<void> {
    return this.#broker.stop();
  }
}
