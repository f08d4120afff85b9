import type { DeviceContext, SealReaderDevice } from "#contract/device";
import { LineReader } from "../../transport/serial/line-reader.ts";
import type { SealReaderTextOptions } from "./options.ts";
import { readSealLine } from "./seal-line.ts";

/** Driver of a gateway of electronic seals. An opened seal is told at once, however much else there is to tell. */
export class TextSealReader implements SealReaderDevice {
  readonly class = "seal-reader";
  readonly id: string;
  readonly #reader: LineReader;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(id: string, options: SealReaderTextOptions, context: DeviceContext, random: () => number = Math.random) {
    this.id = id;
    const { clock } = context;
    const batteryOf = (percent: number | undefined) =>
      percent === undefined ? "unknown" : percent < options.lowBatteryPercent ? "low" : "ok";
    const read = (line: string) => {
      const told = readSealLine(line, clock.utc());
      if (told.kind === "misfit") return told;
      const { seal, state, heardAt } = told;
      const battery = batteryOf(told.batteryPercent);
      const event = { type: "seal-read", device: id, seal, state, battery, heardAt } as const;
      const tell = () => context.post({ ...event, at: clock.monotonic(), utc: clock.utc() });
      return {
        kind: "finding",
        subject: seal,
        value: `${state} ${battery}`,
        urgent: state !== "sealed",
        tell,
      } as const;
    };
    this.#reader = new LineReader(id, options, context, read, random);
  }

  async start(): Promise<void> {
    this.#reader.start();
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
  }
}
