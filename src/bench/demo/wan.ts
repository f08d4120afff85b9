import type { DemoTruck } from "./truck.ts";

/** What the demo needs of the upstream broker to cut the WAN and bring it back. */
export interface CuttableBroker {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The WAN of the demo: up or down as the next truck's act asks for it. */
export class Wan {
  readonly #broker: CuttableBroker;
  readonly #say: (text: string) => void;
  #state: DemoTruck["wan"] = "up";

  constructor(broker: CuttableBroker, say: (text: string) => void) {
    this.#broker = broker;
    this.#say = say;
  }

  async be(wanted: DemoTruck["wan"]): Promise<void> {
    if (wanted === this.#state) return;
    this.#state = wanted;
    if (wanted === "down") {
      this.#say("the WAN is cut: the upstream broker is gone");
      await this.#broker.stop();
    } else {
      this.#say("the WAN is back: the upstream broker runs again, with nothing in its memory");
      await this.#broker.start();
    }
  }
}
